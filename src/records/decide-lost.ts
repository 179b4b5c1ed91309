import * as v from 'valibot';
import { messageOf, orderFrom } from './decide-order.ts';
import type { Lock } from './lock.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { shownGlobs } from './lock-refusals.ts';
import type { LostLock } from './lost-lock.ts';
import { formatLostLock } from './lost-lock-file.ts';
import { formatMessage } from './message-file.ts';
import { HUMAN, WATCHDOG } from './names.ts';
import type { Order } from './order.ts';
import { nextOrder, orderBoard } from './order-board.ts';
import { formatOrder } from './order-file.ts';
import { lostLockPath, messagePath, orderPath, taskPath } from './paths.ts';
import type { Decision, Request } from './request.ts';
import { isHere, projectRefusal } from './roster.ts';
import { agentField, checkPayload, countField, idField, lineField, timeField } from './schema.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';
import { formatTask } from './task-file.ts';
import { formatDuration, parseTime } from './time.ts';
import type { Wait } from './wait.ts';

const PAYLOAD = v.object({
  agents: v.array(
    v.object({
      agent: agentField,
      /** The id of the order that will tell of it. */
      order: idField,
      heard: timeField,
      silent_ms: countField,
      /** What it held when it was judged: see `holdingsOf`. */
      held: v.array(v.string()),
    }),
  ),
  machine: v.exactOptional(lineField),
});
type Suspect = v.InferOutput<typeof PAYLOAD>['agents'][number];

/** What an agent holds, so that others may have to wait for it. */
export interface Holdings {
  readonly locks: readonly Lock[];
  readonly waits: readonly Wait[];
  readonly tasks: readonly Task[];
}

/** The holdings of every agent that holds something. */
export function allHoldings(
  state: Pick<State, 'live' | 'malformed' | 'project' | 'tasks'>,
): Map<string, Holdings> {
  const board = boardOf(state);
  const all = new Map<string, { locks: Lock[]; waits: Wait[]; tasks: Task[] }>();
  const of = (agent: string) => {
    const known = all.get(agent) ?? { locks: [], waits: [], tasks: [] };
    all.set(agent, known);
    return known;
  };
  for (const lock of board.locks) of(lock.holder).locks.push(lock);
  for (const wait of board.waits) of(wait.agent).waits.push(wait);
  for (const task of state.tasks.values()) {
    if (task.claimed_by !== undefined && task.status !== 'done')
      of(task.claimed_by).tasks.push(task);
  }
  return all;
}

/**
 * What an agent holds, a word for each thing. It differs as soon as the agent has taken, renewed or
 * given back something: then it is alive.
 */
export function holdingWords({ locks, waits, tasks }: Holdings): string[] {
  return [
    ...locks.map(({ id, expires }) => `${id} ${expires}`),
    ...waits.map(({ id, until }) => `${id} ${until}`),
    ...tasks.map(({ id, claim_fence, claimed_at }) => `${id} ${claim_fence ?? claimed_at ?? ''}`),
  ].sort();
}

/** An agent that is lost, and what is taken from it. */
interface Loss extends Holdings {
  readonly suspect: Suspect;
  readonly order: Order;
}

/**
 * Declares agents lost: their locks are released, their places in line given up, their tasks go back
 * to the queue, and the human and they themselves are told, all in one commit. Payload {agents:
 * [{agent, order, heard, silent_ms, held}], machine?}. Whoever was declared lost for the same silence
 * before, or holds anything else than when it was judged, is passed over; unneeded if that is
 * everybody. Result {lost: [{agent, locks, tasks, heard}]}.
 */
