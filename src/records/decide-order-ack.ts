import * as v from 'valibot';
import { formatOrderAck, ORDER_ACK_FIELDS } from './order-ack-file.ts';
import { hasHeard, orderBoard } from './order-board.ts';
import { orderAckPath } from './paths.ts';
import type { Decision, Request } from './request.ts';
import { senderRefusal } from './roster.ts';
import { checkPayload } from './schema.ts';
import type { State } from './state.ts';

const PAYLOAD = v.object(ORDER_ACK_FIELDS);

/**
 * Records that an order reached the agent that asks. Payload {order, machine?, worktree?, place}.
 * Unneeded if it is known from there, or the order is gone. Result {id}.
 */
export function decideOrderAck(state: State, request: Request): Decision {
  const checked = checkPayload(PAYLOAD, 'order-ack', request.payload);
  if ('refused' in checked) return checked;
  const refused = senderRefusal(state, request.agent);
  if (refused !== undefined) return { refused };
  const { id, agent, at: created } = request;
  const board = orderBoard(state);
  const order = board.orders.find((one) => one.id === checked.payload.order);
  const { order: of, ...post } = checked.payload;
  if (order === undefined || hasHeard(board, of, { agent, ...post })) return { unneeded: { id } };
  const where = [post.worktree, post.machine].filter(Boolean).join(' on ');
  return {
    granted: {
      files: new Map([
        [orderAckPath(id), formatOrderAck({ id, agent, ...checked.payload, created })],
      ]),
      subject: `ack: ${agent} has heard of the order to ${order.kind}${where === '' ? '' : ` in ${where}`}`,
      record: id,
      result: { id },
    },
  };
}
