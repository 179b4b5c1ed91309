import { sendMessage } from '../services/messaging.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { BUDGET_OPTION, draftFrom, MESSAGE_OPTIONS, TYPE_OPTION } from './message-options.ts';
import { messageText, TEXT_SOURCES } from './message-text.ts';
import { recipientsOf } from './recipients.ts';
import { renderSent } from './sent.ts';

/** `comm-node send TO TEXT…` */
export const send = defineCommand({
  name: 'send',
  summary: 'Send a message to agents, domains, all, or human',
  details: `${TEXT_SOURCES} With --to, all words are text. Its tier follows from the text: a line of the dialect is a signal, up to three sentences are coordination, more is detailed.`,
  positionals: [
    { name: 'recipients', summary: 'Agents or domains with commas between, all, or human' },
    { name: 'text', summary: 'What to say', many: true },
  ],
  options: {
    to: { type: 'texts', placeholder: 'NAMES', summary: 'The recipients, instead of the word' },
    type: TYPE_OPTION,
    thread: { type: 'text', placeholder: 'ID', summary: 'The thread it belongs to' },
    'token-budget': BUDGET_OPTION,
    ...MESSAGE_OPTIONS,
  },
  examples: [
    {
      line: 'comm-node send frontend,admin "Auth API ready." --type artifact_ready --artifact api.yaml',
      what: 'to two recipients',
    },
    { line: 'comm-node send --to all --file notes.md --priority low', what: 'a text from a file' },
    { line: 'git log -1 --format=%B | comm-node send human', what: 'a text from a pipe' },
  ],
  async run(context, args) {
    const { to, words } = recipientsOf('send', args, args.text);
    const body = await messageText(context, words, args.file);
    return withSession(context, (session) =>
      sendMessage(session, {
        ...draftFrom(args, body, context.now()),
        to,
        type: args.type,
        thread: args.thread,
        tokenBudget: args.tokenBudget,
      }),
    );
  },
  render: renderSent,
});
