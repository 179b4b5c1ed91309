import { visible } from '../records/visible.ts';
import { type ImportedPlan, importPlan } from '../services/planning.ts';
import { defineCommand } from './command.ts';
import { PLAN_FILE, planSource, SET_OPTION } from './plan-options.ts';

/** `comm-node plan import FILE` */
export const planImport = defineCommand({
  name: 'plan import',
  summary: 'Import a plan; again, it brings what has changed',
  details:
    'The plan is checked as plan check does, and refused whole when there is an error. Tasks go into Beads where this worktree has it, else into the coordination repository alone; contracts and claims are there in both cases. Who does a task, and how far it is, stays.',
  positionals: [PLAN_FILE],
  options: {
    set: SET_OPTION,
    tracker: {
      type: 'text',
      choices: ['files', 'beads'],
      summary: 'Where the list of tasks is kept',
    },
    prune: {
      type: 'flag',
      summary: 'Take out tasks that the plan does not name any more and nobody has begun',
    },
  },
  examples: [
    { line: 'comm-node plan import plan.md', what: 'one commit, all tasks' },
    { line: 'comm-node plan import crud.md --set entity=invoice', what: 'a plan with a parameter' },
  ],
  run: async (context, { file, set, tracker, prune }) =>
    importPlan(context, await planSource(context, file, set ?? []), { tracker, prune }),
  render: ({ plan, version, tracker, created, updated, removed, left, warnings }: ImportedPlan) => {
    const counts = [
      [created.length, 'new'],
      [updated.length, 'changed'],
      [removed.length, 'taken out'],
    ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
    const what = counts.length === 0 ? 'nothing has changed' : counts.join(', ');
    return visible(
      [
        ...warnings.map((text) => `warning: ${text}`),
        `plan ${plan} v${version}: ${what}${tracker === 'beads' ? ' (tasks are in Beads)' : ''}`,
        ...(left.length === 0
          ? []
          : [
              `not in the plan any more, but still here: ${left.join(', ')} (--prune takes out what nobody has begun)`,
            ]),
        'next: comm-node next',
        '',
      ].join('\n'),
    );
  },
});
