import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Bus } from '../bus/bus.ts';
import type { View } from '../bus/view.ts';
import type { Agent } from '../records/agent.ts';
import { defined } from '../records/fields.ts';
import type { HaltKind, Order } from '../records/order.ts';
import type { OrderAck } from '../records/order-ack.ts';
import {
  concernedBy,
  haltOf,
  type OrderBoard,
  orderBoard,
  unheardBy,
} from '../records/order-board.ts';
import { topOf } from '../sources/target-path.ts';
import { type AsOf, asOf } from './as-of.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Session, type Surroundings, withReader } from './session.ts';

/** What became of an order. */
export interface Ordered {
  readonly order: OrderFacts;
  /** The agents it concerns now. */
  readonly concerned: readonly string[];
  /** It was in force already. */
  readonly repeated?: true;
  readonly commit: string | null;
}

/** An order as callers and scripts are told of it. */
export interface OrderFacts {
  readonly id: string;
  readonly kind: string;
  readonly by: string;
  readonly to: readonly string[];
  readonly why: string;
  readonly created: string;
  readonly tasks?: readonly string[];
  readonly locks?: readonly string[];
  readonly artifact?: string;
  readonly commit?: string;
}

export function orderFacts(order: Order): OrderFacts {
  const { id, kind, by, to, body, created, tasks, locks, artifact, commit } = order;
  return defined<OrderFacts>({
    id,
    kind,
    by,
    to,
    why: body,
    created,
    tasks: tasks.length > 0 ? tasks : undefined,
    locks: locks.length > 0 ? locks : undefined,
    artifact,
    commit,
  });
}

/** Pauses, stops or resumes. It must be agreed: nothing is kept for later. */
export async function giveOrder(
  session: Session,
  kind: HaltKind,
  { to, why }: { readonly to: readonly string[]; readonly why: string | undefined },
): Promise<Outcome<Ordered>> {
  const request = session.request('order', { kind, to, why: why ?? '' });
  const outcome = await session.bus.publish(request, { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  const result = 'published' in outcome ? outcome.published : outcome;
  const told = ('unneeded' in result ? result.unneeded : result) as { order?: Order };
  const board = orderBoard((await session.bus.view()).fold);
  const order = told.order ?? board.orders.find(({ id }) => id === request.id);
  if (order === undefined) throw new Error(`the order ${request.id} is not there`);
  const { fold } = await session.bus.view();
  return yes({
    order: orderFacts(order),
    concerned: concernedBy(fold, order.to).map(({ name }) => name),
    ...('unneeded' in outcome ? { repeated: true as const } : {}),
    commit: 'published' in outcome ? outcome.commit : null,
  });
}

/** One order, whom it concerns, and where it has been heard. */
export interface OrderRow extends OrderFacts {
  /** Whether it stops somebody now. */
  readonly in_force: boolean;
  readonly heard: readonly Pick<OrderAck, 'agent' | 'machine' | 'worktree' | 'place' | 'created'>[];
  /** Agents that it concerns and that have not heard of it anywhere. */
  readonly unheard: readonly string[];
}

export interface OrderList {
  readonly orders: readonly OrderRow[];
  /** Agents that may not work now, and by which order. */
  readonly halted: readonly Halted[];
  readonly unreadable: readonly { readonly path: string; readonly message: string }[];
  readonly as_of: AsOf;
}

export interface Halted {
  readonly agent: string;
  /** `pause` or `stop`; `unreadable` if an order cannot be read. */
  readonly kind: string;
  readonly by: string;
  readonly why: string;
  readonly order: string;
  readonly created: string;
}

/** The orders that were given, the latest first, and who has heard of them. */
export function listOrders(place: Surroundings, limit: number): Promise<OrderList> {
  return withReader(place, async (bus) => {
    const view = await bus.view();
    const board = orderBoard(view.fold);
    const halted = haltedAgents(view, board);
    const force = new Set(halted.map(({ order }) => order));
    return {
      orders: board.orders
        .slice(-limit)
        .reverse()
        .map((order) => rowOf(view, board, order, force)),
      halted,
      unreadable: board.unreadable.map(({ path, message }) => ({ path, message })),
      as_of: await asOf(bus, view),
    };
  });
}

function rowOf(
  { fold }: View,
  board: OrderBoard,
  order: Order,
  force: ReadonlySet<string>,
): OrderRow {
  const acks = board.acks.filter((ack) => ack.order === order.id);
  const known = new Set(acks.map(({ agent }) => agent));
  return {
    ...orderFacts(order),
    in_force: force.has(order.id),
    heard: acks.map(({ agent, machine, worktree, place, created }) =>
      defined<OrderRow['heard'][number]>({ agent, machine, worktree, place, created }),
    ),
    unheard: concernedBy(fold, order.to)
      .map(({ name }) => name)
      .filter((name) => !known.has(name)),
  };
}

/** Who may not work now, and by which order. */
export function haltedAgents({ fold }: View, board = orderBoard(fold)): Halted[] {
  return concernedBy(fold, ['all']).flatMap((agent) => {
    const halt = haltOf(board, agent);
    if (halt === undefined) return [];
    if ('unreadable' in halt) {
      const { path, message } = halt.unreadable;
      const at = { order: path, created: '' };
      return [{ agent: agent.name, kind: 'unreadable', by: 'nobody', why: message, ...at }];
    }
    const { id: order, kind, by, body: why, created } = halt.order;
    return [{ agent: agent.name, kind, by, why, order, created }];
  });
}

/** What a place is called in an acknowledgement. */
function whereOf(cwd: string): { machine: string; worktree?: string } {
  const top = topOf(cwd);
  return { machine: hostname(), ...(top === undefined ? {} : { worktree: basename(top) }) };
}

/**
 * Acknowledges what an agent has not heard of from this place. The acknowledgements wait on this
 * machine and leave with whatever is published next.
 * @param at what noticed it: `claude`, `git`, `inbox`
 * @returns the orders it hears of now
 */
export async function hearOrders(
  { bus, request, place }: Pick<Session, 'bus' | 'request' | 'place'>,
  { fold }: View,
  agent: Agent,
  at: string,
): Promise<Order[]> {
  const board = orderBoard(fold);
  if (board.orders.length === 0) return [];
  const where = whereOf(place.cwd);
  const unheard = unheardBy(board, agent, where, fold.clockSkewMs);
  if (unheard.length === 0) return [];
  const underWay = await acksUnderWay(bus, agent.name, where.worktree);
  const fresh = unheard.filter(({ id }) => !underWay.has(id));
  for (const order of fresh) {
    try {
      await bus.publishLater(request('order-ack', { order: order.id, ...where, place: at }));
    } catch {
      // A full or read-only disk: it is heard all the same, and acknowledged another time.
      break;
    }
  }
  return fresh;
}

async function acksUnderWay(
  bus: Bus,
  agent: string,
  worktree: string | undefined,
): Promise<Set<string>> {
  const own = (await bus.waiting()).filter(
    ({ request: { kind, agent: by, payload } }) =>
      kind === 'order-ack' && by === agent && payload['worktree'] === worktree,
  );
  return new Set(own.map(({ request: { payload } }) => String(payload['order'])));
}
