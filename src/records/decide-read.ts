import * as v from 'valibot';
import { receiptPath } from './paths.ts';
import { formatReceipt } from './receipt.ts';
import type { Decision, Request } from './request.ts';
import { senderRefusal } from './roster.ts';
import { chargesField, checkPayload, countField, idsField } from './schema.ts';
import type { State } from './state.ts';

const PAYLOAD = v.object({
  messages: idsField,
  tokens: countField,
  charged: v.exactOptional(chargesField),
});

/**
 * Records what one reading delivered. Payload {messages: ids, tokens, charged?:
 * what of it was about which task}. Unneeded without messages.
 * Result {id, messages, tokens}.
 */
export function decideRead(state: State, request: Request): Decision {
  const checked = checkPayload(PAYLOAD, 'read', request.payload);
  if ('refused' in checked) return checked;
  const refused = senderRefusal(state, request.agent);
  if (refused !== undefined) return { refused };
  const { id, agent, at: created } = request;
  const { tokens, charged = [] } = checked.payload;
  const messages = [...new Set(checked.payload.messages)];
  if (messages.length === 0) return { unneeded: { messages, tokens } };
  const text = formatReceipt({
    id,
    agent,
    messages,
    tokens,
    ...(charged.length > 0 ? { charged } : {}),
    created,
  });
  const what = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  return {
    granted: {
      files: new Map([[receiptPath(agent, id), text]]),
      subject: `read: ${agent} read ${what}`,
      record: id,
      result: { id, messages, tokens },
    },
  };
}
