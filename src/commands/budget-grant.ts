import { UsageError } from '../errors.ts';
import { grantBudget } from '../services/budgeting.ts';
import { withSession } from '../services/session.ts';
import { renderBudgeted } from './budgeted.ts';
import { defineCommand } from './command.ts';

/** `comm-node budget grant AGENT --task ID` */
export const budgetGrant = defineCommand({
  name: 'budget grant',
  summary: 'Give an agent tokens for a task, or set what it has (the human)',
  positionals: [{ name: 'to', summary: 'The agent', required: true }],
  options: {
    task: { type: 'text', placeholder: 'ID', required: true, summary: 'The task' },
    amount: { type: 'number', summary: 'How many tokens more' },
    total: { type: 'number', summary: 'How many in all, spent ones included' },
    why: { type: 'text', summary: 'What the agent should know' },
  },
  examples: [
    { line: 'comm-node budget grant backend --task shop-7 --amount 5000', what: 'more' },
    {
      line: 'comm-node budget grant backend --task shop-7 --total 2000',
      what: 'no more than that',
    },
  ],
  run(context, { to: agent, task, amount, total, why }) {
    if ((amount === undefined) === (total === undefined)) {
      throw new UsageError('either --amount or --total says how much', {
        hint: 'for example: comm-node budget grant backend --task shop-7 --amount 5000',
      });
    }
    return withSession(context, (session) =>
      grantBudget(session, { agent, task, amount, total, why }),
    );
  },
  render: renderBudgeted,
});
