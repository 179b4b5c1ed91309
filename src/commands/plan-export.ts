import { visible } from '../records/visible.ts';
import { exportPlan } from '../services/planning.ts';
import { defineCommand } from './command.ts';

/** `comm-node plan export NAME` */
export const planExport = defineCommand({
  name: 'plan export',
  summary: 'Print a plan as it stands, to be edited and imported again',
  positionals: [{ name: 'plan', summary: 'The name of the plan', required: true }],
  options: {
    format: { type: 'text', choices: ['md', 'json'], default: 'md', summary: 'Markdown or JSON' },
  },
  examples: [
    { line: 'comm-node plan export user-auth > plan.md', what: 'Markdown' },
    { line: 'comm-node plan export user-auth --format json', what: 'JSON' },
  ],
  run: (context, { plan, format }) => exportPlan(context, plan, format === 'json' ? 'json' : 'md'),
  render: ({ text }) => visible(text),
});
