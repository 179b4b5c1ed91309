import * as v from 'valibot';
import { MAX_FRONTMATTER, MAX_RECORD, textFault, withLineFeeds } from './codec.ts';
import { defined } from './fields.ts';
import { type Message, messageTypes, priorities, tiers } from './message.ts';
import { formatMessage } from './message-file.ts';
import { overBudget } from './over-budget.ts';
import { messagePath } from './paths.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, recipientRefusal, senderRefusal } from './roster.ts';
import {
  addressesField,
  checkPayload,
  countField,
  flagField,
  idField,
  linesField,
  taskField,
  timeField,
  wordField,
} from './schema.ts';
import { parseSignal } from './signal.ts';
import type { State } from './state.ts';
import { summaryOf } from './summary.ts';
import { checkTier, chooseTier } from './tier.ts';
import { estimateTokens } from './tokens.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.object({
  type: v.optional(wordField(messageTypes), 'announcement'),
  tier: v.exactOptional(wordField(tiers)),
  to: v.optional(addressesField, []),
  cc: v.optional(addressesField, []),
  task: v.exactOptional(taskField),
  thread: v.exactOptional(idField),
  in_reply_to: v.exactOptional(idField),
  priority: v.optional(wordField(priorities), 'medium'),
  artifacts: v.optional(linesField, []),
  blocks_progress: v.optional(flagField, false),
  ack_required: v.optional(flagField, false),
  token_budget: v.exactOptional(countField),
  expires: v.exactOptional(timeField),
  body: v.string('text, for example "Auth API ready"'),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/**
 * Sends a message from the agent that asks. Payload: the fields of a message, of which `to` and
 * `body` must be given. Refused: `no-recipient`, `unknown-recipient`, `recipient-left`,
 * `unknown-project`, `not-registered`, `tier-misfit`, `not-your-name`, `bad-text`, `over-budget`.
 * Result {id, tier, tokens, thread, to, cc}.
 */
export async function decideSend(state: State, request: Request): Promise<Decision> {
  const checked = checkPayload(PAYLOAD, 'send', request.payload);
  if ('refused' in checked) return checked;
  const payload = { ...checked.payload, body: withLineFeeds(checked.payload.body) };
  const refused =
    projectRefusal(state) ??
    senderRefusal(state, request.agent) ??
    recipientsRefusal(state, payload) ??
    bodyRefusal(state, request.agent, payload);
  if (refused !== undefined) return { refused };
  const message = messageOf(payload, request);
  const over = await overBudget(state, message);
  if (over !== undefined) return { refused: over };
  const { id, tier, tokens, thread, to, cc, task } = message;
  return {
    granted: {
      files: new Map([[messagePath(id), formatMessage(message)]]),
      subject: subjectOf(message),
      record: id,
      result: { id, tier, tokens, thread, to, cc },
      ...(task === undefined ? {} : { task }),
    },
  };
}

function recipientsRefusal(state: State, { to, cc }: Payload): Refusal | undefined {
  if (to.length === 0) {
    const hint = 'add --to with agents or domains, all, or human';
    return { code: 'no-recipient', message: 'the message is for nobody', hint };
  }
  for (const name of [...to, ...cc]) {
    const refusal = recipientRefusal(state, name);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function bodyRefusal(state: State, agent: string, { body, tier }: Payload): Refusal | undefined {
  const fault = textFault(body);
  const fits = Buffer.byteLength(body) <= MAX_RECORD - MAX_FRONTMATTER;
  if (fault !== undefined || !fits) {
    const message =
      fault ?? `the text of a message is at most ${(MAX_RECORD - MAX_FRONTMATTER) / 1024} KiB`;
    return {
      code: 'bad-text',
      message,
      hint: 'send plain text; put large content into an artifact',
    };
  }
  const misfit = tier === undefined ? undefined : checkTier(tier, body);
  return (
    misfit ??
    ((tier ?? chooseTier(body)) === 'signal' ? nameRefusal(state, agent, body) : undefined)
  );
}

// The line says who speaks; it may say the agent or its domain, and nobody else.
function nameRefusal(state: State, agent: string, body: string): Refusal | undefined {
  const signal = parseSignal(body);
  if ('fault' in signal || signal.from === undefined || signal.from === agent) return undefined;
  const domain = state.agents.get(agent)?.domain;
  if (signal.from === domain) return undefined;
  return {
    code: 'not-your-name',
    message: `the signal says it is from ${signal.from}, and you are ${agent}`,
    hint: `write ${agent}→… in the line`,
    data: { from: signal.from, agent },
  };
}

function messageOf(payload: Payload, request: Request): Message {
  const { body } = payload;
  const to = [...new Set(payload.to)];
  return defined<Message>({
    ...payload,
    id: request.id,
    tier: payload.tier ?? chooseTier(body),
    from: request.agent,
    to,
    cc: [...new Set(payload.cc)].filter((name) => !to.includes(name)),
    task: payload.task,
    thread: payload.thread ?? request.id,
    in_reply_to: payload.in_reply_to,
    token_budget: payload.token_budget,
    tokens: estimateTokens(body),
    created: request.at,
    expires: payload.expires,
    key: request.key,
    body,
  });
}

const VERBS: Readonly<Partial<Record<Message['type'], string>>> = {
  question: 'ask',
  answer: 'answer',
  ack: 'ack',
};
// A subject is one line that reads as a sentence.
const MAX_SUBJECT = 100;
const MAX_SHOWN = 3;

function subjectOf(message: Message): string {
  const verb = message.tier === 'signal' ? 'signal' : (VERBS[message.type] ?? 'send');
  const all = [...message.to, ...message.cc];
  const more = all.length > MAX_SHOWN ? ` +${all.length - MAX_SHOWN}` : '';
  const to = all.slice(0, MAX_SHOWN).join(', ') + more;
  return oneLine(`${verb}: ${message.from} → ${to}: ${summaryOf(message)}`, MAX_SUBJECT);
}
