import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { KICKOFF_KEYS, type Kickoff } from './kickoff.ts';
import { kickoffPath, recordId } from './paths.ts';
import {
  addressesField,
  agentField,
  checkFields,
  flagField,
  planField,
  SCHEMA,
  timeField,
  versionField,
} from './schema.ts';

const ORDER = ['schema', ...KICKOFF_KEYS];

const SCHEMA_OF_KICKOFF = v.object({
  name: planField,
  opened_by: agentField,
  opened: timeField,
  expect: addressesField,
  plan_version: v.exactOptional(versionField),
  accepted: v.optional(addressesField, []),
  objected: v.optional(addressesField, []),
  late: v.optional(addressesField, []),
  started: v.exactOptional(timeField),
  started_by: v.exactOptional(agentField),
  forced: v.exactOptional(flagField),
});

/**
 * Reads `kickoff/<name>.md`.
 * @throws RecordError
 */
export function parseKickoff(text: string, path: string): Kickoff {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_KICKOFF, record, path);
  if (path !== kickoffPath(fields.name)) {
    const line = record.lines.get('name') ?? 1;
    const example = `name: ${recordId(path)}`;
    throw recordFault(path, line, 'the name that the path says', example, fields.name);
  }
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `kickoff/<name>.md`: lists that are empty are left out. */
export function formatKickoff({ extra, body, ...fields }: Kickoff): string {
  const told = Object.entries(fields).filter(
    ([, value]) => !(Array.isArray(value) && value.length === 0),
  );
  const all = { ...extra, schema: SCHEMA, ...defined<Fields>(Object.fromEntries(told)) };
  return formatRecord(all, body, ORDER);
}
