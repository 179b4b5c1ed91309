import { answer as answerQuestion } from '../services/replying.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { draftFrom, MESSAGE_OPTIONS } from './message-options.ts';
import { messageText, TEXT_SOURCES } from './message-text.ts';
import { renderSent } from './sent.ts';

/** `comm-node answer ID TEXT…` */
export const answer = defineCommand({
  name: 'answer',
  summary: 'Answer a question',
  details: `A question may say what its answer may cost; a longer one is refused (over-token-budget). ${TEXT_SOURCES}`,
  positionals: [
    { name: 'id', summary: 'The question, or the end of its id', required: true },
    { name: 'text', summary: 'The answer', many: true },
  ],
  options: MESSAGE_OPTIONS,
  examples: [
    { line: 'comm-node answer 4XQ2M7K "sub, role and exp; nothing else."', what: 'in words' },
    { line: 'comm-node answer 4XQ2M7K --file answer.md', what: 'from a file' },
  ],
  async run(context, args) {
    const body = await messageText(context, args.text, args.file);
    return withSession(context, (session) =>
      answerQuestion(session, args.id, draftFrom(args, body, context.now())),
    );
  },
  render: renderSent,
});
