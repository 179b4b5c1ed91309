import { type Artifact, artifactKey, artifactOf } from './artifact.ts';
import { foldFile } from './fold.ts';
import { type Kickoff, kickoffOf } from './kickoff.ts';
import type { LiveRecord } from './live-record.ts';
import { kickoffPath, PROJECT_PATH, type Room, roomOf } from './paths.ts';
import { type Plan, planOf } from './plan.ts';
import { PlanGraph } from './plan-graph.ts';
import type { Project } from './project.ts';
import type { Refusal } from './request.ts';
import { isHere } from './roster.ts';
import type { State } from './state.ts';
import { type Task, taskOf } from './task.ts';
import { oneLine } from './visible.ts';

/** One file of a commit: what stood there before it, and what the commit left; null: no file. */
export interface FileStep {
  readonly path: string;
  readonly was: string | null;
  readonly left: string | null;
}

/** A file that undoing puts back, read on both sides; undefined where there is none, or it cannot be read. */
export interface Step extends FileStep {
  readonly room: Room;
  readonly before: LiveRecord | Project | undefined;
  readonly after: LiveRecord | Project | undefined;
}

// What was said, read, ordered, granted and seen: it happened, and others have acted on it.
const STAYS: ReadonlySet<Room> = new Set([
  'messages',
  'receipts',
  'violations',
  'budgets',
  'orders',
  'acks',
]);

/**
 * Whether a file of a commit stays when that is undone: a record that never changes, and that the
 * commit has added.
 */
export function stays({ path, was, left }: FileStep): boolean {
  const room = roomOf(path);
  return room !== undefined && STAYS.has(room) && was === null && left !== null;
}

/** Reads both sides of a file. @throws nothing: what cannot be read is undefined */
export function stepOf(file: FileStep): Step | undefined {
  const room = roomOf(file.path);
  if (room === undefined) return undefined;
  const { path, was, left } = file;
  return { ...file, room, before: recordIn(path, was), after: recordIn(path, left) };
}

function recordIn(path: string, text: string | null): LiveRecord | Project | undefined {
  const folded = text === null ? undefined : foldFile(path, text);
  if (folded === undefined) return undefined;
  return 'live' in folded ? folded.live : 'project' in folded ? folded.project : undefined;
}

/** Whether the state has at a path what a text says; null: nothing. */
export function isNow(state: State, path: string, text: string | null): boolean {
  const fault = state.malformed.find((one) => one.path === path);
  if (path === PROJECT_PATH) return state.projectText === (text ?? '');
  const now = state.recordAt(path);
  const folded = text === null ? undefined : foldFile(path, text);
  if (folded === undefined) return now === undefined && fault === undefined;
  if ('malformed' in folded) return fault?.message === folded.malformed.message;
  return 'live' in folded && JSON.stringify(now) === JSON.stringify(folded.live);
}

/** Why a file cannot be put back as it was; undefined if it can. */
export function stepRefusal(state: State, step: Step): Refusal | undefined {
  const { path, room, was, left, before, after } = step;
  if (was !== null && before === undefined) {
    return unsafe(path, 'what stood there before cannot be read', 'comm-node doctor');
  }
  const fixed = FIXED[room];
  if (fixed !== undefined) return unsafe(path, ...fixed);
  // A record that the commit broke is mended, whatever it is.
  if (left !== null && after === undefined) return undefined;
  const [old, new_] = [before as LiveRecord | undefined, after as LiveRecord | undefined];
  switch (room) {
    case 'project':
      return projectFault(state, before as Project | undefined, after as Project | undefined);
    case 'tasks':
      return taskFault(old && taskOf(old), new_ && taskOf(new_));
    case 'artifacts':
      return artifactFault(path, old && artifactOf(old), new_ && artifactOf(new_));
    case 'plans':
      return planFault(state, old && planOf(old), new_ && planOf(new_));
    case 'kickoff':
      return kickoffFault(path, old && kickoffOf(old), new_ && kickoffOf(new_));
    case 'agents':
      return unsafe(path, 'who has come or gone knows it', 'comm-node join, comm-node leave');
    default:
      return unsafe(path, 'a record that never changes was changed or deleted', GIT);
  }
}

const GIT = 'mend it in a clone of the coordination repository, commit and push';
const LOCKS: readonly [string, string] = [
  'locks are not given back by going back: their fences only grow, and somebody else may hold the paths by now',
  'comm-node unlock PATHS --force --agent human, or lock them anew',
];
const FIXED: Readonly<Partial<Record<Room, readonly [string, string]>>> = {
  locks: LOCKS,
  waits: LOCKS,
  lost: LOCKS,
  archives: [
    'what left the tree is in the history, and is found there all the same',
    'comm-node read ID, comm-node search WORD',
  ],
};

