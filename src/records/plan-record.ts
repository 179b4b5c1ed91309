import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { planPath, recordId } from './paths.ts';
import type { Plan } from './plan.ts';
import {
  agentField,
  checkFields,
  countField,
  lineField,
  planField,
  SCHEMA,
  timeField,
} from './schema.ts';

const ORDER = ['schema', 'name', 'goal', 'version', 'by', 'created', 'updated'];

const SCHEMA_OF_PLAN = v.object({
  name: planField,
  goal: v.exactOptional(lineField),
  version: countField,
  by: agentField,
  created: timeField,
  updated: timeField,
});

/**
 * Reads `plans/<name>.md`.
 * @throws RecordError
 */
export function parsePlanRecord(text: string, path: string): Plan {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_PLAN, record, path);
  if (path !== planPath(fields.name)) {
    const line = record.lines.get('name') ?? 1;
    const example = `name: ${recordId(path)}`;
    throw recordFault(path, line, 'the name that the path says', example, fields.name);
  }
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `plans/<name>.md`; unknown fields follow the known ones. */
export function formatPlanRecord(plan: Plan): string {
  const { extra, body, ...fields } = plan;
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, ORDER);
}
