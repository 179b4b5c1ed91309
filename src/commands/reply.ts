import { replyTo } from '../services/replying.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { BUDGET_OPTION, draftFrom, MESSAGE_OPTIONS, TYPE_OPTION } from './message-options.ts';
import { messageText, TEXT_SOURCES } from './message-text.ts';
import { renderSent } from './sent.ts';

/** `comm-node reply ID TEXT…` */
export const reply = defineCommand({
  name: 'reply',
  summary: 'Reply to a message, in its thread',
  details: `Task and priority are those of the message, unless they are given. ${TEXT_SOURCES}`,
  positionals: [
    { name: 'id', summary: 'The message, or the end of its id', required: true },
    { name: 'text', summary: 'What to say', many: true },
  ],
  options: {
    all: { type: 'flag', summary: 'To everybody whom the message went to' },
    type: TYPE_OPTION,
    'token-budget': BUDGET_OPTION,
    ...MESSAGE_OPTIONS,
  },
  examples: [
    { line: 'comm-node reply 4XQ2M7K "Merged, thanks for the schema."', what: 'to its sender' },
    { line: 'comm-node reply 4XQ2M7K --all --file review.md', what: 'to all, from a file' },
  ],
  async run(context, args) {
    const body = await messageText(context, args.text, args.file);
    return withSession(context, (session) =>
      replyTo(session, args.id, {
        ...draftFrom(args, body, context.now()),
        all: args.all,
        type: args.type,
        tokenBudget: args.tokenBudget,
      }),
    );
  },
  render: renderSent,
});
