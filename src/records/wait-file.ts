import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { waitPath } from './paths.ts';
import {
  agentField,
  checkFields,
  countField,
  flagField,
  globsField,
  idField,
  lineField,
  repoField,
  SCHEMA,
  taskField,
  timeField,
} from './schema.ts';
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
  repo: repoField,
  paths: globsField,
  exclusive: flagField,
  task: v.exactOptional(taskField),
  why: v.exactOptional(lineField),
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
  if (path !== waitPath(fields.id)) {
    const line = record.lines.get('id') ?? 1;
    throw recordFault(path, line, 'the id that the path says', waitPath(fields.id), fields.id);
  }
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `waits/<id>.md`; unknown fields follow the known ones. */
export function formatWait(wait: Wait): string {
  const { extra, body, ...fields } = wait;
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, ORDER);
}