export function decideLost(state: State, request: Request, now: number): Decision {
  const checked = checkPayload(PAYLOAD, 'lost', request.payload);
  if ('refused' in checked) return checked;
  const refused = projectRefusal(state);
  if (refused !== undefined) return { refused };
  const losses = lossesOf(state, request, checked.payload.agents, checked.payload.machine);
  const [first] = losses;
  if (first === undefined) return { unneeded: { lost: [] } };
  const gone = losses.flatMap(({ locks, waits }) => [...locks, ...waits].map(({ id }) => id));
  const files = lockFiles(boardOf(state), { gone }, now);
  for (const { locks, tasks, order } of losses) {
    for (const lock of locks) {
      const lost: LostLock = { ...lock, taken: request.at, order: order.id };
      files.set(lostLockPath(lock.id), formatLostLock(lost));
    }
    for (const task of tasks) files.set(taskPath(task.id), formatTask(returned(task, request.at)));
    files.set(orderPath(order.id), formatOrder(order));
  }
  const names = losses.map(({ suspect }) => suspect.agent);
  const text = losses.map(({ order }) => order.body).join('\n\n');
  const message = messageOf({ ...first.order, to: [HUMAN, ...names] }, text, request.id);
  files.set(messagePath(request.id), formatMessage(message));
  return {
    granted: {
      files,
      subject: `lost: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` +${names.length - 3}` : ''}: what was held is free again`,
      record: request.id,
      result: {
        lost: losses.map(({ suspect: { agent, heard }, locks, tasks }) => ({
          agent,
          heard,
          locks: locks.map(({ id }) => id),
          tasks: tasks.map(({ id }) => id),
        })),
      },
    },
  };
}

function lossesOf(
  state: State,
  request: Request,
  suspects: readonly Suspect[],
  machine: string | undefined,
): Loss[] {
  const board = orderBoard(state);
  const holdings = allHoldings(state);
  const losses: Loss[] = [];
  for (const suspect of suspects) {
    const { agent, heard } = suspect;
    const held = holdings.get(agent);
    const known = state.agents.get(agent);
    if (held === undefined || agent === HUMAN || (known !== undefined && !isHere(known))) continue;
    if (holdingWords(held).join('\n') !== [...suspect.held].sort().join('\n')) continue;
    const before = board.orders.findLast(({ kind, to }) => kind === 'lost' && to.includes(agent));
    if (before?.heard !== undefined && isAsLate(before.heard, heard)) continue;
    const order = orderFrom(board, request, {
      id: suspect.order,
      kind: 'lost',
      to: [agent],
      number: nextOrder(board) + losses.length,
      // Each lost lock names the order as well; the head of a record is short.
      locks: held.locks.slice(0, LISTED).map(({ id }) => id),
      tasks: held.tasks.slice(0, LISTED).map(({ id }) => id),
      heard,
      body: storyOf(suspect, held, machine),
    });
    losses.push({ ...held, suspect, order });
  }
  return losses;
}

/** So many locks and tasks an order lists: 500 ids of each are a quarter of what fits. */
const LISTED = 500;
/** So many of them a person is told of in words. */
const TOLD = 8;

/** `a, b, c and 4992 more` */
function listed(words: readonly string[]): string {
  const more = words.length - TOLD;
  return `${words.slice(0, TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function isAsLate(one: string, other: string): boolean {
  return (parseTime(one) ?? 0) >= (parseTime(other) ?? 0);
}

/**
 * The task as it is when nobody has it; what blocks it, blocks it still. Its fence stays: so a tracker
 * that mirrors it knows that the claim ended here, and releases it there too.
 */
export function returned(task: Task, at: string): Task {
  const { claimed_by, claimed_at, claim_locks, ...rest } = task;
  return { ...rest, status: task.status === 'blocked' ? 'blocked' : 'open', updated: at };
}

function storyOf(
  { agent, heard, silent_ms }: Suspect,
  { locks, waits, tasks }: Holdings,
  machine: string | undefined,
): string {
  const fences = locks.map(({ paths, fence }) => `${shownGlobs(paths)} (fence ${fence})`);
  const done = [
    fences.length > 0 ? `its locks on ${listed(fences)} were released` : '',
    waits.length > 0 ? 'its places in line were given up' : '',
    tasks.length > 0 ? `${listed(tasks.map(({ id }) => id))} went back to the queue` : '',
  ].filter((text) => text !== '');
  const where = machine === undefined ? '' : ` on ${machine}`;
  const again = locks.length > 0 ? ' Before it writes there again, it locks the paths anew.' : '';
  return `${agent} was last heard at ${heard} and then silent for ${formatDuration(silent_ms)}, so the ${WATCHDOG}${where} took it for lost: ${done.join('; ')}.${again}`;
}
