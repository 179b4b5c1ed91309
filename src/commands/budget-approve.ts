import { decideBudget } from '../services/budgeting.ts';
import { withSession } from '../services/session.ts';
import { renderBudgeted } from './budgeted.ts';
import { defineCommand } from './command.ts';

/** `comm-node budget approve ID` */
export const budgetApprove = defineCommand({
  name: 'budget approve',
  summary: 'Approve a request for tokens (the human)',
  positionals: [{ name: 'id', summary: 'The request, or the end of its id', required: true }],
  options: {
    amount: { type: 'number', summary: 'Another amount than was asked for' },
    why: { type: 'text', summary: 'What the agent should know' },
  },
  examples: [
    { line: 'comm-node budget approve 4XQ2M7K', what: 'as asked' },
    { line: 'comm-node budget approve 4XQ2M7K --amount 500', what: 'less than was asked for' },
  ],
  run: (context, { id, amount, why }) =>
    withSession(context, (session) =>
      decideBudget(session, id, { outcome: 'approved', amount, why }),
    ),
  render: renderBudgeted,
});
