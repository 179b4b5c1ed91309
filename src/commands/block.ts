import { visible } from '../records/visible.ts';
import { changeTask } from '../services/finishing.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';

/** `comm-node block TASK --on WHAT` */
export const block = defineCommand({
  name: 'block',
  summary: 'Say that a task cannot go on, and what it waits for',
  details:
    'Whoever can do something about it is told in the same commit. You keep the task; its locks are given back. When the tasks and artifacts that it waits for are there, next shows it again, and claim takes it up; what it waits for in words, reopen ends.',
  positionals: [{ name: 'task', summary: 'Its id, or what its tracker calls it', required: true }],
  options: {
    on: {
      type: 'texts',
      required: true,
      placeholder: 'WHAT',
      summary: 'A task, an artifact (domain/name@version), or words; may be repeated',
    },
  },
  examples: [
    { line: 'comm-node block login-form --on backend/api-contract.yaml@4', what: 'an artifact' },
    { line: 'comm-node block login-form --on "which colours?"', what: 'words: the human is told' },
  ],
  run: (context, { task, on }) =>
    withSession(context, (session) => changeTask(session, 'block', { task, on: on ?? [] })),
  render: ({ task, told }) =>
    visible(
      `blocked: ${task}${told.length === 0 ? '' : `, told ${told.join(', ')}`}\nnext: comm-node next\n`,
    ),
});
