import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { checkOwnPath, defined, type Fields } from './fields.ts';
import { roomOf, violationPath } from './paths.ts';
import {
  agentField,
  checkFields,
  idField,
  kindField,
  linesField,
  oidField,
  repoField,
  SCHEMA,
  senderField,
  taskField,
  timeField,
  wordField,
} from './schema.ts';
import { type Violation, violationOutcomes } from './violation.ts';

const ORDER = [
  'schema',
  'id',
  'agent',
  'rule',
  'outcome',
  'place',
  'repo',
  'paths',
  'owner',
  'lock',
  'task',
  'commit',
  'created',
];

/** What a request may say of a violation; the rest of the record follows from the request. */
export const VIOLATION_FIELDS = {
  rule: kindField,
  outcome: wordField(violationOutcomes),
  place: kindField,
  repo: v.exactOptional(repoField),
  paths: v.optional(linesField, []),
  owner: v.exactOptional(agentField),
  lock: v.exactOptional(idField),
  task: v.exactOptional(taskField),
  commit: v.exactOptional(oidField),
};

const SCHEMA_OF_VIOLATION = v.object({
  id: idField,
  agent: senderField,
  ...VIOLATION_FIELDS,
  created: timeField,
});

/**
 * Reads `violations/YEAR/MONTH/DAY/<id>.md`.
 * @throws RecordError
 */
export function parseViolation(text: string, path: string): Violation {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_VIOLATION, record, path);
  if (roomOf(path) === 'violations') {
    checkOwnPath(record, path, fields.id, violationPath(fields.id));
  }
  return { ...fields, body: record.body };
}

/** Writes a violation. */
export function formatViolation(violation: Violation, extra: Fields = {}): string {
  const { body, paths, ...fields } = violation;
  const optional = defined<Fields>({ paths: paths.length > 0 ? paths : undefined });
  return formatRecord(
    { ...extra, schema: SCHEMA, ...defined<Fields>(fields), ...optional },
    body,
    ORDER,
  );
}
