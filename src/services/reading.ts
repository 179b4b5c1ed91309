import type { Bus } from '../bus/bus.ts';
import type { Event } from '../bus/event.ts';
import { unreadOf } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import type { Agent } from '../records/agent.ts';
import type { Message } from '../records/message.ts';
import { findMessage } from './finding.ts';
import { type Outcome, yes } from './outcome.ts';
import { registered } from './roster.ts';
import type { Session } from './session.ts';

/** What reading leaves behind: `peek`, nothing. */
export interface ReadOptions {
  readonly peek: boolean;
}

/** Reads messages: hands out their bodies and records what was read, and what it cost. */
export async function readMessages(
  session: Session,
  fragments: readonly string[],
  { peek }: ReadOptions = { peek: false },
): Promise<Outcome<{ messages: Message[]; tokens: number }>> {
  const view = await session.bus.view();
  const agent = registered(view, session.agent);
  const messages: Message[] = [];
  for (const fragment of fragments) {
    const found = await findMessage(view, fragment);
    if (!found.ok) return found;
    messages.push(found.data);
  }
  const tokens = peek ? 0 : await recordReading(session, view, agent, messages);
  return yes({ messages, tokens });
}

/** Reads the most pressing unread messages, as many as fit in `maxTokens` (one at least). */
export async function readUnread(
  session: Session,
  maxTokens: number,
  { peek }: ReadOptions = { peek: false },
): Promise<Outcome<{ messages: Message[]; tokens: number; left: number }>> {
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
  const tokens = peek ? 0 : await recordReading(session, view, agent, messages);
  return yes({ messages, tokens, left: unread.count - messages.length });
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
    session.request('read', { messages: fresh.map(({ id }) => id), tokens }),
  );
  return tokens;
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
