import * as v from 'valibot';
import { allocate } from './allocate.ts';
import { haltRefusal } from './decide-order.ts';
import { formatFence } from './fence.ts';
import { defined } from './fields.ts';
import type { Lock } from './lock.ts';
import { expiryOf, isHeld, type LockBoard } from './lock-board.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { ownFactsOf } from './lock-facts.ts';
import { LockLine } from './lock-line.ts';
import { nextNumber, numberRefusal } from './lock-numbers.ts';
import { leaseRefusal, scopeRefusal } from './lock-refusals.ts';
import { FENCE_PATH, taskPath } from './paths.ts';
import { hindrancesTo, repoOf, type WorkWorld } from './readiness.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, senderRefusal } from './roster.ts';
import { checkPayload, countField, taskField } from './schema.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';
import { formatTask, PLANNED } from './task-file.ts';
import { findTask, notReady, unknownTask } from './task-refusals.ts';
import { formatTime } from './time.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.object({
  task: taskField,
  ttl_ms: countField,
  /** What a tracker says of a task that no plan brought. */
  adopt: v.exactOptional(v.object({ ...PLANNED, description: v.optional(v.string(), '') })),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/** What the decisions about tasks look at. */
export function worldOf(state: State, board: LockBoard = boardOf(state)): WorkWorld {
  const { tasks, artifacts, agents, project } = state;
  return { tasks, artifacts, agents, domains: project?.domains ?? new Map(), board };
}

/**
 * Gives a task to the agent that asks, and its locks with it: both or nothing, and only if it is
 * ready on this very state. Payload {task, ttl_ms, adopt?}. Refused: `unknown-task`, `task-done`,
 * `task-claimed`, `paused`, `not-ready` (with `data.because`), `outside-scope`, `bad-lease`,
 * `fence-malformed`. Result {task, lock, budget: tokens that came with it}; unneeded if it has it already, with its locks.
 */
export async function decideClaim(state: State, request: Request, now: number): Promise<Decision> {
  const checked = checkPayload(PAYLOAD, 'claim', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const task = findTask(state.tasks, payload.task) ?? adopted(payload, request);
  const refused =
    projectRefusal(state) ??
    senderRefusal(state, request.agent) ??
    haltRefusal(state, request.agent) ??
    numberRefusal(state) ??
    leaseRefusal(state, payload.ttl_ms);
  if (refused !== undefined) return { refused };
  if (!task) return { refused: unknownTask(state, payload.task) };
  const board = boardOf(state);
  const world = worldOf(state, board);
  const because = hindrancesTo(task, world, new LockLine(board, now), request.agent, now);
  if (because.length > 0) return { refused: notReady(task, because) };
  const repo = repoOf(task, world, request.agent);
  const outside = lockRefusal(state, request.agent, task, repo);
  if (outside !== undefined) return { refused: outside };
  return grant({ state, request, payload, task, board, repo }, now);
}

/** A task that lives in a tracker and was in no plan gets its record when somebody claims it. */
function adopted({ adopt }: Payload, request: Request): Task | undefined {
  if (!adopt) return undefined;
  const { description, ...planned } = adopt;
  return {
    ...planned,
    tracker: 'beads',
    status: 'open',
    created: request.at,
    updated: request.at,
    extra: {},
    body: description,
  };
}

function lockRefusal(
  state: State,
  agent: string,
  task: Task,
  repo: string | undefined,
): Refusal | undefined {
  if (task.locks.length === 0) return undefined;
  if (repo !== undefined) return scopeRefusal(state, agent, { repo, paths: task.locks });
  return {
    code: 'no-repo',
    message: `${task.id} locks ${oneLine(task.locks.join(', '), 100)}, and it is not known in which repository`,
    hint: `comm-node join URL --agent ${agent} in a worktree of that repository`,
  };
}

interface Case {
  readonly state: State;
  readonly request: Request;
  readonly payload: Payload;
  readonly task: Task;
  readonly board: LockBoard;
  readonly repo: string | undefined;
}

async function grant(
  { state, request, payload, task, board, repo }: Case,
  now: number,
): Promise<Decision> {
  const { agent } = request;
  const held = ownLock(task, board, agent, now);
  const isMine = task.claimed_by === agent && task.status === 'in_progress';
  if (isMine && (held || task.locks.length === 0)) {
    return { unneeded: { task: task.id, lock: held ? ownFactsOf(held, board.skewMs) : null } };
  }
  const fence = nextNumber(state);
  const lock =
    held ??
    (repo === undefined || task.locks.length === 0
      ? undefined
      : newLock({ request, payload, task, repo, fence, now }));
  const { blocked_on: _blocked, claim_locks: _locks, ...rest } = task;
  const claimed: Task = {
    ...rest,
    status: 'in_progress',
    claimed_by: agent,
    claimed_at: isMine ? (task.claimed_at ?? request.at) : request.at,
    claim_fence: fence,
    ...(lock ? { claim_locks: [lock.id] } : {}),
    updated: request.at,
  };
  const files = lockFiles(board, lock ? { locks: [lock] } : {}, now);
  files.set(FENCE_PATH, formatFence(fence));
  files.set(taskPath(task.id), formatTask(claimed));
  const { id, complexity } = task;
  const budget = await allocate(state, { id: request.id, task: id, agent, complexity }, now);
  if (budget !== undefined) files.set(budget.path, budget.text);
  return {
    granted: {
      files,
      subject: oneLine(`claim: ${agent} takes ${task.id}: ${task.title}`, 100),
      record: task.id,
      task: task.id,
      result: {
        task: task.id,
        lock: lock ? ownFactsOf(lock, board.skewMs) : null,
        budget: budget?.entry.amount ?? null,
      },
    },
  };
}

/** The lock that an earlier claim of the same agent took, if it holds. */
function ownLock(task: Task, board: LockBoard, agent: string, now: number): Lock | undefined {
  const ids = task.claim_locks ?? [];
  return board.locks.find(
    (lock) =>
      ids.includes(lock.id) &&
      lock.holder === agent &&
      isHeld(lock, now, board.skewMs) &&
      now < expiryOf(lock),
  );
}

function newLock(of: {
  request: Request;
  payload: Payload;
  task: Task;
  repo: string;
  fence: number;
  now: number;
}): Lock {
  const { request, payload, task, repo, fence, now } = of;
  return {
    ...defined<Pick<Lock, 'why'>>({ why: oneLine(task.title, 200) }),
    id: request.id,
    holder: request.agent,
    repo,
    paths: task.locks,
    exclusive: true,
    task: task.id,
    fence,
    created: request.at,
    expires: formatTime(now + payload.ttl_ms),
    extra: {},
    body: '',
  };
}
