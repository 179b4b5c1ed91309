import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { type Fields, recordFault } from './fields.ts';
import { receiptPath, roomOf } from './paths.ts';
import {
  agentField,
  chargesField,
  checkFields,
  countField,
  idField,
  idsField,
  SCHEMA,
  timeField,
} from './schema.ts';

/** What one reading delivered to an agent: immutable. */
export interface Receipt {
  readonly id: string;
  readonly agent: string;
  /** Ids of the messages. */
  readonly messages: readonly string[];
  /** What they cost to read, in estimated tokens. */
  readonly tokens: number;
  /** What of it was about which task: `shop-7 120`, a task and its tokens. Absent: nothing was. */
  readonly charged?: readonly string[];
  /** RFC 3339. */
  readonly created: string;
}

const ORDER = ['schema', 'id', 'agent', 'messages', 'tokens', 'charged', 'created'];

const SCHEMA_OF_RECEIPT = v.object({
  id: idField,
  agent: agentField,
  messages: idsField,
  tokens: countField,
  charged: v.exactOptional(chargesField),
  created: timeField,
});

/**
 * Reads `receipts/<agent>/…/<id>.md`.
 * @throws RecordError
 */
export function parseReceipt(text: string, path: string): Receipt {
  const record = parseRecord(text, path);
  const receipt = checkFields(SCHEMA_OF_RECEIPT, record, path);
  const place = receiptPath(receipt.agent, receipt.id);
  if (roomOf(path) === 'receipts' && path !== place) {
    throw recordFault(
      path,
      record.lines.get('id') ?? 1,
      'the agent and id that the path says',
      place,
      receipt.id,
    );
  }
  return receipt;
}

/** Writes a receipt. */
export function formatReceipt(receipt: Receipt, extra: Fields = {}): string {
  return formatRecord({ ...extra, schema: SCHEMA, ...receipt }, '', ORDER);
}
