import type { Bus } from '../bus/bus.ts';
import type { Event } from '../bus/event.ts';
import { unreadOf } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import { isLimited, remainingOf } from '../records/account.ts';
import type { Agent } from '../records/agent.ts';
import { chargeOf } from '../records/charge.ts';
import type { Message } from '../records/message.ts';
import { HUMAN } from '../records/names.ts';
import { summaryOf } from '../records/summary.ts';
import { estimateTokens } from '../records/tokens.ts';
import { findMessage } from './finding.ts';
import { type Outcome, yes } from './outcome.ts';
import { registered } from './roster.ts';
import type { Session } from './session.ts';

export interface ReadOptions {
  /** Leaves nothing behind: what was read stays unread. */
  readonly peek: boolean;
  /** Hands out whole texts also beyond the budget of the reader. */
  readonly full: boolean;
}

/** A message as its reader gets it. */
export interface Delivered extends Message {
  /** Beyond the budget of the reader: `body` is one line of it, and it stays unread. */
  readonly digested?: true;
}

/** What a reading handed out. */
export interface Reading {
  readonly messages: readonly Delivered[];
  /** What it cost; nothing for what was read before. */
  readonly tokens: number;
}

const WHOLE: ReadOptions = { peek: false, full: true };

/** Reads messages: hands out their bodies and records what was read, and what it cost. */
export async function readMessages(
  session: Session,
  fragments: readonly string[],
  options: ReadOptions = WHOLE,
): Promise<Outcome<Reading>> {
  const view = await session.bus.view();
  const agent = registered(view, session.agent);
  const messages: Message[] = [];
  for (const fragment of fragments) {
    const found = await findMessage(view, fragment);
    if (!found.ok) return found;
    messages.push(found.data);
  }
  return yes(await deliver(session, view, agent, messages, options));
}

/** Reads the most pressing unread messages, as many as fit in `maxTokens` (one at least). */
export async function readUnread(
  session: Session,
  maxTokens: number,
  options: ReadOptions = WHOLE,
): Promise<Outcome<Reading & { left: number }>> {
  const view = await session.bus.view();
  const agent = registered(view, session.agent);
  const unread = await unreadOf(view, agent, 100, await receiptsUnderWay(session.bus));
  const messages: Message[] = [];
  let spent = 0;
  for (const row of unread.rows) {
    if (messages.length > 0 && spent + row.tokens > maxTokens) break;
    const found = await findMessage(view, row.id);
    if (!found.ok) continue;
    messages.push(found.data);
    spent += row.tokens;
  }
  const reading = await deliver(session, view, agent, messages, options);
  return yes({ ...reading, left: unread.count - messages.length });
}

/** Hands out messages, and records what was read. Reading is never refused: beyond a budget it is short. */
async function deliver(
  session: Session,
  view: View,
  agent: Agent,
  messages: readonly Message[],
  { peek, full }: ReadOptions,
): Promise<Reading> {
  const isFree = full || messages.every(({ task }) => task === undefined);
  const delivered = isFree ? messages : await withinBudget(view, agent.name, messages);
  const whole = delivered.filter(({ digested }: Delivered) => !digested);
  const tokens = peek ? 0 : await recordReading(session, view, agent, whole);
  return { messages: delivered, tokens };
}

/** What goes beyond the reader's budget for its task as one line, unless it presses, or says no more. */
async function withinBudget(
  view: View,
  agent: string,
  messages: readonly Message[],
): Promise<Delivered[]> {
  const ledger = await view.ledger();
  const spent = new Map<string, number>();
  return messages.map((message) => {
    const { task = '', tokens } = message;
    const account = ledger.accounts.get(task, agent);
    const already = spent.get(task) ?? 0;
    const fits = !isLimited(account) || already + tokens <= remainingOf(account);
    const summary = summaryOf(message);
    if (fits || presses(message) || estimateTokens(summary) >= tokens) {
      spent.set(task, already + tokens);
      return message;
    }
    return { ...message, body: summary, digested: true };
  });
}

function presses({ from, priority, blocks_progress }: Message): boolean {
  return from === HUMAN || priority === 'high' || blocks_progress;
}

/** Writes a receipt for what had not been read before. @returns the tokens that this reading cost */
async function recordReading(
  session: Session,
  view: View,
  agent: Agent,
  messages: readonly Message[],
): Promise<number> {
  const unread = await unreadOf(
    view,
    agent,
    Number.POSITIVE_INFINITY,
    await receiptsUnderWay(session.bus),
  );
  const open = new Set(unread.rows.map(({ id }) => id));
  const fresh = messages.filter(({ id }) => open.has(id));
  if (fresh.length === 0) return 0;
  const tokens = fresh.reduce((sum, message) => sum + message.tokens, 0);
  await session.bus.publishSoon(
    session.request('read', {
      messages: fresh.map(({ id }) => id),
      tokens,
      charged: chargesFor(fresh),
    }),
  );
  return tokens;
}

/** What of a reading was about which task: `shop-7 120`. */
function chargesFor(messages: readonly Message[]): string[] {
  const charges = new Map<string, number>();
  for (const message of messages) {
    const { task } = message;
    const tokens = chargeOf(message);
    if (task !== undefined && tokens > 0) charges.set(task, (charges.get(task) ?? 0) + tokens);
  }
  return [...charges].map(([task, tokens]) => `${task} ${tokens}`);
}

/** Receipts of this machine that have not left it yet count here all the same. */
export async function receiptsUnderWay(bus: Bus): Promise<Event[]> {
  if (bus.hub.lane === 'in-place') return [];
  return (await bus.waiting())
    .filter(({ request }) => request.kind === 'read')
    .map(({ request: { id, agent, at, payload } }) => ({
      receipt: {
        id,
        agent,
        messages: payload['messages'] as string[],
        tokens: payload['tokens'] as number,
        created: at,
      },
    }));
}
