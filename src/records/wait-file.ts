import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { checkOwnPath, defined, type Fields, unknownFields } from './fields.ts';
import { LOCKED_FIELDS } from './lock-file.ts';
import { waitPath } from './paths.ts';
import { agentField, checkFields, countField, idField, SCHEMA, timeField } from './schema.ts';
import type { Wait } from './wait.ts';

const ORDER = [
  'schema',
  'id',
  'agent',
  'repo',
  'paths',
  'exclusive',
  'task',
  'why',
  'place',
  'created',
  'until',
  'grace_ms',
  'turn',
];

const SCHEMA_OF_WAIT = v.object({
  id: idField,
  agent: agentField,
  ...LOCKED_FIELDS,
  place: countField,
  created: timeField,
  until: timeField,
  grace_ms: countField,
  turn: v.exactOptional(timeField),
});

/**
 * Reads `waits/<id>.md`.
 * @throws RecordError
 */
export function parseWait(text: string, path: string): Wait {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_WAIT, record, path);
  checkOwnPath(record, path, fields.id, waitPath(fields.id));
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `waits/<id>.md`; unknown fields follow the known ones. */
export function formatWait(wait: Wait): string {
  const { extra, body, ...fields } = wait;
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, ORDER);
}
