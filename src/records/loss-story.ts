import type { LiveRecord } from './live-record.ts';
import type { Lock } from './lock.ts';
import { canMeet, isHeld, type LockBoard } from './lock-board.ts';
import { shownGlobs } from './lock-refusals.ts';
import { type LostLock, lostLocks } from './lost-lock.ts';
import { type OrderSource, orderBoard } from './order-board.ts';
import type { Refusal } from './request.ts';
import type { Task } from './task.ts';

/**
 * Why an agent no longer has what it asks about: it was taken away while the agent was silent (code
 * `lock-lost`), with who has it now. Undefined if nothing of it was.
 */
export function lockLossRefusal(
  state: OrderSource,
  board: LockBoard,
  lost: readonly LostLock[],
  now: number,
): Refusal | undefined {
  const last = lost.at(-1);
  if (last === undefined) return undefined;
  const story = orderBoard(state).orders.find(({ id }) => id === last.order)?.body;
  const holders = board.locks.filter(
    (lock) =>
      lock.holder !== last.holder &&
      isHeld(lock, now, board.skewMs) &&
      lost.some(({ repo, paths }) => repo === lock.repo && canMeet(paths, lock.paths)),
  );
  const globs = last.paths.map((path) => `'${path}'`).join(' ');
  return {
    code: 'lock-lost',
    message: `${story ?? `the lock on ${shownGlobs(last.paths)} was taken away at ${last.taken}.`} ${nowText(holders)}`,
    hint: `comm-node lock ${globs}${holders.length > 0 ? ' --wait 10m' : ''}`,
    data: {
      order: last.order,
      locks: lost.map(({ id, fence, taken }) => ({ id, fence, taken })),
      holders: holders.map(({ holder, fence }) => ({ holder, fence })),
    },
  };
}

function nowText(holders: readonly Lock[]): string {
  if (holders.length === 0) return 'Nobody holds it now.';
  const told = holders.map(
    ({ holder, paths, fence }) => `${holder} holds ${shownGlobs(paths)} now (fence ${fence})`,
  );
  return `${told.join(', ')}.`;
}

/**
 * Why a task is no longer an agent's: it went back to the queue while the agent was silent (code
 * `task-lost`), with who has it now. Undefined if that is not so.
 */
export function taskLossRefusal(
  state: OrderSource,
  task: Task,
  agent: string,
): Refusal | undefined {
  if (task.claimed_by === agent || task.assignee === agent) return undefined;
  const order = orderBoard(state).orders.findLast(
    ({ kind, to, tasks }) =>
      (kind === 'lost' || kind === 'reassign') && to.includes(agent) && tasks.includes(task.id),
  );
  if (order === undefined) return undefined;
  const whose =
    task.status === 'done'
      ? `${task.done_by ?? 'somebody else'} has done it since.`
      : task.claimed_by === undefined
        ? 'Nobody has claimed it since.'
        : `${task.claimed_by} has it now.`;
  return {
    code: 'task-lost',
    message: `${task.id} is not ${agent}'s any more. ${order.body} ${whose}`,
    hint:
      task.claimed_by === undefined && task.status !== 'done'
        ? `comm-node claim ${task.id}`
        : 'comm-node next',
    data: { task: task.id, order: order.id, claimed_by: task.claimed_by ?? null },
  };
}

/** What was taken from an agent that these globs (all, if undefined) can match. */
export function lostTo(
  live: ReadonlyMap<string, LiveRecord>,
  agent: string,
  selection: {
    readonly ids?: readonly string[];
    readonly paths?: readonly string[];
    readonly all?: boolean;
  },
): LostLock[] {
  return lostLocks(live).filter(
    ({ id, holder, paths }) =>
      holder === agent &&
      (selection.all ||
        selection.ids?.includes(id) ||
        (selection.paths !== undefined && canMeet(selection.paths, paths))),
  );
}
