import type { Bus } from '../bus/bus.ts';
import { type Event, type InboxRow, rowOf } from '../bus/event.ts';
import { unreadIds, unreadOf } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import { ConfigError } from '../errors.ts';
import type { Agent } from '../records/agent.ts';
import type { Message } from '../records/message.ts';
import { estimateTokens } from '../records/tokens.ts';
import { findMessage, searchMessages, shortId } from './finding.ts';
import { type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** How new a view is. */
export interface AsOf {
  readonly commit: string | null;
  /** 0 when this machine reads the coordination repository itself; null when it was never reached. */
  readonly age_seconds: number | null;
}

/** One line of a digest. */
export interface DigestRow extends InboxRow {
  readonly short: string;
  readonly read: boolean;
}

export interface Digest {
  readonly agent: string;
  readonly messages: readonly DigestRow[];
  readonly unread: number;
  /** Unread ones that did not fit. */
  readonly left_out: number;
  /** Estimated tokens of the rows shown. */
  readonly tokens: number;
  readonly as_of: AsOf;
}

export interface DigestOptions {
  /** What the digest may cost, in estimated tokens. */
  readonly maxTokens: number;
  readonly limit: number;
  /** Also messages that were read, newest first after the unread ones. */
  readonly all: boolean;
}

/**
 * What an agent has not read, most pressing first, within a budget of tokens.
 * Looking at a digest reads nothing: `read` does.
 */
export async function inboxDigest(session: Session, options: DigestOptions): Promise<Digest> {
  const { bus } = session;
  const view = await bus.view();
  const agent = registered(view, session.agent);
  const unread = await unreadOf(view, agent, options.limit, await receiptsUnderWay(bus));
  const rows = unread.rows.map((row) => digestRow(row, false));
  if (options.all) rows.push(...(await alreadyRead(view, agent, options.limit - rows.length)));
  const shown = withinTokens(rows, options.maxTokens);
  const shownUnread = shown.filter(({ read }) => !read).length;
  return {
    agent: agent.name,
    messages: shown,
    unread: unread.count,
    left_out: unread.count - shownUnread,
    tokens: shown.reduce((sum, row) => sum + costOf(row), 0),
    as_of: await asOf(bus, view),
  };
}

/** Reads messages: hands out their bodies and records what was read, and what it cost. */
export async function readMessages(
  session: Session,
  fragments: readonly string[],
): Promise<Outcome<{ messages: Message[]; tokens: number }>> {
  const view = await session.bus.view();
  const agent = registered(view, session.agent);
  const messages: Message[] = [];
  for (const fragment of fragments) {
    const found = await findMessage(view, fragment);
    if (!found.ok) return found;
    messages.push(found.data);
  }
  const tokens = await recordReading(session, view, agent, messages);
  return yes({ messages, tokens });
}

/** Reads the most pressing unread messages, as many as fit in `maxTokens` (one at least). */
export async function readUnread(
  session: Session,
  maxTokens: number,
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
  const tokens = await recordReading(session, view, agent, messages);
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
async function receiptsUnderWay(bus: Bus): Promise<Event[]> {
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

async function alreadyRead(view: View, agent: Agent, limit: number): Promise<DigestRow[]> {
  if (limit <= 0) return [];
  const open = await unreadIds(view, agent);
  const { messages } = await searchMessages(view, `to:${agent.name}`, limit + open.size, 0);
  return messages
    .filter(({ id }) => !open.has(id))
    .slice(0, limit)
    .map((message) => digestRow(rowOf(message), true));
}

function withinTokens(rows: readonly DigestRow[], maxTokens: number): DigestRow[] {
  let spent = 0;
  return rows.filter((row, index) => {
    spent += costOf(row);
    return index === 0 || spent <= maxTokens;
  });
}

/** What one row of a digest costs its reader, in estimated tokens. */
function costOf(row: DigestRow): number {
  return estimateTokens(`${row.short} ${row.from} ${row.type} ${row.summary}`);
}

function digestRow(row: InboxRow, read: boolean): DigestRow {
  return { ...row, short: shortId(row.id), read };
}

/** @throws ConfigError when nobody of this name has joined */
export function registered(view: View, name: string): Agent {
  const agent = view.fold.agents.get(name);
  if (agent) return agent;
  throw new ConfigError(`${name} has not joined this coordination repository`, {
    code: 'not-registered',
    hint: `comm-node join URL --agent ${name} --domain NAME`,
    data: { agents: [...view.fold.agents.keys()] },
  });
}

export async function asOf(bus: Bus, view: View): Promise<AsOf> {
  const age = await bus.ageMs();
  return {
    commit: view.fold.commit ?? null,
    age_seconds: age === undefined ? null : Math.round(age / 1000),
  };
}
