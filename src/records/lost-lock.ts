import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';
import type { Lock } from './lock.ts';
import { LOCK_FIELDS, LOCK_KEYS } from './lock-file.ts';
import { lostLockPath } from './paths.ts';
import { checkFields, idField, SCHEMA, timeField } from './schema.ts';

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

const ORDER = [...LOCK_KEYS, 'taken', 'order'];
const SCHEMA_OF_LOST = v.object({ ...LOCK_FIELDS, taken: timeField, order: idField });

/**
 * Reads `lost/<id>.md`.
 * @throws RecordError
 */
export function parseLostLock(text: string, path: string): LostLock {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_LOST, record, path);
  if (path !== lostLockPath(fields.id)) {
    const line = record.lines.get('id') ?? 1;
    throw recordFault(path, line, 'the id that the path says', lostLockPath(fields.id), fields.id);
  }
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `lost/<id>.md`. */
export function formatLostLock({ extra, body, ...fields }: LostLock): string {
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, ORDER);
}

/** The lost lock that a record of the state is; undefined if it is something else. The fold has checked it. */
export function lostLockOf({ path, fields, body }: LiveRecord): LostLock | undefined {
  if (!path.startsWith('lost/')) return undefined;
  const { schema: _schema, ...rest } = fields;
  const known = Object.entries(rest).filter(
    ([key, value]) => ORDER.includes(key) && value !== undefined,
  );
  const extra = unknownFields(fields, ORDER);
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
