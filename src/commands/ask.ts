import type { Message } from '../records/message.ts';
import { formatDuration } from '../records/time.ts';
import { waitForAnswer } from '../services/asking.ts';
import { shortId } from '../services/finding.ts';
import { type Sent, sendMessage } from '../services/messaging.ts';
import { withSession } from '../services/session.ts';
import { defineCommand, done, type Outcome, refused } from './command.ts';
import { renderBody, renderHeader } from './message-line.ts';
import { BUDGET_OPTION, draftFrom, MESSAGE_OPTIONS } from './message-options.ts';
import { messageText, TEXT_SOURCES } from './message-text.ts';
import { recipientsOf } from './recipients.ts';
import { renderSent } from './sent.ts';

type Asked = Sent & { readonly answer: Message | null };

/** `comm-node ask TO QUESTION…` */
export const ask = defineCommand({
  name: 'ask',
  summary: 'Ask a question, and wait for the answer if you like',
  details: `With --wait the first answer is printed and counts as read; without one in time it ends with exit code 1 (no-answer), and an answer that comes later is in the inbox. ${TEXT_SOURCES}`,
  positionals: [
    { name: 'recipients', summary: 'Agents or domains with commas between, or human' },
    { name: 'question', summary: 'What to ask', many: true },
  ],
  options: {
    to: { type: 'texts', placeholder: 'NAMES', summary: 'The recipients, instead of the word' },
    wait: { type: 'duration', summary: 'Wait so long for an answer' },
    every: { type: 'duration', default: 5_000, summary: 'How often a remote is asked meanwhile' },
    'token-budget': BUDGET_OPTION,
    ...MESSAGE_OPTIONS,
  },
  examples: [
    { line: 'comm-node ask backend "Which claims does the JWT carry?"', what: 'and go on' },
    {
      line: 'comm-node ask backend "Which claims does the JWT carry?" --wait 10m --token-budget 80',
      what: 'and wait for a short answer',
    },
    {
      line: 'comm-node ask human "May I drop the table?" --blocking',
      what: 'stuck until answered',
    },
  ],
  async run(context, args) {
    const { wait: timeoutMs, every: everyMs } = args;
    const { to, words } = recipientsOf('ask', args, args.question);
    const body = await messageText(context, words, args.file);
    return withSession(context, async (session): Promise<Outcome<Asked>> => {
      const asked = await sendMessage(session, {
        ...draftFrom(args, body, context.now()),
        to,
        type: 'question',
        tokenBudget: args.tokenBudget,
      });
      if (!asked.ok) return asked;
      if (timeoutMs === undefined) return done({ ...asked.data, answer: null });
      context.progress(`waiting for an answer to ${shortId(asked.data.id)}`);
      const waiting = { timeoutMs, everyMs, signal: context.signal };
      const answer = await waitForAnswer(session, asked.data.id, waiting);
      const data = { ...asked.data, answer: answer ?? null };
      return answer ? done(data) : refused(noAnswer(data, timeoutMs), data);
    });
  },
  render: (data, look) =>
    data.answer === null
      ? renderSent(data, look)
      : `${renderHeader(data.answer, look)}\n${renderBody(data.answer.body)}\n`,
});

function noAnswer({ id, to }: Sent, waited: number) {
  return {
    code: 'no-answer',
    message: `${to.join(', ')} did not answer ${shortId(id)} within ${formatDuration(waited)}`,
    hint: `comm-node watch --once waits on; comm-node thread ${shortId(id)} shows what came`,
    data: { id },
  };
}