/** That a commit cannot be undone, and what to do instead (code `not-undoable`). */
export function unsafe(path: string, reason: string, hint: string): Refusal {
  const message = `it cannot be undone because of ${oneLine(path, 120)}: ${reason}`;
  return { code: 'not-undoable', message, hint, data: { path, reason } };
}

function projectFault(
  state: State,
  before: Project | undefined,
  after: Project | undefined,
): Refusal | undefined {
  if (before === undefined) {
    return unsafe(PROJECT_PATH, 'the project began with it', 'delete the repository instead');
  }
  const gone = [...(after?.domains.keys() ?? [])].filter((name) => !before.domains.has(name));
  const inUse = gone.find(
    (name) =>
      [...state.agents.values()].some((agent) => agent.domain === name && isHere(agent)) ||
      [...state.tasks.values()].some(({ domain }) => domain === name),
  );
  if (inUse === undefined) return undefined;
  return unsafe(PROJECT_PATH, `${inUse} has agents or tasks by now`, 'comm-node status');
}

function taskFault(before: Task | undefined, after: Task | undefined): Refusal | undefined {
  const id = (before ?? after)?.id ?? '';
  const path = `tasks/${id}.md`;
  if (after?.status === 'done') {
    return unsafe(path, 'it is done, and others know it', `comm-node reopen ${id} --why TEXT`);
  }
  if (before?.status === 'done') {
    const hint = `comm-node claim ${id}, comm-node done ${id}`;
    return unsafe(path, 'it would be done again without its contract being checked', hint);
  }
  if (claimOf(before) !== claimOf(after)) {
    return after?.claimed_by === undefined
      ? unsafe(
          path,
          `${before?.claimed_by} would have it again, and without its locks`,
          `comm-node reassign ${id} ${before?.claimed_by} --agent human`,
        )
      : unsafe(
          path,
          `${after.claimed_by} is at it`,
          `comm-node reassign ${id} AGENT --agent human`,
        );
  }
  return undefined;
}

/** Who has a task, by which claim. */
function claimOf(task: Task | undefined): string {
  const { claimed_by, claim_fence, claim_locks } = task ?? {};
  return JSON.stringify([claimed_by, claim_fence, claim_locks ?? []]);
}

function artifactFault(
  path: string,
  before: Artifact | undefined,
  after: Artifact | undefined,
): Refusal | undefined {
  if (after === undefined || before?.version === after.version) return undefined;
  const key = artifactKey(after);
  const hint =
    before === undefined
      ? `comm-node withdraw ${key} --agent human`
      : `comm-node artifact get ${key}@${before.version} -o FILE, comm-node inject ${key} FILE --agent human`;
  return unsafe(path, `version ${after.version} may be in use, and versions only grow`, hint);
}

function planFault(
  { live }: State,
  before: Plan | undefined,
  after: Plan | undefined,
): Refusal | undefined {
  const name = after?.name ?? '';
  if (before !== undefined || !live.has(kickoffPath(name))) return undefined;
  const hint = `comm-node kickoff status ${name}`;
  return unsafe(`plans/${name}.md`, 'its kickoff is open or over', hint);
}

function kickoffFault(
  path: string,
  before: Kickoff | undefined,
  after: Kickoff | undefined,
): Refusal | undefined {
  if (before?.started === after?.started) return undefined;
  return unsafe(path, 'everybody was told START', 'comm-node pause all --agent human');
}

/** Why the tasks as they would be make no sense together; undefined if they do. */
export function tasksRefusal(state: State, steps: readonly Step[]): Refusal | undefined {
  const tasks = new Map(state.tasks);
  const gone = new Set<string>();
  const back = new Set<string>();
  for (const { room, before, after } of steps) {
    if (room !== 'tasks') continue;
    const [old, new_] = [before, after].map((one) => one && taskOf(one as LiveRecord));
    if (old) {
      tasks.set(old.id, old);
      back.add(old.id);
    } else if (new_) {
      tasks.delete(new_.id);
      gone.add(new_.id);
    }
  }
  if (gone.size + back.size === 0) return undefined;
  for (const { id, depends_on, tracker } of tasks.values()) {
    const isLost = (other: string) =>
      gone.has(other) || (back.has(id) && tracker === 'files' && !tasks.has(other));
    const missing = depends_on.find(isLost);
    if (missing === undefined) continue;
    const reason = `${id} would wait for ${missing}, which is not there then`;
    return unsafe(`tasks/${id}.md`, reason, 'comm-node tasks');
  }
  const circle = new PlanGraph([...tasks.values()]).cycle();
  if (circle === undefined || !circle.some((id) => back.has(id))) return undefined;
  return unsafe('tasks', `${circle.join(', ')} would wait for one another`, 'comm-node tasks');
}
