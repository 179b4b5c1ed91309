import type { Agent } from './agent.ts';
import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';
import { ALL, HUMAN } from './names.ts';

/** The orders that say whether agents may work; of those to an agent, the last one counts. */
export const haltKinds = ['pause', 'stop', 'resume'] as const;
export type HaltKind = (typeof haltKinds)[number];

/** What the person in charge ordered, or the watchdog did in the name of order. Immutable. */
export interface Order {
  readonly id: string;
  /** `pause`, `stop`, `resume`, `lost`, `reassign` …; later versions may bring more. */
  readonly kind: string;
  /** Who gave it: `human`, or `watchdog`. */
  readonly by: string;
  /** Agents, domains or `all`. */
  readonly to: readonly string[];
  /** Grows with every order: which of two came later does not depend on clocks. */
  readonly number: number;
  /** The tasks it is about. */
  readonly tasks: readonly string[];
  /** Ids of the locks that it took away. */
  readonly locks: readonly string[];
  /** The artifact it is about: `domain/name`. */
  readonly artifact?: string;
  /** The commit of the coordination repository that it undid. */
  readonly commit?: string;
  /** When an agent that is lost was last heard, by the clock of its machine, RFC 3339. */
  readonly heard?: string;
  /** By the clock of who gave it, RFC 3339. */
  readonly created: string;
  /** Fields this version does not know. */
  readonly extra: Fields;
  /** Why, in the words of who gave it. */
  readonly body: string;
}

/** The order that a record of the state is; undefined if it is something else. The fold has checked it. */
export function orderOf({ path, fields, body }: LiveRecord): Order | undefined {
  if (!path.startsWith('orders/')) return undefined;
  const { schema: _schema, id, kind, by, to, number, tasks, locks, ...rest } = fields;
  const { artifact, commit, heard, created, ...extra } = rest;
  const present = Object.entries({ artifact, commit, heard }).filter(
    ([, value]) => value !== undefined,
  );
  const known = { id, kind, by, to, number, tasks: tasks ?? [], locks: locks ?? [], created };
  return { ...known, ...Object.fromEntries(present), extra, body } as unknown as Order;
}

/** Whether an order is meant for an agent: it is named, or its domain or `all` is. Nobody orders the human. */
export function concerns({ to }: Pick<Order, 'to'>, { name, domain }: Agent): boolean {
  if (name === HUMAN) return false;
  return to.includes(name) || to.includes(ALL) || (domain !== undefined && to.includes(domain));
}
