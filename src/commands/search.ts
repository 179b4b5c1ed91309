import { rowOfMessage, searchMessages } from '../services/finding.ts';
import { withReader } from '../services/session.ts';
import { defineCommand, done } from './command.ts';
import { renderRow } from './message-line.ts';

/** `comm-node search QUERY…` */
export const search = defineCommand({
  name: 'search',
  summary: 'Find messages, also old ones, by words, phrases and filters',
  details:
    'All words must occur; \'"a phrase"\' in quotes as it stands. Filters: from: to: type: task: since: (2h, 3d, 2026-11-22). A minus before a term leaves out what has it; such terms come after --.',
  positionals: [{ name: 'query', summary: 'What to look for', required: true, many: true }],
  options: { limit: { type: 'number', default: 20, summary: 'How many at most, newest first' } },
  examples: [
    { line: 'comm-node search jwt from:backend since:2d', what: 'words and filters' },
    { line: `comm-node search '"token expiry"' type:question`, what: 'a phrase' },
    { line: 'comm-node search -- jwt -type:ack', what: 'without acknowledgements' },
  ],
  async run(context, { query, limit }) {
    return done(
      await withReader(context, async (bus) =>
        searchMessages(await bus.view(), query.join(' '), limit, context.now()),
      ),
    );
  },
  render({ messages, total }, look) {
    if (total === 0) return 'nothing found\n';
    const rows = messages.map((message) => renderRow(rowOfMessage(message), look, ''));
    const more = total > messages.length ? `${total - messages.length} more: --limit\n` : '';
    return rows.join('') + more;
  },
});
