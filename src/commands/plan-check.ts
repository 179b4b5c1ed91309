import { visible } from '../records/visible.ts';
import { type CheckedPlan, checkPlanFile } from '../services/planning.ts';
import { defineCommand, done, refused } from './command.ts';
import { PLAN_FILE, planSource, SET_OPTION } from './plan-options.ts';

/** `comm-node plan check FILE` */
export const planCheck = defineCommand({
  name: 'plan check',
  summary: 'Check a plan: circles, unknown domains, artifacts nobody makes, overlaps',
  details:
    'Checks the form of every task, that no tasks wait for one another in a circle, that their domains exist, that somebody produces each artifact that is needed, and that no two tasks that could run at once lock the same paths. Tells the critical path, and how many agents can be of use at once. Nothing is changed. Exit 1 when there is an error; warnings are no error.',
  positionals: [PLAN_FILE],
  options: {
    set: SET_OPTION,
    alone: { type: 'flag', summary: 'Leave the project out: check the plan by itself' },
  },
  examples: [
    { line: 'comm-node plan check plan.md', what: 'against the project joined here' },
    { line: 'comm-node plan check plan.json --alone --json', what: 'for programs, anywhere' },
  ],
  run: async (context, { file, set, alone }) => {
    const source = await planSource(context, file, set ?? []);
    const { report, isGood } = await checkPlanFile(context, source, alone);
    if (isGood) return done(report);
    const message = `the plan ${report.plan} has ${report.errors} ${report.errors === 1 ? 'error' : 'errors'}`;
    return refused(
      { code: 'plan-invalid', message, hint: 'mend what is listed', data: { ...report } },
      report,
    );
  },
  render: (report: CheckedPlan) => {
    const lines = report.problems.map(
      ({ severity, file, line, message, hint }) =>
        `${file}:${line}: ${severity}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
    );
    const path = report.critical_path;
    const shown = path.length > 12 ? [...path.slice(0, 6), '…', ...path.slice(-5)] : path;
    return visible(
      [
        ...lines,
        `${report.plan}: ${report.tasks} tasks, ${report.errors} errors, ${report.warnings} warnings`,
        ...(path.length === 0
          ? []
          : [
              `critical path: ${shown.join(' → ')} (${path.length} tasks, as long as ${report.critical_weight} simple ones)`,
              `at most ${report.parallelism} ${report.parallelism === 1 ? 'agent' : 'agents'} can be of use at once`,
            ]),
        '',
      ].join('\n'),
    );
  },
});
