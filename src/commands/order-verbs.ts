import type { HaltKind } from '../records/order.ts';
import { visible } from '../records/visible.ts';
import { giveOrder, type Ordered } from '../services/orders.ts';
import { withSession } from '../services/session.ts';
import type { Context } from './context.ts';
import { namesIn } from './message-options.ts';

/** Whom an order is for. */
export const WHOM = {
  name: 'whom',
  summary: 'Agents or domains, or all; with commas or spaces between',
  required: true,
  many: true,
} as const;

/** Why: those concerned read it. */
export const WHY_OPTION = {
  type: 'text',
  placeholder: 'TEXT',
  summary: 'Why; whoever is concerned reads it',
} as const;

/** What every order says of how it gets there. */
export const HOW_ORDERS_ARRIVE =
  'Only the human gives orders: --agent human. It reaches each agent on each machine at its next hook call or inbox once that machine has synced; comm-node orders shows who has heard of it, where and when.';

/** Gives one of the orders that say whether agents may work. */
export function order(
  context: Context,
  kind: HaltKind,
  { whom, why }: { readonly whom: readonly string[]; readonly why: string | undefined },
) {
  return withSession(context, (session) => giveOrder(session, kind, { to: namesIn(whom), why }));
}

/** `paused: backend, frontend (4ZK6T1R)` */
export function renderOrdered({ order: { kind, id, to }, concerned, repeated }: Ordered): string {
  const done = { pause: 'paused', stop: 'stopped', resume: 'resumed' }[kind] ?? kind;
  const who =
    concerned.length > 0 ? concerned.join(', ') : `${to.join(', ')} (nobody is there yet)`;
  const again = repeated ? ' already' : '';
  return visible(
    `${done}${again}: ${who} (${id.slice(-7)}); who has heard of it: comm-node orders\n`,
  );
}
