import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { checkOwnPath, defined, type Fields, unknownFields } from './fields.ts';
import { LOCK_FIELDS } from './lock-file.ts';
import { LOST_KEYS, type LostLock } from './lost-lock.ts';
import { lostLockPath } from './paths.ts';
import { checkFields, idField, SCHEMA, timeField } from './schema.ts';

const SCHEMA_OF_LOST = v.object({ ...LOCK_FIELDS, taken: timeField, order: idField });

/**
 * Reads `lost/<id>.md`.
 * @throws RecordError
 */
export function parseLostLock(text: string, path: string): LostLock {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_LOST, record, path);
  checkOwnPath(record, path, fields.id, lostLockPath(fields.id));
  return { ...fields, extra: unknownFields(record.fields, LOST_KEYS), body: record.body };
}

/** Writes `lost/<id>.md`. */
export function formatLostLock({ extra, body, ...fields }: LostLock): string {
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, LOST_KEYS);
}
