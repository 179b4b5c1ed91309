import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { LOCK_FIELDS, LOCK_KEYS } from './lock-file.ts';
import type { LostLock } from './lost-lock.ts';
import { lostLockPath } from './paths.ts';
import { checkFields, idField, SCHEMA, timeField } from './schema.ts';

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
