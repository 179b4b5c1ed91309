import * as v from 'valibot';
import type { Agent } from './agent.ts';
import { formatRecord, type ParsedRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { agentPath, recordId } from './paths.ts';
import {
  agentField,
  checkFields,
  domainField,
  lineField,
  repoField,
  SCHEMA,
  timeField,
} from './schema.ts';

const ORDER = ['schema', 'name', 'domain', 'role', 'repo', 'machine', 'joined', 'left'];

const SCHEMA_OF_AGENT = v.object({
  name: agentField,
  domain: v.exactOptional(domainField),
  role: v.exactOptional(lineField),
  repo: v.exactOptional(repoField),
  machine: v.exactOptional(lineField),
  joined: timeField,
  left: v.exactOptional(timeField),
});

/**
 * Reads `agents/<name>.md`.
 * @throws RecordError
 */
export function parseAgent(text: string, path: string): Agent {
  return checkAgent(parseRecord(text, path), path);
}

function checkAgent(record: ParsedRecord, path: string): Agent {
  const fields = checkFields(SCHEMA_OF_AGENT, record, path);
  if (path !== agentPath(fields.name)) {
    const line = record.lines.get('name') ?? 1;
    throw recordFault(
      path,
      line,
      'the name that the path says',
      `name: ${recordId(path)}`,
      fields.name,
    );
  }
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `agents/<name>.md`; unknown fields follow the known ones. */
export function formatAgent(agent: Agent): string {
  const { extra, body, ...fields } = agent;
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>(fields) }, body, ORDER);
}
