import type { View } from '../bus/view.ts';
import { lockBoard } from '../records/lock-board.ts';
import { LockLine } from '../records/lock-line.ts';
import { type Because, byUrgency, hindrancesTo, type WorkWorld } from '../records/readiness.ts';
import type { Task } from '../records/task.ts';
import type { Listing } from '../trackers/tracker.ts';
import { stepFor } from './task-tracker.ts';

/** A task as lists and programs are told of it. */
export interface TaskFacts
  extends Omit<Task, 'extra' | 'body' | 'claim_fence' | 'done_request' | 'schema'> {
  readonly description: string;
  readonly fence?: number;
}

export function taskFacts(task: Task): TaskFacts {
  const { extra: _extra, body, claim_fence, done_request: _request, ...facts } = task;
  return {
    ...facts,
    description: body,
    ...(claim_fence === undefined ? {} : { fence: claim_fence }),
  };
}

/** A task, and what keeps it from being begun. */
export interface Judged {
  readonly task: Task;
  readonly because: readonly Because[];
}

/** What readiness is judged by, out of the index. */
export function worldOfView({ fold }: View): WorkWorld {
  const { tasks, artifacts, agents, domains, clockSkewMs } = fold;
  return { tasks, artifacts, agents, domains, board: lockBoard(fold, clockSkewMs) };
}

/**
 * Judges all tasks that are not done, and those that only a tracker knows; the most urgent first.
 * @param agent who would do it; undefined: anybody whose it is
 * @param listing what the tracker of this machine says; undefined if there is none
 */
export function judgeTasks(
  world: WorkWorld,
  agent: string | undefined,
  listing: Listing | undefined,
  now: number,
): Judged[] {
  const line = new LockLine(world.board, now);
  const issues = new Map(listing?.issues.map((issue) => [issue.id, issue]));
  const own = [...world.tasks.values()].filter(({ status }) => status !== 'done');
  const all = [...own, ...strays(world, listing, agent)].sort(byUrgency);
  return all.map((task) => {
    const because = hindrancesTo(task, world, line, agent, now);
    const issue = issues.get(task.tracker_id ?? task.id);
    // What the records have decided the tracker will learn: until then it is behind, not right.
    const isBehind = issue !== undefined && stepFor(task, issue) !== undefined;
    const isReady = !listing || !issue || isBehind || listing.ready.has(issue.id);
    if (
      task.tracker === 'files' ||
      isReady ||
      because.length > 0 ||
      task.status === 'in_progress'
    ) {
      return { task, because };
    }
    const who = issue.assignee === undefined ? '' : ` with ${issue.assignee}`;
    const message = `Beads does not call ${issue.id} ready: it is ${issue.status}${who} there`;
    return { task, because: [{ code: 'tracker', message }] };
  });
}

/** Issues of the tracker that have no record yet: they get one when somebody claims them. */
function strays(world: WorkWorld, listing: Listing | undefined, agent: string | undefined): Task[] {
  if (!listing) return [];
  const known = new Set([...world.tasks.values()].map(({ id, tracker_id }) => tracker_id ?? id));
  const home = agent === undefined ? undefined : world.agents.get(agent)?.domain;
  return listing.issues.flatMap((issue) => {
    if (known.has(issue.id) || issue.status !== 'open' || !listing.ready.has(issue.id)) return [];
    const label = issue.labels.find((one) => one.startsWith('domain:'))?.slice('domain:'.length);
    const domain = label ?? home;
    if (domain === undefined) return [];
    return [strayTask(issue, domain)];
  });
}

function strayTask(issue: Listing['issues'][number], domain: string): Task {
  const { id, title, priority, description = '' } = issue;
  const boxes = [...(issue.acceptance ?? '').matchAll(/^\s*[-*] \[ \] (.{1,280})$/gm)];
  return {
    id,
    title: title.slice(0, 300),
    domain,
    priority: Math.min(4, Math.max(0, priority)),
    complexity: 'medium',
    // Beads knows what it depends on, and says that it is ready.
    depends_on: [],
    required_artifacts: [],
    produces: [],
    locks: [],
    done_when: boxes.map(([, box = '']) => `box: ${box.trim()}`),
    notify: [],
    tracker: 'beads',
    status: 'open',
    created: '1970-01-01T00:00:00.000Z',
    updated: '1970-01-01T00:00:00.000Z',
    extra: {},
    body: description,
  };
}
