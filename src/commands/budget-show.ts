import { visible } from '../records/visible.ts';
import { type Budget, type BudgetReport, readBudgets } from '../services/budget-report.ts';
import { viewAge } from './age.ts';
import { defineCommand } from './command.ts';
import { type Look, table } from './look.ts';

/** `comm-node budget show [TASK|AGENT]` */
export const budgetShow = defineCommand({
  name: 'budget show',
  summary: 'What talk has cost, what is left, and how well tokens are used',
  details:
    'Budgets are for talk, per task and agent, in estimated tokens. Claiming a task brings one. Sending costs what the message has, reading what was read; reading again is free. Without a name: all agents, and your own tasks.',
  positionals: [{ name: 'about', summary: 'A task or an agent' }],
  options: {
    limit: { type: 'number', default: 20, summary: 'How many budgets are listed' },
  },
  examples: [
    { line: 'comm-node budget show', what: 'everybody, and your own tasks' },
    { line: 'comm-node budget show shop-7', what: 'who spent what on a task' },
    { line: 'comm-node budget show backend --json', what: 'one agent, for programs' },
  ],
  run: (context, { about, limit }) => readBudgets(context, { about, limit }),
  render: (report: BudgetReport, look: Look) =>
    [
      budgetTable(report, look),
      agentTable(report, look),
      pendingList(report),
      `tokens are estimates, ${viewAge(report.as_of)}\n`,
    ].join(''),
});

function budgetTable({ budgets, more, about }: BudgetReport, look: Look): string {
  if (budgets.length === 0) return about === null ? '' : 'nothing spent yet\n';
  const rows = budgets.map((budget) => [
    visible(budget.task === '' ? '(no task)' : budget.task),
    budget.agent,
    left(budget, look),
    `${budget.sent} sent, ${budget.read} read`,
    budget.granted === 0 ? '' : `${budget.granted > 0 ? '+' : ''}${budget.granted} granted`,
  ]);
  return table(rows, look) + (more > 0 ? `${more} more: --limit ${budgets.length + more}\n` : '');
}

function left({ budget, remaining, over }: Budget, look: Look): string {
  if (budget === null || remaining === null) return 'no limit';
  if (over > 0) return look.red(`0 of ${budget} left, ${over} over`);
  const text = `${remaining} of ${budget} left`;
  return remaining * 5 < budget ? look.yellow(text) : text;
}

function agentTable({ agents }: BudgetReport, look: Look): string {
  if (agents.length === 0) return '';
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const rows = agents.map((agent) => [
    agent.name,
    `efficiency ${percent(agent.efficiency)}`,
    `understood ${percent(agent.success)}`,
    `asks right ${percent(agent.calibration)}`,
    `${agent.spent} spent`,
  ]);
  return `agents:\n${table(rows, look, '  ')}`;
}

function pendingList({ pending }: BudgetReport): string {
  if (pending.length === 0) return '';
  const lines = pending.map(
    ({ short, agent, amount, task, why }) =>
      `  ${short} ${agent} asks for ${amount} for ${task}: ${why}\n`,
  );
  return visible(
    `waiting for the human (comm-node budget approve ID, budget deny ID --why TEXT):\n${lines.join('')}`,
  );
}
