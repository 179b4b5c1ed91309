import { type InboxRow, rowOf } from '../bus/event.ts';
import { findMessages } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import type { Message } from '../records/message.ts';
import { matches, needles, parseQuery } from '../records/query.ts';
import { no, type Outcome, yes } from './outcome.ts';

/** One line of a list of messages. */
export interface DigestRow extends InboxRow {
  readonly short: string;
  readonly read: boolean;
}

/** So much of the end of an id is shown in lists and accepted for the whole. */
export const SHORT_ID = 7;

/** How a message is called in lists: the end of its id, where ids of one hour differ. */
export function shortId(id: string): string {
  return id.slice(-SHORT_ID);
}

/** A message as lists show it. */
export function rowOfMessage(message: Message, read = true): DigestRow {
  return { ...rowOf(message), short: shortId(message.id), read };
}

/**
 * The one message whose id ends with (or is) `fragment`; refused when there is
 * none, or more than one.
 */
export async function findMessage(view: View, fragment: string): Promise<Outcome<Message>> {
  const end = fragment.trim().toUpperCase();
  if (!/^[0-9A-Z]{5,26}$/.test(end)) {
    return no({
      code: 'unknown-message',
      message: `"${fragment}" is not the id of a message`,
      hint: 'an id, or its last 7 characters, as comm-node inbox shows it',
    });
  }
  const found = await findMessages(view, [`${end}","type":`], ({ id }) => id.endsWith(end));
  const [message, another] = found;
  if (message && !another) return yes(message);
  return no(
    message
      ? {
          code: 'ambiguous-message',
          message: `${found.length} messages end with "${fragment}"`,
          hint: 'give more of the id',
          data: { ids: found.map(({ id }) => id) },
        }
      : {
          code: 'unknown-message',
          message: `no message ends with "${fragment}" here`,
          hint: 'comm-node sync fetches what others sent; comm-node search WORD finds by content',
        },
  );
}

/** All messages of a thread, in order, found by any one of them. */
export async function findThread(view: View, fragment: string): Promise<Outcome<Message[]>> {
  const found = await findMessage(view, fragment);
  if (!found.ok) return found;
  const { thread } = found.data;
  const messages = await findMessages(
    view,
    [`"thread":"${thread}"`],
    (message) => message.thread === thread,
  );
  return yes(messages.sort(byId));
}

export interface SearchResult {
  readonly messages: readonly Message[];
  /** How many matched, also those beyond the limit. */
  readonly total: number;
}

/**
 * Messages that match a query, newest first.
 * @throws UsageError when the query cannot be understood
 */
export async function searchMessages(
  view: View,
  text: string,
  limit: number,
  now: number,
): Promise<SearchResult> {
  const query = parseQuery(text, now);
  const accept = (message: Message): boolean => matches(query, message);
  const messages = await findMessages(view, needles(query), accept, true);
  messages.sort((a, b) => byId(b, a));
  return { messages: messages.slice(0, limit), total: messages.length };
}

function byId(a: Message, b: Message): number {
  return a.id < b.id ? -1 : 1;
}
