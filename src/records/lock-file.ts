import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import type { Lock } from './lock.ts';
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

/** The keys of a lock, in their order. */
export const LOCK_KEYS: readonly string[] = [
  'schema',
  'id',
  'holder',
  'repo',
  'paths',
  'exclusive',
  'task',
  'why',
  'fence',
  'created',
  'expires',
  'key',
];

/** What stands in a lock. */
export const LOCK_FIELDS = {
  id: idField,
  holder: agentField,
  repo: repoField,
  paths: globsField,
  exclusive: flagField,
  task: v.exactOptional(taskField),
  why: v.exactOptional(lineField),
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
  if (path !== lockPath(fields.id)) {
    const line = record.lines.get('id') ?? 1;
    throw recordFault(path, line, 'the id that the path says', lockPath(fields.id), fields.id);
  }
  return { ...fields, extra: unknownFields(record.fields, LOCK_KEYS), body: record.body };
}

/** Writes `locks/<id>.md`; unknown fields follow the known ones. */
export function formatLock(lock: Lock): string {
  const { extra, body, ...fields } = lock;
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, LOCK_KEYS);
}
