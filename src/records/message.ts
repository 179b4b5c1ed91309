import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { messagePath, roomOf } from './paths.ts';
import {
  addressesField,
  checkFields,
  countField,
  flagField,
  idField,
  keyField,
  linesField,
  SCHEMA,
  senderField,
  taskField,
  timeField,
  wordField,
} from './schema.ts';
import { firstSentence } from './sentences.ts';
import { parseSignal } from './signal.ts';
import { oneLine } from './visible.ts';

// DESIGN.md, section 4: types, tiers and priorities.
export const messageTypes = [
  'task_assignment',
  'artifact_ready',
  'completion',
  'question',
  'answer',
  'blocked',
  'help',
  'error',
  'ack',
  'budget_request',
  'budget_decision',
  'announcement',
  'order',
  'design_discussion',
] as const;
export const tiers = ['signal', 'coordination', 'detailed'] as const;
export const priorities = ['high', 'medium', 'low'] as const;

export type MessageType = (typeof messageTypes)[number];
export type Tier = (typeof tiers)[number];
export type Priority = (typeof priorities)[number];

/** A message: immutable, from one agent to others. The names are those of its frontmatter. */
export interface Message {
  /** ULID, made by the sender. */
  readonly id: string;
  readonly type: MessageType;
  readonly tier: Tier;
  readonly from: string;
  /** Agents, domains, `all`, `human`. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly task?: string;
  /** Id of the message that began the thread: its own, if it did. */
  readonly thread: string;
  readonly in_reply_to?: string;
  readonly priority: Priority;
  /** Names of artifacts, such as `api-contract.yaml`. */
  readonly artifacts: readonly string[];
  readonly blocks_progress: boolean;
  readonly ack_required: boolean;
  /** What an answer may cost, in tokens. */
  readonly token_budget?: number;
  /** What the body costs to read, in estimated tokens. */
  readonly tokens: number;
  /** RFC 3339 in UTC with milliseconds, by the sender's clock. */
  readonly created: string;
  readonly expires?: string;
  /** Idempotency key of the request that made it. */
  readonly key?: string;
  readonly body: string;
}

const ORDER = [
  'schema',
  'id',
  'type',
  'tier',
  'from',
  'to',
  'cc',
  'task',
  'thread',
  'in_reply_to',
  'priority',
  'artifacts',
  'blocks_progress',
  'ack_required',
  'token_budget',
  'tokens',
  'created',
  'expires',
  'key',
];

// exactOptional, as all optional fields: a key is there with a value, or it is not there.
const SCHEMA_OF_MESSAGE = v.object({
  id: idField,
  type: wordField(messageTypes),
  tier: wordField(tiers),
  from: senderField,
  to: addressesField,
  cc: v.optional(addressesField, []),
  task: v.exactOptional(taskField),
  thread: idField,
  in_reply_to: v.exactOptional(idField),
  priority: v.optional(wordField(priorities), 'medium'),
  artifacts: v.optional(linesField, []),
  blocks_progress: v.optional(flagField, false),
  ack_required: v.optional(flagField, false),
  token_budget: v.exactOptional(countField),
  tokens: countField,
  created: timeField,
  expires: v.exactOptional(timeField),
  key: v.exactOptional(keyField),
});

/**
 * Reads a message.
 * @param path where it lies; named in errors, and must be the path of its id if it is in `messages/`
 * @throws RecordError
 */
export function parseMessage(text: string, path: string): Message {
  return readMessage(text, path).message;
}

/** As parseMessage, with the fields that this version does not know, which formatMessage keeps. */
export function readMessage(text: string, path: string): { message: Message; extra: Fields } {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_MESSAGE, record, path);
  if (roomOf(path) === 'messages' && path !== messagePath(fields.id)) {
    const line = record.lines.get('id') ?? 1;
    throw recordFault(path, line, 'the id that the path says', messagePath(fields.id), fields.id);
  }
  return { message: { ...fields, body: record.body }, extra: unknownFields(record.fields, ORDER) };
}

/**
 * Writes a message. Empty lists and false flags are left out: an agent pays for each line it reads.
 * @param extra fields of a later version, kept after the known ones
 * @throws UsageError if the text cannot be stored
 */
export function formatMessage(message: Message, extra: Fields = {}): string {
  const { body, cc, artifacts, blocks_progress, ack_required, ...fields } = message;
  const optional = defined<Fields>({
    cc: cc.length > 0 ? cc : undefined,
    artifacts: artifacts.length > 0 ? artifacts : undefined,
    blocks_progress: blocks_progress || undefined,
    ack_required: ack_required || undefined,
  });
  return formatRecord({ ...extra, schema: SCHEMA, ...fields, ...optional }, body, ORDER);
}

/**
 * One line that stands for the message in lists and commit subjects: the signal itself, else the
 * first heading or sentence, at most 120 characters and safe to print.
 */
export function summaryOf(message: Message): string {
  const line = message.body.trim();
  if (message.tier === 'signal' && !('fault' in parseSignal(line))) return oneLine(line, 120);
  const summary = oneLine(firstSentence(message.body), 120);
  return summary === '' ? `(${message.type.replaceAll('_', ' ')})` : summary;
}
