import { HUMAN } from '../records/names.ts';
import type { Task, TrackerKind } from '../records/task.ts';
import { readBeadsFile } from '../trackers/beads-jsonl.ts';
import { BeadsTracker } from '../trackers/beads-tracker.ts';
import { FilesTracker } from '../trackers/files-tracker.ts';
import { findBeads } from '../trackers/find-beads.ts';
import type { Issue, Listing, Tracker } from '../trackers/tracker.ts';
import { TrackerError } from '../trackers/tracker-error.ts';
import type { Session } from './session.ts';

/** What the environment may say about Beads; a test that hangs must not take half a minute. */
const TIMEOUT_VARIABLE = 'COMM_NODE_TRACKER_TIMEOUT_MS';

/** Where a tracker is, and in whose name it is asked. */
type Here = Pick<Session, 'agent' | 'place' | 'workplace'>;

/** The tracker of a place, and the folder it keeps its things in, if it has one. */
export interface Chosen {
  readonly kind: TrackerKind;
  readonly tracker: Tracker;
  readonly folder?: string;
}

/**
 * The tracker that new tasks go to: the one that is asked for, else Beads where this worktree has
 * it, else the records themselves.
 */
export async function trackerFor(session: Session, wish: TrackerKind | undefined): Promise<Chosen> {
  const folder = beadsFolder(session);
  const kind = wish ?? (folder === undefined ? 'files' : 'beads');
  if (kind === 'files') return { kind, tracker: filesTracker(session) };
  const own = folder === undefined ? {} : { folder };
  return { kind, tracker: beads(session), ...own };
}

/** The tracker that has a task; undefined where the task's tracker is not on this machine. */
export function trackerOf(session: Session, task: Task): Tracker | undefined {
  if (task.tracker === 'files') return filesTracker(session);
  return beadsFolder(session) === undefined ? undefined : beads(session);
}

/**
 * What Beads says here, if this worktree has it: asked, or read from its file when it cannot be.
 * @throws TrackerError when neither can be had
 */
export async function beadsListing(session: Session): Promise<Listing | undefined> {
  const folder = beadsFolder(session);
  if (folder === undefined) return undefined;
  try {
    return await beads(session).list();
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    const file = await readBeadsFile(folder, error.message, session.place.now());
    if (file) return file;
    throw error;
  }
}

/**
 * Closes, assigns or releases in the tracker of this machine what the records have decided meanwhile.
 * @returns the ids of the tasks that it had to be told of; none when only its file could be read
 */
export async function mirror(
  session: Here,
  tasks: ReadonlyMap<string, Task>,
  listing: Listing,
): Promise<readonly string[]> {
  if (listing.fallback) return [];
  const tracker = beads(session);
  const issues = new Map(listing.issues.map((issue) => [issue.id, issue]));
  const changed: string[] = [];
  for (const task of tasks.values()) {
    const issue = task.tracker === 'beads' ? issues.get(task.tracker_id ?? task.id) : undefined;
    const step = issue && stepFor(task, issue);
    if (!step) continue;
    await step(tracker);
    changed.push(task.id);
  }
  return changed;
}

/**
 * Tells Beads, where this worktree has it, what was just decided about some tasks. It is the records
 * that decide: Beads that cannot be told is a notice, and the next `next` here tells it.
 */
export async function tellBeads(here: Here, tasks: readonly Task[]): Promise<void> {
  const kept = tasks.filter(({ tracker }) => tracker === 'beads');
  if (kept.length === 0 || beadsFolder(here) === undefined) return;
  const ids = kept.map(({ id }) => id);
  try {
    await mirror(here, new Map(kept.map((task) => [task.id, task])), await beads(here).list());
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    const why = `Beads was not told of ${ids.join(', ')}: ${error.message}`;
    here.place.notice(`${why}; comm-node next tells it`);
  }
}

/** What the tracker must be told so that it says what the record says; undefined if it does. */
export function stepFor(
  task: Task,
  { id, status, assignee }: Issue,
): ((tracker: Tracker) => Promise<unknown>) | undefined {
  const worker = task.claimed_by;
  switch (task.status) {
    case 'done':
      return status === 'done' ? undefined : (tracker) => tracker.close(id, reasonOf(task));
    case 'blocked':
      return status === 'blocked' ? undefined : (tracker) => tracker.block(id);
    case 'in_progress': {
      const isSo = status === 'in_progress' && assignee === worker;
      return isSo || worker === undefined ? undefined : (tracker) => tracker.assign(id, worker);
    }
    case 'open':
      // What nobody has claimed here was begun, closed or put off by somebody in the tracker itself.
      if (task.claim_fence === undefined || status === 'open' || status === 'other')
        return undefined;
      return (tracker) => tracker.release(id);
  }
}

/** Why an issue is closed, as its history shows it. */
export function reasonOf({ done_by: by }: Pick<Task, 'done_by'>): string {
  return `comm-node: the contract was checked, finished by ${by ?? HUMAN}`;
}

function beadsFolder({ place, workplace }: Here): string | undefined {
  return findBeads(place.cwd, workplace?.topLevel ?? place.cwd);
}

function beads({ place, workplace, agent }: Here): BeadsTracker {
  const timeoutMs = Number(process.env[TIMEOUT_VARIABLE]);
  const cwd = workplace?.topLevel ?? place.cwd;
  return new BeadsTracker({ cwd, actor: agent, ...(timeoutMs > 0 ? { timeoutMs } : {}) });
}

function filesTracker({ bus }: Session): FilesTracker {
  return new FilesTracker(async () => [...(await bus.view()).fold.tasks.values()].map(issueOfTask));
}

/** A task as the tracker of the records tells it. */
export function issueOfTask(task: Task): Issue {
  const { id, title, status, priority, depends_on, claimed_by, body } = task;
  return {
    id,
    title,
    status,
    priority,
    labels: [`domain:${task.domain}`],
    dependsOn: depends_on,
    ...(claimed_by === undefined ? {} : { assignee: claimed_by }),
    ...(body === '' ? {} : { description: body }),
    acceptance: task.done_when.map((one) => `- [ ] ${one}`).join('\n'),
  };
}
