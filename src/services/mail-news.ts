import type { AgentSession, Blocking } from '../bus/agent-session.ts';
import { pressingOf } from '../bus/mailbox.ts';
import { estimateTokens } from '../records/tokens.ts';
import type { AtWork } from './agent-at-work.ts';
import { shortId } from './finding.ts';
import { receiptsUnderWay } from './reading.ts';

/** One message, as a session is told of it. */
export interface NewsRow {
  readonly id: string;
  readonly short: string;
  readonly from: string;
  readonly type: string;
  readonly priority: string;
  readonly summary: string;
  readonly tokens: number;
  readonly blocks: boolean;
  readonly ackRequired: boolean;
}

/** What has come since the session was last told. */
export interface News {
  readonly rows: readonly NewsRow[];
  /** New ones that did not fit. */
  readonly more: number;
  /** All that is unread. */
  readonly unread: number;
}

/** What news may cost at a time, in estimated tokens. */
const BUDGET = 500;
/** Looked at for news; of a flood, the most pressing ones. */
const LOOKED_AT = 200;

/**
 * The unread messages that the session was not told of yet, most pressing first, within a budget.
 * All of them count as told: the rest is counted, and stands in the inbox.
 * @param again tells of all that is unread, as at the start, or when the conversation was shortened
 */
export async function mailNews(work: AtWork, again = false): Promise<News> {
  const { guard, memory } = work;
  const { view, bus, worker } = guard;
  // Nothing was published since: the common case, and an inbox may be long.
  if (!again && memory.news !== undefined && memory.news === view.fold.commit) {
    return { rows: [], more: 0, unread: 0 };
  }
  const unread = await pressingOf(view, worker, LOOKED_AT, await receiptsUnderWay(bus));
  const told = new Set(again ? [] : memory.announced);
  const fresh = unread.rows.filter(({ id }) => !told.has(id));
  const rows: NewsRow[] = [];
  let spent = 0;
  for (const row of fresh) {
    spent += estimateTokens(`${shortId(row.id)} ${row.from} ${row.type} ${row.summary}`) + 8;
    if (rows.length > 0 && spent > BUDGET) break;
    const { id, from, type, priority, summary, tokens, blocks_progress: blocks } = row;
    rows.push({
      id,
      short: shortId(id),
      from,
      type,
      priority,
      summary,
      tokens,
      blocks,
      ackRequired: row.ack_required,
    });
  }
  work.remember({ news: view.fold.commit });
  if (fresh.length > 0) {
    const announced = [...memory.announced, ...fresh.map(({ id }) => id)];
    const asked = fresh.filter(({ blocks_progress }) => blocks_progress);
    work.remember({ announced: [...new Set(announced)], blocking: blockingOf(work, asked) });
  }
  return { rows, more: fresh.length - rows.length, unread: unread.count };
}

function blockingOf(
  { guard, memory }: AtWork,
  asked: readonly { id: string; from: string; summary: string }[],
): AgentSession['blocking'] {
  const known = new Set(memory.blocking.map(({ id }) => id));
  const after = guard.view.head.logBytes;
  const fresh = asked.filter(({ id }) => !known.has(id));
  return [
    ...memory.blocking,
    ...fresh.map(({ id, from, summary }): Blocking => ({ id, from, summary, after })),
  ];
}
