import { formatDuration } from '../records/time.ts';
import type { DigestRow } from '../services/finding.ts';
import { withSession } from '../services/session.ts';
import { watchInbox } from '../services/watching.ts';
import { defineCommand, done, refused } from './command.ts';
import type { Look } from './look.ts';
import { renderRow } from './message-line.ts';

/** `comm-node watch` */
export const watch = defineCommand({
  name: 'watch',
  summary: 'Show new messages as they land',
  details:
    'Unread mail comes first, so that nothing is missed between two calls; it stays unread. With --json one document a line. With --once it ends after the first mail; when --timeout runs out before any, with exit code 1 (nothing-new).',
  options: {
    once: { type: 'flag', summary: 'End with the first mail' },
    timeout: { type: 'duration', summary: 'End after so long' },
    'new-only': { type: 'flag', summary: 'Leave out what is unread already' },
    every: { type: 'duration', default: 10_000, summary: 'How often a remote is asked' },
  },
  examples: [
    { line: 'comm-node watch --once --timeout 10m', what: 'wait for mail, ten minutes at most' },
    { line: 'comm-node watch --json', what: 'a stream for a program' },
  ],
  async run(context, { once, timeout, newOnly, every }) {
    const options = {
      once,
      newOnly,
      timeoutMs: timeout,
      everyMs: every,
      signal: context.signal,
    };
    const { received, timedOut } = await withSession(context, (session) =>
      watchInbox(session, options, (row) => context.emit(row)),
    );
    if (!once || received > 0 || !timedOut) return done({ received });
    return refused({
      code: 'nothing-new',
      message: `no mail within ${formatDuration(timeout ?? 0)}`,
      hint: 'comm-node inbox --all shows what came before',
    });
  },
  render: () => '',
  renderEvent: (row: DigestRow, look: Look) => renderRow(row, look, ''),
});
