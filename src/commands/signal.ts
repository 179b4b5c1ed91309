import { SIGNAL_EXAMPLE, sendSignal } from '../services/messaging.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { MESSAGE_OPTIONS, namesIn } from './message-options.ts';
import { messageText } from './message-text.ts';
import { renderSent } from './sent.ts';

/** `comm-node signal LINE` */
export const signal = defineCommand({
  name: 'signal',
  summary: 'Send one line of the dialect, 10 to 25 tokens',
  details: [
    'STATUS[task] from→to[,to] [priority] 📄artifact →action; all but the status may be left out (without a route, name the recipients with --to).',
    'STATUS is ✓ done, ⚠ blocked, ⏳ in progress, ❌ failed, or in ASCII: ok, blocked, wip, fail. Priority is [!] high, [~] medium, [-] low. In ASCII → is -> and 📄 is @file:.',
    "Quote the line in single quotes: the shell would take > for a file, [!] for a pattern, and, inside double quotes, ! for history. A line that begins with a dash comes after --, or from a pipe: echo 'ok bd-1 ->review' | comm-node signal --to frontend",
  ].join('\n'),
  positionals: [{ name: 'line', summary: 'The line, in single quotes', many: true }],
  options: {
    to: {
      type: 'texts',
      placeholder: 'NAMES',
      summary: 'Recipients, instead of those in the line',
    },
    'idempotency-key': MESSAGE_OPTIONS['idempotency-key'],
  },
  examples: [
    { line: `comm-node signal '${SIGNAL_EXAMPLE}'`, what: 'done, with an artifact and what to do' },
    {
      line: "comm-node signal 'blocked bd-124 frontend->backend [!] ->publish-schema'",
      what: 'the same dialect in ASCII',
    },
    { line: "comm-node signal '⏳bd-125' --to human", what: 'without a route' },
  ],
  async run(context, { line, to, idempotencyKey }) {
    const text = await messageText(context, line, undefined);
    return withSession(context, (session) =>
      sendSignal(session, text, { to: namesIn(to), idempotencyKey }),
    );
  },
  render: renderSent,
});
