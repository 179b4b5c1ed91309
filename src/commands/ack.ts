import { shortId } from '../services/finding.ts';
import { acknowledge } from '../services/replying.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { renderSent } from './sent.ts';

/** `comm-node ack ID [TEXT…]` */
export const ack = defineCommand({
  name: 'ack',
  summary: 'Acknowledge a message: read and understood',
  details: 'Once is enough: a second acknowledgement of the same message is not sent.',
  positionals: [
    { name: 'id', summary: 'The message, or the end of its id', required: true },
    { name: 'text', summary: 'A word with it', many: true },
  ],
  options: {},
  examples: [
    { line: 'comm-node ack 4XQ2M7K', what: 'understood' },
    { line: 'comm-node ack 4XQ2M7K "Will start tomorrow."', what: 'with a word' },
  ],
  async run(context, { id, text }) {
    const words = text.length > 0 ? text.join(' ') : undefined;
    return withSession(context, (session) => acknowledge(session, id, words));
  },
  render: (data, look) =>
    data.repeated
      ? `${shortId(data.of)} was acknowledged before\n`
      : `acknowledged ${shortId(data.of)}: ${renderSent(data, look)}`,
});
