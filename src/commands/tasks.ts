import { visible } from '../records/visible.ts';
import { listTasks } from '../services/working.ts';
import { viewAge } from './age.ts';
import { defineCommand } from './command.ts';
import { taskLine } from './task-text.ts';

/** `comm-node tasks` */
export const tasks = defineCommand({
  name: 'tasks',
  summary: 'All tasks: who does them, how far they are, what they wait for',
  positionals: [{ name: 'ids', summary: 'Only these', many: true }],
  options: {
    status: {
      type: 'text',
      choices: ['open', 'in_progress', 'blocked', 'done'],
      summary: 'Only those',
    },
    domain: { type: 'text', placeholder: 'NAME', summary: 'Only those of one domain' },
    plan: { type: 'text', placeholder: 'NAME', summary: 'Only those of one plan' },
    mine: { type: 'flag', summary: 'Only those that you have claimed' },
  },
  examples: [
    { line: 'comm-node tasks --plan user-auth', what: 'one plan' },
    { line: 'comm-node tasks auth-api --json', what: 'everything about one task' },
  ],
  run: (context, { ids, status, domain, plan, mine }) =>
    listTasks(context, { ids: ids ?? [], status, domain, plan, mine }),
  render: ({ tasks: all, as_of }) =>
    visible(
      [
        ...all.flatMap((task) => {
          const who = task.claimed_by ?? task.done_by;
          const why = task.status === 'done' || task.status === 'in_progress' ? [] : task.because;
          return [taskLine(task, who), ...why.slice(0, 3).map(({ message }) => `    ${message}`)];
        }),
        `${all.length} ${all.length === 1 ? 'task' : 'tasks'}, ${all.filter(({ status }) => status === 'done').length} done, ${viewAge(as_of)}`,
        '',
      ].join('\n'),
    ),
});
