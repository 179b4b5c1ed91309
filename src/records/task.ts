import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';

export const complexities = ['simple', 'medium', 'complex'] as const;
export const taskStatuses = ['open', 'in_progress', 'blocked', 'done'] as const;
/** Where the list of tasks is kept: here, or by Beads (`bd`). The contract and the claim are here in both cases. */
export const trackerKinds = ['files', 'beads'] as const;

export type Complexity = (typeof complexities)[number];
export type TaskStatus = (typeof taskStatuses)[number];
export type TrackerKind = (typeof trackerKinds)[number];

/** A piece of work, its contract and its claim, as `tasks/<id>.md` keeps them. */
export interface Task {
  readonly id: string;
  readonly title: string;
  /** The plan that brought it; absent for one that was made in the tracker. */
  readonly plan?: string;
  /** Its place in the plan, from 1. */
  readonly order?: number;
  /** Whose work it is. */
  readonly domain: string;
  /** 0 (critical) to 4 (some day), as in Beads; 2 is the usual one. */
  readonly priority: number;
  readonly complexity: Complexity;
  /** Ids of tasks that must be done before. */
  readonly depends_on: readonly string[];
  /** `domain/name`, `domain/name@version`, `domain/name@sha256:hash`: what must be published before. */
  readonly required_artifacts: readonly string[];
  /** What it will publish: `name`, with `kind=…` and `path=…` behind it. */
  readonly produces: readonly string[];
  /** Globs in the repository of its domain that are locked while it is worked on. */
  readonly locks: readonly string[];
  /** What must be true before it is done, an item a line: see `contract.ts`. */
  readonly done_when: readonly string[];
  /** Agents and domains that are told when it is done. */
  readonly notify: readonly string[];
  /** The agent that is to do it; absent: any agent of its domain. */
  readonly assignee?: string;
  readonly tracker: TrackerKind;
  /** What the tracker calls it; absent where that is the id. */
  readonly tracker_id?: string;
  readonly status: TaskStatus;
  readonly claimed_by?: string;
  readonly claimed_at?: string;
  /** Grows with every claim and every lock in the coordination repository: a later claim has a higher one. */
  readonly claim_fence?: number;
  /** Ids of the locks that its claim took. */
  readonly claim_locks?: readonly string[];
  /** What it waits for, if it is blocked: tasks, artifacts, or words. */
  readonly blocked_on?: readonly string[];
  /** Boxes of the contract that were ticked by hand. */
  readonly ticked?: readonly string[];
  readonly done_by?: string;
  readonly done_at?: string;
  /** The request that finished it: a retry is told the same. */
  readonly done_request?: string;
  /** RFC 3339, like the other times. */
  readonly created: string;
  readonly updated: string;
  /** Fields this version does not know. */
  readonly extra: Fields;
  /** What is to be done. */
  readonly body: string;
}

/** The keys of a task in the order in which they are written. */
export const TASK_KEYS = [
  'schema',
  'id',
  'title',
  'plan',
  'order',
  'domain',
  'status',
  'priority',
  'complexity',
  'depends_on',
  'required_artifacts',
  'produces',
  'locks',
  'done_when',
  'notify',
  'assignee',
  'tracker',
  'tracker_id',
  'claimed_by',
  'claimed_at',
  'claim_fence',
  'claim_locks',
  'blocked_on',
  'ticked',
  'done_by',
  'done_at',
  'done_request',
  'created',
  'updated',
] as const;

const KNOWN: ReadonlySet<string> = new Set(TASK_KEYS);
/** What a task always has, and the version of the record. */
const ALWAYS: ReadonlySet<string> = new Set(
  'schema id title domain status priority complexity depends_on required_artifacts produces locks done_when notify tracker created updated'.split(
    ' ',
  ),
);
const NONE: readonly string[] = [];

/**
 * Records never change, and of thousands a decision changes one: in a batch of decisions the others
 * are put together once.
 */
const made = new WeakMap<LiveRecord, Task>();

/**
 * The task that a record of the state keeps; undefined if the record is something else.
 * The fold has checked it: nothing is checked here, since there may be thousands. For the same reason
 * what all tasks have is written out: objects of one shape are made ten times as quickly.
 */
export function taskOf(record: LiveRecord): Task | undefined {
  if (!record.path.startsWith('tasks/')) return undefined;
  const known = made.get(record);
  if (known !== undefined) return known;
  const task = put(record);
  made.set(record, task);
  return task;
}

function put({ fields, body }: LiveRecord): Task {
  const known = fields as unknown as Task;
  const extra: Record<string, unknown> = {};
  const task: Task = {
    id: known.id,
    title: known.title,
    domain: known.domain,
    status: known.status,
    priority: known.priority ?? 2,
    complexity: known.complexity ?? 'medium',
    depends_on: known.depends_on ?? NONE,
    required_artifacts: known.required_artifacts ?? NONE,
    produces: known.produces ?? NONE,
    locks: known.locks ?? NONE,
    done_when: known.done_when ?? NONE,
    notify: known.notify ?? NONE,
    tracker: known.tracker ?? 'files',
    created: known.created,
    updated: known.updated,
    extra,
    body,
  };
  const optional = task as unknown as Record<string, unknown>;
  for (const key in fields) {
    if (ALWAYS.has(key) || fields[key] === undefined) continue;
    if (KNOWN.has(key)) optional[key] = fields[key];
    else extra[key] = fields[key];
  }
  return task;
}

/** All tasks of a state by their ids. */
export function tasksOf(
  records: Pick<ReadonlyMap<string, LiveRecord>, 'values'>,
): Map<string, Task> {
  const tasks = new Map<string, Task>();
  for (const record of records.values()) {
    const task = taskOf(record);
    if (task) tasks.set(task.id, task);
  }
  return tasks;
}
