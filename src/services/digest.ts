import type { InboxRow } from '../bus/event.ts';
import { findMessages, unreadIds, unreadOf } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import type { Agent } from '../records/agent.ts';
import { addressedTo } from '../records/inbox.ts';
import { estimateTokens } from '../records/tokens.ts';
import { type AsOf, asOf } from './as-of.ts';
import { type DigestRow, rowOfMessage, shortId } from './finding.ts';
import { hearOrders } from './orders.ts';
import { receiptsUnderWay } from './reading.ts';
import { registered } from './roster.ts';
import type { Session } from './session.ts';

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
  await hearOrders(session, view, agent, 'inbox');
  const underWay = await receiptsUnderWay(bus);
  const unread = await unreadOf(view, agent, options.limit, underWay);
  const rows = unread.rows.map((row) => unreadRow(row));
  if (options.all) {
    const open = await unreadIds(view, agent, underWay);
    rows.push(...(await alreadyRead(view, agent, open, options.limit - rows.length)));
  }
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

async function alreadyRead(
  view: View,
  agent: Agent,
  open: ReadonlySet<string>,
  limit: number,
): Promise<DigestRow[]> {
  if (limit <= 0) return [];
  const read = await findMessages(
    view,
    [],
    (message) => addressedTo(message, agent) && !open.has(message.id),
  );
  read.sort((a, b) => (a.id < b.id ? 1 : -1));
  return read.slice(0, limit).map((message) => rowOfMessage(message));
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

function unreadRow(row: InboxRow): DigestRow {
  return { ...row, short: shortId(row.id), read: false };
}
