import { type Digest, inboxDigest } from '../services/digest.ts';
import type { DigestRow } from '../services/finding.ts';
import { synchronise } from '../services/overview.ts';
import { withSession } from '../services/session.ts';
import { viewAge } from './age.ts';
import { defineCommand, done } from './command.ts';
import type { Look } from './look.ts';
import { renderRow } from './message-line.ts';

/** `comm-node inbox` */
export const inbox = defineCommand({
  name: 'inbox',
  summary: 'What you have not read, most pressing first',
  details:
    'A digest: one line a message, what blocks somebody or is urgent first. Looking at it marks nothing as read; comm-node read does. It reads what this machine has: --sync asks the remote first.',
  options: {
    'max-tokens': { type: 'number', default: 1500, summary: 'What the digest may cost' },
    limit: { type: 'number', default: 50, summary: 'How many messages at most' },
    all: { type: 'flag', summary: 'Also messages that were read, newest first' },
    sync: { type: 'flag', summary: 'Fetch what others sent first' },
  },
  examples: [
    { line: 'comm-node inbox', what: 'what waits' },
    { line: 'comm-node inbox --sync --max-tokens 300', what: 'fetch first, and keep it short' },
    { line: 'comm-node inbox --all --limit 10', what: 'with what was read before' },
  ],
  async run(context, { maxTokens, limit, all, sync }) {
    if (sync) {
      const { offline } = await synchronise(context);
      if (offline !== null) context.notice(`not fetched: ${offline}`);
    }
    return done(
      await withSession(context, (session) => inboxDigest(session, { maxTokens, limit, all })),
    );
  },
  render(digest: Digest, look: Look) {
    const { messages } = digest;
    const unread = messages.filter(({ read }) => !read);
    return [
      section('blocking or urgent', unread.filter(isPressing), look),
      section(
        'unread',
        unread.filter((row) => !isPressing(row)),
        look,
      ),
      section(
        'read before',
        messages.filter(({ read }) => read),
        look,
      ),
      footer(digest),
    ].join('');
  },
});

function isPressing({ blocks_progress, priority }: DigestRow): boolean {
  return blocks_progress || priority === 'high';
}

function section(title: string, rows: readonly DigestRow[], look: Look): string {
  if (rows.length === 0) return '';
  return `${title}:\n${rows.map((row) => renderRow(row, look)).join('')}`;
}

function footer({ agent, unread, left_out, as_of }: Digest): string {
  const more = left_out > 0 ? `, ${left_out} not shown (--limit, --max-tokens)` : '';
  const count = unread === 0 ? 'nothing unread' : `${unread} unread${more}`;
  const next = unread === 0 ? '' : '; next: comm-node read [ID], answer ID TEXT, ack ID';
  return `${agent}: ${count}, ${viewAge(as_of)}${next}\n`;
}
