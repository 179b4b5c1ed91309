import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { checkOwnPath, defined, type Fields, unknownFields } from './fields.ts';
import type { Order } from './order.ts';
import { orderPath } from './paths.ts';
import {
  addressesField,
  agentField,
  checkFields,
  countField,
  idField,
  idsField,
  kindField,
  lineField,
  oidField,
  SCHEMA,
  tasksField,
  timeField,
} from './schema.ts';

const ORDER = [
  'schema',
  'id',
  'kind',
  'by',
  'to',
  'number',
  'tasks',
  'locks',
  'artifact',
  'commit',
  'heard',
  'created',
];

const SCHEMA_OF_ORDER = v.object({
  id: idField,
  kind: kindField,
  by: agentField,
  to: addressesField,
  number: countField,
  tasks: v.optional(tasksField, []),
  locks: v.optional(idsField, []),
  artifact: v.exactOptional(lineField),
  commit: v.exactOptional(oidField),
  heard: v.exactOptional(timeField),
  created: timeField,
});

/**
 * Reads `orders/<id>.md`.
 * @throws RecordError; until it is mended, nobody knows whom it stops
 */
export function parseOrder(text: string, path: string): Order {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_ORDER, record, path);
  checkOwnPath(record, path, fields.id, orderPath(fields.id));
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `orders/<id>.md`. */
export function formatOrder(order: Order): string {
  const { extra, body, tasks, locks, ...fields } = order;
  const lists = defined<Fields>({
    tasks: tasks.length > 0 ? tasks : undefined,
    locks: locks.length > 0 ? locks : undefined,
  });
  return formatRecord(
    { ...extra, schema: SCHEMA, ...defined<Fields>(fields), ...lists },
    body,
    ORDER,
  );
}
