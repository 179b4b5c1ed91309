import { findMessages } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import type { Message } from '../records/message.ts';
import { ALL, HUMAN } from '../records/names.ts';
import { estimateTokens } from '../records/tokens.ts';
import { findMessage, shortId } from './finding.ts';
import { type Draft, type Sent, sendMessage } from './messaging.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** What a reply may set itself; the rest follows from the message it replies to. */
export type Reply = Omit<Draft, 'to' | 'thread' | 'inReplyTo'> & {
  readonly all?: boolean;
};

/**
 * Replies in the thread of a message, to its sender (`all`: to everybody it went to). Refused: an
 * answer that is longer than its question allows, `over-token-budget`.
 */
export async function replyTo(
  session: Session,
  fragment: string,
  reply: Reply,
): Promise<Outcome<Sent>> {
  const found = await findMessage(await session.bus.view(), fragment);
  if (!found.ok) return found;
  const refusal = reply.type === 'answer' ? await lengthRefusal(found.data, reply.body) : undefined;
  if (refusal) return no(refusal);
  return sendMessage(session, draftOfReply(session.agent, found.data, reply));
}

/**
 * Answers a question. Refused: `no-question` when the message asked nothing, `not-asked` when
 * others were, `over-token-budget` when the answer is longer than the question allows.
 */
export async function answer(
  session: Session,
  fragment: string,
  reply: Reply,
): Promise<Outcome<Sent>> {
  const view = await session.bus.view();
  const found = await findMessage(view, fragment);
  if (!found.ok) return found;
  const domain = view.fold.agents.get(session.agent)?.domain;
  const refusal = await answerRefusal(found.data, [session.agent, domain], reply.body);
  if (refusal) return no(refusal);
  const draft = draftOfReply(session.agent, found.data, reply);
  return sendMessage(session, { ...draft, type: 'answer' });
}

async function answerRefusal(
  question: Message,
  [agent, domain]: readonly [string, string | undefined],
  body: string,
) {
  const { id, type, to, cc } = question;
  if (type !== 'question' && type !== 'help') {
    const message = `${shortId(id)} is a message of type ${type}, not a question`;
    return { code: 'no-question', message, hint: `comm-node reply ${shortId(id)} TEXT` };
  }
  const asked = [...to, ...cc].some((name) => [agent, domain, ALL].includes(name));
  if (!asked && agent !== HUMAN) {
    const message = `${shortId(id)} asks ${to.join(', ')}, not ${agent}`;
    return { code: 'not-asked', message, hint: `comm-node reply ${shortId(id)} TEXT` };
  }
  return lengthRefusal(question, body);
}

async function lengthRefusal({ from, token_budget: budget }: Message, body: string) {
  const tokens = estimateTokens(body);
  if (budget === undefined || tokens <= budget) return undefined;
  const { cutTo } = await import('../records/shorten.ts');
  const fits = cutTo(body, budget);
  const cut = fits === undefined ? '' : `, the last ${body.length - fits.length} characters`;
  return {
    code: 'over-token-budget',
    message: `the answer has about ${tokens} tokens, and ${from} has asked for at most ${budget}`,
    hint: `cut ${tokens - budget} tokens${cut}, or publish the long text and name it`,
    data: { tokens, token_budget: budget, over: tokens - budget, fits: fits ?? null },
  };
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
    ...draftOfReply(session.agent, found.data, { body: text ?? 'Understood.' }),
    type: 'ack',
    priority: 'low',
    // One acknowledgement is enough, however often it is given.
    idempotencyKey: `ack-${id}`,
  });
  return outcome.ok ? yes({ ...outcome.data, of: id }) : outcome;
}

function draftOfReply(agent: string, message: Message, reply: Reply): Draft {
  const { all, ...own } = reply;
  const others = [message.from, ...message.to, ...message.cc].filter((name) => name !== agent);
  const back = message.from === agent ? message.to : [message.from];
  return {
    ...own,
    to: all ? [...new Set(others)] : back,
    thread: message.thread,
    inReplyTo: message.id,
    priority: own.priority ?? message.priority,
    task: own.task ?? message.task,
  };
}

/** The answers that others have given to a question so far, oldest first. */
export async function answersTo(view: View, question: string, asker: string): Promise<Message[]> {
  return findMessages(
    view,
    [`"in_reply_to":"${question}"`],
    ({ in_reply_to, type, from }) => in_reply_to === question && type !== 'ack' && from !== asker,
  );
}
