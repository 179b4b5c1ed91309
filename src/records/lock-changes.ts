import { DEFAULT_SKEW_MS } from './inbox.ts';
import type { Lock } from './lock.ts';
import type { LockBoard } from './lock-board.ts';
import { lockBoard } from './lock-board.ts';
import { formatLock } from './lock-file.ts';
import { LockLine, withoutPast } from './lock-line.ts';
import { lockPath, waitPath } from './paths.ts';
import type { State } from './state.ts';
import type { Wait } from './wait.ts';
import { formatWait } from './wait-file.ts';

/** What one decision does to locks and line. */
export interface LockChange {
  /** New or changed ones; one with a known id replaces it. */
  readonly locks?: readonly Lock[];
  readonly waits?: readonly Wait[];
  /** Ids of locks and places that go. */
  readonly gone?: readonly string[];
}

/** The board that a decision is made on. */
export function boardOf(state: Pick<State, 'live' | 'malformed' | 'project'>): LockBoard {
  return lockBoard(state, state.project?.clockSkewMs ?? DEFAULT_SKEW_MS);
}

/**
 * The files that a change writes and deletes: its own, those of expired locks and of places that
 * count no more, and those of whoever's turn has come by it.
 */
export function lockFiles(
  board: LockBoard,
  change: LockChange,
  now: number,
): Map<string, string | null> {
  const gone = new Set(change.gone ?? []);
  const changed: LockBoard = {
    ...board,
    locks: merged(board.locks, change.locks, gone),
    waits: merged(board.waits, change.waits, gone),
  };
  const current = withoutPast(changed, now);
  const next = { locks: current.locks, waits: new LockLine(current, now).withTurns() };
  return new Map([
    ...difference(board.locks, next.locks, lockPath, formatLock),
    ...difference(board.waits, next.waits, waitPath, formatWait),
  ]);
}

function merged<T extends { readonly id: string }>(
  before: readonly T[],
  changed: readonly T[] = [],
  gone: ReadonlySet<string>,
): T[] {
  const ids = new Set(changed.map(({ id }) => id));
  return [...before.filter(({ id }) => !gone.has(id) && !ids.has(id)), ...changed];
}

function difference<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
  pathOf: (id: string) => string,
  format: (record: T) => string,
): [string, string | null][] {
  const known = new Map(before.map((record) => [record.id, record]));
  const kept = new Set(after.map(({ id }) => id));
  const files: [string, string | null][] = [];
  for (const { id } of before) if (!kept.has(id)) files.push([pathOf(id), null]);
  for (const record of after) {
    if (known.get(record.id) !== record) files.push([pathOf(record.id), format(record)]);
  }
  return files;
}
