import { visible } from '../records/visible.ts';
import { type Finished, finishTask } from '../services/finishing.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';

/** `comm-node done TASK` */
export const doneCommand = defineCommand({
  name: 'done',
  summary: 'Check the contract of a task, and finish it only if all of it holds',
  details:
    'Every item is checked: artifacts with their hashes, commands (run at the root of this worktree), messages, boundaries, files, and boxes that are ticked by hand. Then the tracker is told, and one commit closes the task, gives its locks back and tells those who wait for it. Exit 1 and a checklist when something is open; what a failing command printed is kept as an artifact.',
  positionals: [{ name: 'task', summary: 'Its id, or what its tracker calls it', required: true }],
  options: {
    'dry-run': { type: 'flag', summary: 'Only check; commands are run all the same' },
    tick: {
      type: 'texts',
      placeholder: 'BOX',
      summary: 'Tick a box: its number among the boxes, or its text; may be repeated',
    },
  },
  examples: [
    { line: 'comm-node done auth-api --dry-run', what: 'what is still open?' },
    { line: 'comm-node done auth-api --tick 1', what: 'tick the first box, then check all' },
  ],
  run: (context, { task, dryRun, tick }) =>
    withSession(context, (session) => finishTask(session, { task, dryRun, tick: tick ?? [] })),
  render: (finished: Finished) =>
    visible(
      [
        ...finished.checklist.flatMap(({ ok, item, detail, output, kept }) => [
          `${ok ? '✓' : '❌'} ${item}: ${detail}${kept === undefined ? '' : ` (output: comm-node artifact get ${kept})`}`,
          ...(output ?? '')
            .trimEnd()
            .split('\n')
            .filter(Boolean)
            .slice(-8)
            .map((line) => `    ${line.slice(0, 200)}`),
        ]),
        ...endOf(finished),
        '',
      ].join('\n'),
    ),
});

function endOf({ task, done, already, checklist, released, told, unknown }: Finished): string[] {
  if (already) return [`${task} is done already`];
  if (!done)
    return checklist.every(({ ok }) => ok)
      ? [`all of the contract of ${task} holds; nothing was changed`]
      : [];
  return [
    `done: ${task}`,
    ...(released.length === 0 ? [] : [`unlocked ${released.join(', ')}`]),
    ...(told.length === 0 ? [] : [`told ${told.join(', ')}`]),
    ...(unknown.length === 0
      ? []
      : [`could not tell ${unknown.join(', ')}: nobody of this name is here`]),
    'next: comm-node next --claim',
  ];
}
