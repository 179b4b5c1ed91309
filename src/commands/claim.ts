import { visible } from '../records/visible.ts';
import { withSession } from '../services/session.ts';
import { claimTask } from '../services/working.ts';
import { defineCommand } from './command.ts';
import { LEASE_OPTION } from './lock-options.ts';
import { briefText } from './task-text.ts';

/** `comm-node claim TASK` */
export const claim = defineCommand({
  name: 'claim',
  summary: 'Take a task, and the locks it needs: nobody else has it then',
  details:
    'Exclusive across machines: the claim lies in the coordination repository, and is decided there. Only what is ready can be claimed. Claimed again, it takes back a lock that has expired. Fails (exit 2) when the repository is out of reach.',
  positionals: [{ name: 'task', summary: 'Its id, or what its tracker calls it', required: true }],
  options: {
    for: { ...LEASE_OPTION, summary: 'How long its paths are locked; renew prolongs it' },
  },
  examples: [{ line: 'comm-node claim auth-api', what: 'with its locks, for two hours' }],
  run: (context, { task, for: ttlMs }) =>
    withSession(context, (session) => claimTask(session, task, ttlMs)),
  render: ({ task, lock }) =>
    `${briefText(task, true)}${lock === null ? '' : visible(`locked until ${lock.expires} (fence ${lock.fence})\n`)}`,
});
