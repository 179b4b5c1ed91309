import { decideBudget } from '../services/budgeting.ts';
import { withSession } from '../services/session.ts';
import { renderBudgeted } from './budgeted.ts';
import { defineCommand } from './command.ts';

/** `comm-node budget deny ID --why TEXT` */
export const budgetDeny = defineCommand({
  name: 'budget deny',
  summary: 'Deny a request for tokens (the human)',
  positionals: [{ name: 'id', summary: 'The request, or the end of its id', required: true }],
  options: {
    why: { type: 'text', required: true, summary: 'Why, and what to do instead' },
  },
  examples: [
    {
      line: 'comm-node budget deny 4XQ2M7K --why "publish the table as an artifact instead"',
      what: 'the agent is told',
    },
  ],
  run: (context, { id, why }) =>
    withSession(context, (session) => decideBudget(session, id, { outcome: 'denied', why })),
  render: renderBudgeted,
});
