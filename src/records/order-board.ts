import type { Agent } from './agent.ts';
import type { LiveRecord, Malformed } from './live-record.ts';
import { HUMAN } from './names.ts';
import { concerns, haltKinds, type Order, orderOf } from './order.ts';
import { type OrderAck, orderAckOf } from './order-ack.ts';
import { roomOf } from './paths.ts';
import { isHere } from './roster.ts';
import { parseTime } from './time.ts';

/** What was ordered, and who has heard of it, as one commit tells it. */
export interface OrderBoard {
  /** In the order in which they were given. */
  readonly orders: readonly Order[];
  readonly acks: readonly OrderAck[];
  /** Orders that cannot be read. Nobody knows whom they stop, so each stops everybody. */
  readonly unreadable: readonly Malformed[];
}

/** What a state, or an index of one, says about orders. */
export interface OrderSource {
  readonly live: ReadonlyMap<string, LiveRecord>;
  readonly malformed: readonly Malformed[];
}

/** Why an agent may not work now. */
export type Halt = { readonly order: Order } | { readonly unreadable: Malformed };

/** Where an agent heard of an order. */
export interface Post {
  readonly agent: string;
  readonly machine?: string;
  readonly worktree?: string;
}

/** Gathers the orders of a state. A hook asks at every call, and mostly there are none. */
export function orderBoard({ live, malformed }: OrderSource): OrderBoard {
  const orders: Order[] = [];
  const acks: OrderAck[] = [];
  for (const record of live.values()) {
    const order = orderOf(record);
    if (order) orders.push(order);
    const ack = orderAckOf(record);
    if (ack) acks.push(ack);
  }
  orders.sort((a, b) => a.number - b.number || (a.id < b.id ? -1 : 1));
  const unreadable = malformed.filter(({ path }) => roomOf(path) === 'orders');
  return { orders, acks, unreadable };
}

/**
 * Why an agent may not change anything now: it is paused or stopped, by the last order that says
 * so of it, or there is an order that cannot be read. Undefined: it may work.
 */
export function haltOf(board: OrderBoard, agent: Agent): Halt | undefined {
  const [unreadable] = board.unreadable;
  if (unreadable !== undefined && agent.name !== HUMAN) return { unreadable };
  const order = board.orders.findLast((one) => isHaltKind(one.kind) && concerns(one, agent));
  return order === undefined || order.kind === 'resume' ? undefined : { order };
}

function isHaltKind(kind: string): boolean {
  return (haltKinds as readonly string[]).includes(kind);
}

/**
 * The orders to an agent that it has not acknowledged from a place. Who joined later is told of an
 * older one only if it still stops it.
 * @param skewMs how far clocks may differ, in milliseconds
 */
export function unheardBy(
  board: OrderBoard,
  agent: Agent,
  post: Omit<Post, 'agent'>,
  skewMs: number,
): Order[] {
  if (board.orders.length === 0) return [];
  const halt = haltOf(board, agent);
  const standing = halt !== undefined && 'order' in halt ? halt.order.id : undefined;
  const joined = parseTime(agent.joined) ?? 0;
  const isFor = (order: Order) =>
    concerns(order, agent) &&
    (order.id === standing || joined <= (parseTime(order.created) ?? 0) + skewMs);
  return board.orders.filter(
    (order) => isFor(order) && !hasHeard(board, order.id, { ...post, agent: agent.name }),
  );
}

/** Whether an order was acknowledged by an agent from a place. */
export function hasHeard(board: Pick<OrderBoard, 'acks'>, order: string, post: Post): boolean {
  return board.acks.some(
    (ack) =>
      ack.order === order &&
      ack.agent === post.agent &&
      ack.machine === post.machine &&
      ack.worktree === post.worktree,
  );
}

/** The number of the next order. */
export function nextOrder(board: OrderBoard): number {
  return (board.orders.at(-1)?.number ?? 0) + 1;
}

/** The agents that work now and that an order to these names concerns, sorted. */
export function concernedBy(
  state: { readonly agents: ReadonlyMap<string, Agent> },
  to: readonly string[],
): Agent[] {
  return [...state.agents.values()]
    .filter((agent) => isHere(agent) && concerns({ to }, agent))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
