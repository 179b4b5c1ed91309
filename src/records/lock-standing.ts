import type { Lock } from './lock.ts';
import { boardOf } from './lock-changes.ts';
import { ownFactsOf } from './lock-facts.ts';
import type { Request } from './request.ts';
import type { State } from './state.ts';

const KINDS: readonly string[] = ['lock', 'unlock', 'renew'];

/** Whether a request is about locks. */
export function isOfLocks(kind: string): boolean {
  return KINDS.includes(kind);
}

/**
 * What stands of a request about locks that has landed: the lock or the place that it made, if it
 * is still there, or the locks that it prolonged. `gone` says that nothing of it is left.
 */
export function standingOf(state: State, request: Request): Readonly<Record<string, unknown>> {
  const { id, agent, kind, payload } = request;
  const { locks, waits, skewMs } = boardOf(state);
  const facts = (lock: Lock) => ownFactsOf(lock, skewMs);
  if (kind === 'renew') return { locks: locks.filter((one) => one.holder === agent).map(facts) };
  if (kind === 'unlock') return { released: [], kept: [], repeated: true };
  const lock = locks.find((one) => one.id === id);
  if (lock) return { lock: facts(lock) };
  const wait = waits.find((one) => one.id === (payload['claim'] ?? id));
  if (wait) return { place: { id: wait.id, place: wait.place, until: wait.until }, conflicts: [] };
  return { id, gone: true };
}
