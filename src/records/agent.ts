import * as v from 'valibot';
import { RecordError } from '../errors.ts';
import { formatRecord, type ParsedRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { agentPath, recordId, roomOf } from './paths.ts';
import {
  agentField,
  checkFields,
  domainField,
  lineField,
  repoField,
  SCHEMA,
  timeField,
} from './schema.ts';
import type { LiveRecord } from './state.ts';

/** A named worker, as `agents/<name>.md` registers it. */
export interface Agent {
  readonly name: string;
  readonly domain?: string;
  /** What it does, one line. */
  readonly role?: string;
  /** The domain repository it works in. */
  readonly repo?: string;
  /** The machine it last joined from: for people, not for rules. */
  readonly machine?: string;
  /** RFC 3339: when it first joined. */
  readonly joined: string;
  /** RFC 3339: when it left; absent while it is here. */
  readonly left?: string;
  /** Fields this version does not know. */
  readonly extra: Fields;
  readonly body: string;
}

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

/** The agent that a record of the state registers; undefined if the record is something else, or wrong. */
export function agentOf(record: LiveRecord): Agent | undefined {
  if (roomOf(record.path) !== 'agents') return undefined;
  try {
    const { path, fields, body } = record;
    return checkAgent({ fields: { ...fields }, body, lines: new Map() }, path);
  } catch (error) {
    // The fold has reported it already as malformed.
    if (error instanceof RecordError) return undefined;
    throw error;
  }
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
