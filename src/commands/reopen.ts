import { visible } from '../records/visible.ts';
import { changeTask } from '../services/finishing.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';

/** `comm-node reopen TASK` */
export const reopen = defineCommand({
  name: 'reopen',
  summary: 'Put a task back into the queue: done, blocked, or begun',
  details:
    'Its claim, its locks and its ticks go. A task that somebody else has begun is put back by that agent, or by the human.',
  positionals: [{ name: 'task', summary: 'Its id, or what its tracker calls it', required: true }],
  options: { why: { type: 'text', summary: 'Why, in one line' } },
  examples: [
    { line: 'comm-node reopen auth-api --why "the token never expires"', what: 'it was not done' },
  ],
  run: (context, { task, why }) =>
    withSession(context, (session) =>
      changeTask(session, 'reopen', { task, ...(why === undefined ? {} : { why }) }),
    ),
  render: ({ task, told }) =>
    visible(`open again: ${task}${told.length === 0 ? '' : `, told ${told.join(', ')}`}\n`),
});
