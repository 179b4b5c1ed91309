import type { Message } from '../records/message.ts';
import { findThread } from '../services/finding.ts';
import { withReader } from '../services/session.ts';
import { defineCommand, done, type Outcome } from './command.ts';
import type { Look } from './look.ts';
import { renderBody, renderHeader } from './message-line.ts';

interface Thread {
  readonly thread: string;
  readonly messages: readonly Message[];
}

/** `comm-node thread ID` */
export const thread = defineCommand({
  name: 'thread',
  summary: 'A whole conversation, replies set in below what they reply to',
  details: 'It leaves no receipt: what you have not read stays unread.',
  positionals: [{ name: 'id', summary: 'Any message of it, or the end of its id', required: true }],
  options: {},
  examples: [{ line: 'comm-node thread 4XQ2M7K', what: 'what was said around this message' }],
  async run(context, { id }) {
    return withReader(context, async (bus): Promise<Outcome<Thread>> => {
      const found = await findThread(await bus.view(), id);
      if (!found.ok) return found;
      return done({ thread: found.data[0]?.thread ?? '', messages: found.data });
    });
  },
  render: ({ messages }, look) => renderBelow(undefined, 0, messages, look),
});

/** What replies to `parent`, and what replies to that; at the top, whatever replies to nothing here. */
function renderBelow(
  parent: string | undefined,
  depth: number,
  messages: readonly Message[],
  look: Look,
): string {
  const ids = new Set(messages.map(({ id }) => id));
  const indent = '  '.repeat(depth);
  return messages
    .filter(({ in_reply_to: to }) => (to !== undefined && ids.has(to) ? to : undefined) === parent)
    .map((message) => {
      const head = `${indent}${renderHeader(message, look)}\n`;
      const body = `${renderBody(message.body, `${indent}  `)}\n`;
      return head + body + renderBelow(message.id, depth + 1, messages, look);
    })
    .join('');
}
