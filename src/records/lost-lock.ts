import { type Fields, unknownFields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';
import { LOCK_KEYS, type Lock } from './lock.ts';

/**
 * A lock that was taken from an agent that had gone silent, as `lost/<id>.md` keeps it: whoever comes
 * back must not write there on the strength of it. It is gone when its holder locks the paths anew.
 */
export interface LostLock extends Lock {
  /** When it was taken, by the clock of the watchdog, RFC 3339. */
  readonly taken: string;
  /** The id of the order that took it. */
  readonly order: string;
}

/** The keys of a lost lock, in their order. */
export const LOST_KEYS: readonly string[] = [...LOCK_KEYS, 'taken', 'order'];

/** The lost lock that a record of the state is; undefined if it is something else. The fold has checked it. */
export function lostLockOf({ path, fields, body }: LiveRecord): LostLock | undefined {
  if (!path.startsWith('lost/')) return undefined;
  const { schema: _schema, ...rest } = fields;
  const known = Object.entries(rest).filter(
    ([key, value]) => LOST_KEYS.includes(key) && value !== undefined,
  );
  const extra = unknownFields(fields as Fields, LOST_KEYS);
  return { ...Object.fromEntries(known), extra, body } as unknown as LostLock;
}

/** All lost locks of a state, oldest first. */
export function lostLocks(live: ReadonlyMap<string, LiveRecord>): LostLock[] {
  const found: LostLock[] = [];
  for (const record of live.values()) {
    const lost = lostLockOf(record);
    if (lost) found.push(lost);
  }
  return found.sort((a, b) => a.fence - b.fence);
}
