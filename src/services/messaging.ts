import { findMessages } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import { UsageError } from '../errors.ts';
import type { Message, MessageType, Priority, Tier } from '../records/message.ts';
import { parseSignal, SIGNAL_EXAMPLE, signalToFields } from '../records/signal.ts';
import { chooseTier } from '../records/tier.ts';
import { estimateTokens } from '../records/tokens.ts';
import { findMessage } from './finding.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** What a person or an agent wants to say. */
export interface Draft {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly type?: MessageType;
  readonly tier?: Tier;
  readonly priority?: Priority;
  readonly task?: string;
  readonly thread?: string;
  readonly inReplyTo?: string;
  readonly artifacts?: readonly string[];
  readonly blocksProgress?: boolean;
  readonly ackRequired?: boolean;
  /** What an answer may cost, in tokens. */
  readonly tokenBudget?: number;
  /** RFC 3339. */
  readonly expires?: string;
  readonly body: string;
  readonly idempotencyKey?: string;
}

/** What the sender is told. */
export interface Sent {
  readonly id: string;
  readonly tier: Tier;
  /** Estimated. */
  readonly tokens: number;
  readonly to: readonly string[];
  /** `queued`: it is kept on this machine and leaves with the next command or `sync`. */
  readonly state: 'published' | 'queued';
  readonly commit?: string;
  readonly reason?: string;
  /** A retry of the same idempotency key: this is what was sent the first time. */
  readonly repeated?: true;
}

/** Sends a message. A recipient that cannot be reached is a refusal. */
export async function sendMessage(session: Session, draft: Draft): Promise<Outcome<Sent>> {
  const request = session.request('send', payloadOf(draft), draft.idempotencyKey);
  const outcome = await session.bus.publish(request, { deferrable: true });
  if ('refused' in outcome) return no(outcome.refused);
  if ('queued' in outcome) {
    return yes({
      id: request.id,
      tier: draft.tier ?? chooseTier(draft.body),
      tokens: estimateTokens(draft.body),
      to: draft.to,
      state: 'queued',
      reason: outcome.queued.reason,
    });
  }
  const told = 'published' in outcome ? outcome.published : outcome.unneeded;
  const result = { ...(told as Pick<Sent, 'id' | 'tier' | 'tokens'>), to: draft.to };
  return 'published' in outcome
    ? yes({ ...result, state: 'published', commit: outcome.commit })
    : yes({ ...result, state: 'published', repeated: true });
}

/** Sends a line of the dialect; its fields say who gets it and what it means. */
export async function sendSignal(
  session: Session,
  line: string,
  extra: { readonly to?: readonly string[]; readonly idempotencyKey?: string },
): Promise<Outcome<Sent>> {
  const signal = parseSignal(line);
  if ('fault' in signal) {
    throw new UsageError(`this is no signal: ${signal.fault}`, {
      hint: `for example: comm-node signal "${SIGNAL_EXAMPLE}"`,
      data: { line },
    });
  }
  if (signal.from !== undefined && signal.from !== session.agent) {
    throw new UsageError(`the signal is from ${signal.from}, but you are ${session.agent}`, {
      hint: `leave the sender out, or write ${session.agent}→…`,
    });
  }
  const { to, ...fields } = signalToFields(signal);
  return sendMessage(session, {
    ...fields,
    to: extra.to?.length ? extra.to : to,
    tier: 'signal',
    body: line.trim(),
    ...(extra.idempotencyKey === undefined ? {} : { idempotencyKey: extra.idempotencyKey }),
  });
}

/** What a reply may set itself; the rest follows from the message it replies to. */
export type Reply = Omit<Draft, 'to' | 'thread' | 'inReplyTo'> & { readonly all?: boolean };

/** Replies in the thread of a message, to its sender (`all`: to everybody it went to). */
export async function replyTo(
  session: Session,
  fragment: string,
  reply: Reply,
): Promise<Outcome<Sent>> {
  const found = await findMessage(await session.bus.view(), fragment);
  if (!found.ok) return found;
  return sendMessage(session, { ...draftOfReply(session.agent, found.data, reply), ...reply });
}

/**
 * Answers a question: refused when the message asked nothing, or another agent was asked.
 */
export async function answer(
  session: Session,
  fragment: string,
  reply: Reply,
): Promise<Outcome<Sent>> {
  const view = await session.bus.view();
  const found = await findMessage(view, fragment);
  if (!found.ok) return found;
  if (found.data.type !== 'question' && found.data.type !== 'help') {
    return no({
      code: 'no-question',
      message: `${found.data.id} is a message of type ${found.data.type}, not a question`,
      hint: `comm-node reply ${found.data.id} TEXT`,
    });
  }
  const draft = draftOfReply(session.agent, found.data, reply);
  return sendMessage(session, { ...draft, ...reply, type: 'answer' });
}

/** Confirms a message: its sender learns that it was read and understood. */
export async function acknowledge(
  session: Session,
  fragment: string,
  text: string | undefined,
): Promise<Outcome<Sent & { readonly of: string }>> {
  const found = await findMessage(await session.bus.view(), fragment);
  if (!found.ok) return found;
  const { id } = found.data;
  const outcome = await sendMessage(session, {
    ...draftOfReply(session.agent, found.data, { body: '' }),
    type: 'ack',
    priority: 'low',
    body: text ?? 'Understood.',
    // One acknowledgement is enough, however often it is given.
    idempotencyKey: `ack-${id}`,
  });
  return outcome.ok ? yes({ ...outcome.data, of: id }) : outcome;
}

function draftOfReply(agent: string, message: Message, reply: Reply): Draft {
  const others = [message.from, ...message.to, ...message.cc].filter((name) => name !== agent);
  const own = message.from === agent ? message.to : [message.from];
  return {
    to: reply.all ? [...new Set(others)] : own,
    thread: message.thread,
    inReplyTo: message.id,
    priority: message.priority,
    ...(message.task === undefined ? {} : { task: message.task }),
    body: reply.body,
  };
}

/** The answers to a question that have come so far. */
export async function answersTo(view: View, question: string): Promise<Message[]> {
  return findMessages(view, [`"in_reply_to":"${question}"`], ({ type }) => type !== 'ack');
}

function payloadOf(draft: Draft): Record<string, unknown> {
  const payload: Record<string, unknown> = {
    type: draft.type ?? 'announcement',
    tier: draft.tier,
    to: draft.to,
    cc: draft.cc ?? [],
    task: draft.task,
    thread: draft.thread,
    in_reply_to: draft.inReplyTo,
    priority: draft.priority ?? 'medium',
    artifacts: draft.artifacts ?? [],
    blocks_progress: draft.blocksProgress ?? false,
    ack_required: draft.ackRequired ?? false,
    token_budget: draft.tokenBudget,
    expires: draft.expires,
    body: draft.body,
  };
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
}
