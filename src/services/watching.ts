import { unreadOf } from '../bus/mailbox.ts';
import { waitForNews } from '../bus/news.ts';
import { type DigestRow, shortId } from './finding.ts';
import { hearOrders } from './orders.ts';
import { receiptsUnderWay } from './reading.ts';
import { registered } from './roster.ts';
import type { Session } from './session.ts';

export interface WatchOptions {
  /** Ends with the first mail. */
  readonly once: boolean;
  /** Only mail that lands from now on; else unread mail comes first, so that none is missed between two calls. */
  readonly newOnly: boolean;
  /** Ends after this long without mail, in milliseconds; undefined: never. */
  readonly timeoutMs: number | undefined;
  /** How often a remote is asked, in milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/**
 * Hands each new unread message to `emit`, once, as it lands.
 * @returns how many there were, and whether time ran out
 */
export async function watchInbox(
  session: Session,
  options: WatchOptions,
  emit: (row: DigestRow) => void,
): Promise<{ received: number; timedOut: boolean }> {
  const known = new Set<string>();
  let received = 0;
  const end = options.timeoutMs === undefined ? undefined : session.place.now() + options.timeoutMs;
  if (options.newOnly) for (const row of (await unread(session)).rows) known.add(row.id);
  for (;;) {
    const { rows, since } = await unread(session);
    for (const row of rows) {
      if (known.has(row.id)) continue;
      known.add(row.id);
      received++;
      emit(row);
    }
    if (options.once && received > 0) return { received, timedOut: false };
    const timeoutMs = end === undefined ? undefined : Math.max(0, end - session.place.now());
    const news = await waitForNews(session.bus, session.place, {
      ...options,
      timeoutMs,
      since,
    });
    if (news !== 'news') return { received, timedOut: news === 'timeout' };
  }
}

async function unread(session: Session): Promise<{ rows: DigestRow[]; since: string | undefined }> {
  const view = await session.bus.view();
  const agent = registered(view, session.agent);
  await session.bus.beat(agent.name);
  await hearOrders(session, view, agent, 'inbox');
  const { rows } = await unreadOf(view, agent, 1000, await receiptsUnderWay(session.bus));
  return {
    rows: rows.map((row) => ({ ...row, short: shortId(row.id), read: false })),
    since: view.fold.commit,
  };
}
