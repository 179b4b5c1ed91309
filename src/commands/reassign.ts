import { visible } from '../records/visible.ts';
import { type Reassigned, reassignTask } from '../services/interventions.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { WHY_OPTION } from './order-verbs.ts';

/** `comm-node reassign TASK AGENT` */
export const reassign = defineCommand({
  name: 'reassign',
  summary: 'Give a task to another agent',
  details:
    'Only the human: --agent human. Whoever had it has it no longer: its locks for it are released, and its done, renew, commit and push there are refused with the story. The other claims it.',
  positionals: [
    { name: 'task', summary: 'The task', required: true },
    { name: 'to', summary: 'The agent that is to do it', required: true },
  ],
  options: { why: WHY_OPTION },
  examples: [{ line: 'comm-node reassign shop-7 backend-two --agent human', what: 'take it over' }],
  run: (context, args) => withSession(context, (session) => reassignTask(session, args)),
  render: ({ task, from, to, commit }: Reassigned) =>
    visible(
      commit === null
        ? `${task} is ${to}'s already\n`
        : `${task} goes to ${to}${from === null ? '' : `; ${from} has it no longer`}; both are told\n`,
    ),
});
