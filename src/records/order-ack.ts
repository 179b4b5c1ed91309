import type { LiveRecord } from './live-record.ts';

/** That an order reached an agent in one of its worktrees. Immutable; its machine writes it. */
export interface OrderAck {
  readonly id: string;
  readonly order: string;
  readonly agent: string;
  /** For people: the machine, and the name of the worktree's folder. */
  readonly machine?: string;
  readonly worktree?: string;
  /** What noticed it: `claude`, `git`, `inbox`. */
  readonly place: string;
  /** By the clock of that machine, RFC 3339. */
  readonly created: string;
}

/** The acknowledgement that a record of the state is; undefined if it is something else. */
export function orderAckOf({ path, fields }: LiveRecord): OrderAck | undefined {
  return path.startsWith('acks/') ? (fields as unknown as OrderAck) : undefined;
}
