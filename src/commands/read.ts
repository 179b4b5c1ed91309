import { shortId } from '../services/finding.ts';
import { type Delivered, readMessages, readUnread } from '../services/reading.ts';
import { withSession } from '../services/session.ts';
import { defineCommand, done, type Outcome } from './command.ts';
import type { Look } from './look.ts';
import { renderBody, renderHeader } from './message-line.ts';

interface Read {
  readonly messages: readonly Delivered[];
  /** The first of them: most often there is one. */
  readonly message: Delivered | null;
  /** What this reading cost; nothing for what was read before. */
  readonly tokens: number;
  /** Unread ones that are left; null when ids were named. */
  readonly left: number | null;
}

/** `comm-node read [ID…]` */
export const read = defineCommand({
  name: 'read',
  summary: 'Read messages: those named, or the most pressing unread ones',
  details:
    'Reading is recorded (a receipt), so that a message leaves the inbox and its cost is known; --peek leaves no trace. Beyond your budget for a task you get one line of each message, unless it presses; --full gives you the whole text.',
  positionals: [{ name: 'ids', summary: 'Messages, or the ends of their ids', many: true }],
  options: {
    'max-tokens': {
      type: 'number',
      default: 1500,
      summary: 'Without ids: what they may cost together; one is read in any case',
    },
    peek: { type: 'flag', summary: 'Leave them unread' },
    full: { type: 'flag', summary: 'Whole texts, also beyond your budget' },
  },
  examples: [
    { line: 'comm-node read', what: 'what is most pressing' },
    { line: 'comm-node read 4XQ2M7K 8ZJ0C1T', what: 'these two' },
    { line: 'comm-node read 4XQ2M7K --peek --json', what: 'everything about one, left unread' },
  ],
  async run(context, { ids, maxTokens, peek, full }) {
    return withSession(context, async (session): Promise<Outcome<Read>> => {
      const outcome =
        ids.length > 0
          ? await readMessages(session, ids, { peek, full })
          : await readUnread(session, maxTokens, { peek, full });
      if (!outcome.ok) return outcome;
      const { messages, tokens } = outcome.data;
      const left = 'left' in outcome.data ? Number(outcome.data.left) : null;
      return done({ messages, message: messages[0] ?? null, tokens, left });
    });
  },
  render({ messages, left }, look) {
    if (messages.length === 0) return 'nothing unread\n';
    const more = left ? `${left} more unread: comm-node read\n` : '';
    return messages.map((message) => renderMessage(message, look)).join('\n') + more;
  },
});

function renderMessage(message: Delivered, look: Look): string {
  const text = `${renderHeader(message, look)}\n${renderBody(message.body)}\n`;
  const id = shortId(message.id);
  if (message.digested) {
    return `${text}beyond your budget for ${message.task}, so this is one line of about ${message.tokens} tokens: comm-node read ${id} --full\n`;
  }
  if (message.type === 'question') return `${text}next: comm-node answer ${id} TEXT\n`;
  return message.ack_required ? `${text}next: comm-node ack ${id}\n` : text;
}
