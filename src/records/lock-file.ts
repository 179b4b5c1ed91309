import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { checkOwnPath, defined, type Fields, unknownFields } from './fields.ts';
import { LOCK_KEYS, type Lock } from './lock.ts';
import { lockPath } from './paths.ts';
import {
  agentField,
  checkFields,
  countField,
  flagField,
  globsField,
  idField,
  keyField,
  lineField,
  repoField,
  SCHEMA,
  taskField,
  timeField,
} from './schema.ts';

/** What a lock is on, and what for; whoever waits for one says it too. */
export const LOCKED_FIELDS = {
  repo: repoField,
  paths: globsField,
  exclusive: flagField,
  task: v.exactOptional(taskField),
  why: v.exactOptional(lineField),
};

/** What stands in a lock. */
export const LOCK_FIELDS = {
  id: idField,
  holder: agentField,
  ...LOCKED_FIELDS,
  fence: countField,
  created: timeField,
  expires: timeField,
  key: v.exactOptional(keyField),
};

const SCHEMA_OF_LOCK = v.object(LOCK_FIELDS);

/**
 * Reads `locks/<id>.md`.
 * @throws RecordError; whoever asks who holds what then counts it as held
 */
export function parseLock(text: string, path: string): Lock {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_LOCK, record, path);
  checkOwnPath(record, path, fields.id, lockPath(fields.id));
  return { ...fields, extra: unknownFields(record.fields, LOCK_KEYS), body: record.body };
}

/** Writes `locks/<id>.md`; unknown fields follow the known ones. */
export function formatLock(lock: Lock): string {
  const { extra, body, ...fields } = lock;
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, LOCK_KEYS);
}
