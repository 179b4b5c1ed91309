import type { Outcome as Published } from '../bus/bus.ts';
import { defined } from '../records/fields.ts';
import type { Conflict, LockFacts } from '../records/lock-facts.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

export { type LockFacts, sentenceOf } from '../records/lock-facts.ts';

/** What an agent wants to lock. */
export interface LockAsk {
  readonly repo: string;
  /** Globs from the root of the repository. */
  readonly paths: readonly string[];
  readonly exclusive: boolean;
  /** How long it wants it, in milliseconds. */
  readonly ttlMs: number;
  readonly task?: string | undefined;
  readonly why?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** A lock that was granted. */
export interface Locked {
  readonly lock: LockFacts;
  /** The same paths were locked already: that lock was prolonged. */
  readonly renewed?: true;
  readonly commit: string | null;
}

/** A place in the line for a lock. */
export interface Place {
  readonly id: string;
  readonly place: number;
  readonly until: string;
}

/** What became of a request for a lock. */
export type LockAnswer =
  | { readonly granted: Locked }
  | { readonly place: Place; readonly conflicts: readonly Conflict[] };

/** How a request asks for a place in the line, or claims one. */
export interface InLine {
  readonly wait?: { readonly until: string; readonly grace_ms: number };
  readonly claim?: string;
}

/**
 * Asks for a lock, all of it or nothing. It is never kept for later: it fails when the remote is
 * out of reach. Refused with `lock-over` when it ran out before its grant was heard of.
 */
export async function requestLock(
  session: Session,
  { repo, paths, exclusive, ttlMs, task, why, idempotencyKey }: LockAsk,
  inLine: InLine = {},
): Promise<Outcome<LockAnswer>> {
  const payload = { repo, paths, exclusive, ttl_ms: ttlMs, task, why, ...inLine };
  const request = session.request(
    'lock',
    defined<Record<string, unknown>>(payload),
    idempotencyKey,
  );
  const outcome = await session.bus.publish(request, { deferrable: false, helpable: true });
  if ('refused' in outcome) return no(outcome.refused);
  const { result, commit } = resultOf(outcome);
  if (result.refused) return no(result.refused);
  if (result.place) return yes({ place: result.place, conflicts: result.conflicts ?? [] });
  if (!result.lock) {
    return no({
      code: 'lock-over',
      message: 'the lock was granted, but it is over already',
      hint: 'run the command again, for a longer time: comm-node lock … --for 2h',
    });
  }
  const renewed = result.renewed === true ? { renewed: true as const } : {};
  return yes({ granted: { lock: result.lock, ...renewed, commit } });
}

interface Result {
  readonly lock?: LockFacts;
  readonly renewed?: boolean;
  readonly place?: Place;
  readonly conflicts?: readonly Conflict[];
  readonly refused?: Parameters<typeof no>[0];
}

function resultOf(outcome: Exclude<Published, { refused: unknown }>): {
  result: Result;
  commit: string | null;
} {
  if ('published' in outcome) return { result: outcome.published, commit: outcome.commit };
  if ('unneeded' in outcome) return { result: outcome.unneeded, commit: null };
  return { result: {}, commit: null };
}
