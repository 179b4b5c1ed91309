import type { Agent } from '../records/agent.ts';
import type { BudgetEntry } from '../records/budget.ts';
import { addressedTo, rankOf } from '../records/inbox.ts';
import type { Message } from '../records/message.ts';
import type { Receipt } from '../records/receipt.ts';
import { summaryOf } from '../records/summary.ts';
import type { Violation } from '../records/violation.ts';

/** What is appended to the log of the index: it happened, and never changes. */
export type Event =
  | { readonly message: Message }
  | { readonly receipt: Receipt }
  | { readonly violation: Violation }
  | { readonly budget: BudgetEntry };

/** A message as an inbox shows it: everything but its body. */
export interface InboxRow extends Omit<Message, 'body'> {
  readonly summary: string;
}

/** One line of the log. The id stands first so that a scan finds it by its bytes. */
export function logLine(event: Event): string {
  if ('receipt' in event) return `r${JSON.stringify(event.receipt)}\n`;
  if ('violation' in event) return `v${JSON.stringify(event.violation)}\n`;
  if ('budget' in event) return `b${JSON.stringify(event.budget)}\n`;
  const { id, ...rest } = event.message;
  return `m${JSON.stringify({ id, ...rest })}\n`;
}

export function parseLogLine(line: string): Event | undefined {
  if (line.startsWith('m')) return { message: JSON.parse(line.slice(1)) as Message };
  if (line.startsWith('r')) return { receipt: JSON.parse(line.slice(1)) as Receipt };
  if (line.startsWith('v')) return { violation: JSON.parse(line.slice(1)) as Violation };
  if (line.startsWith('b')) return { budget: JSON.parse(line.slice(1)) as BudgetEntry };
  return undefined;
}

/**
 * What an event adds to the inbox of `agent`: `<rank><id> <row>` for mail that
 * arrives, `-<id>` for mail that has been read; '' when it is none of its business.
 */
export function inboxLines(event: Event, agent: Agent): string {
  if ('receipt' in event) {
    if (event.receipt.agent !== agent.name) return '';
    return event.receipt.messages.map((id) => `-${id}\n`).join('');
  }
  if ('violation' in event || 'budget' in event) return '';
  const { message } = event;
  // An answer shows that the question was read.
  if (message.from === agent.name && message.in_reply_to) return `-${message.in_reply_to}\n`;
  if (!addressedTo(message, agent)) return '';
  return `${rankOf(message)}${message.id} ${JSON.stringify(rowOf(message))}\n`;
}

export function rowOf(message: Message): InboxRow {
  const { body: _body, ...row } = message;
  return { ...row, summary: summaryOf(message) };
}
