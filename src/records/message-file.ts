import * as v from 'valibot';
import { formatRecord, type ParsedRecord, parseRecord } from './codec.ts';
import { checkOwnPath, defined, type Fields, unknownFields } from './fields.ts';
import { type Message, messageTypes, priorities, tiers } from './message.ts';
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
  return readWhole(text, path).message;
}

/** As parseMessage, with the fields that this version does not know, which formatMessage keeps. */
export function readMessage(text: string, path: string): { message: Message; extra: Fields } {
  const { message, record } = readWhole(text, path);
  return { message, extra: unknownFields(record.fields, ORDER) };
}

function readWhole(text: string, path: string): { message: Message; record: ParsedRecord } {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_MESSAGE, record, path);
  if (roomOf(path) === 'messages') {
    checkOwnPath(record, path, fields.id, messagePath(fields.id));
  }
  return { message: { ...fields, body: record.body }, record };
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
