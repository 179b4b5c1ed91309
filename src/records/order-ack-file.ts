import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { checkOwnPath, defined, type Fields } from './fields.ts';
import type { OrderAck } from './order-ack.ts';
import { orderAckPath } from './paths.ts';
import {
  agentField,
  checkFields,
  idField,
  kindField,
  lineField,
  SCHEMA,
  timeField,
} from './schema.ts';

const ORDER = ['schema', 'id', 'order', 'agent', 'machine', 'worktree', 'place', 'created'];

/** What a request may say of it; the rest follows from the request. */
export const ORDER_ACK_FIELDS = {
  order: idField,
  machine: v.exactOptional(lineField),
  worktree: v.exactOptional(lineField),
  place: kindField,
};

const SCHEMA_OF_ACK = v.object({
  id: idField,
  ...ORDER_ACK_FIELDS,
  agent: agentField,
  created: timeField,
});

/**
 * Reads `acks/<id>.md`.
 * @throws RecordError
 */
export function parseOrderAck(text: string, path: string): OrderAck {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_ACK, record, path);
  checkOwnPath(record, path, fields.id, orderAckPath(fields.id));
  return fields;
}

/** Writes `acks/<id>.md`. */
export function formatOrderAck(ack: OrderAck): string {
  return formatRecord({ schema: SCHEMA, ...defined<Fields>({ ...ack }) }, '', ORDER);
}
