import { requestBudget } from '../services/budgeting.ts';
import { withSession } from '../services/session.ts';
import { renderBudgeted } from './budgeted.ts';
import { defineCommand } from './command.ts';

/** `comm-node budget request` */
export const budgetRequest = defineCommand({
  name: 'budget request',
  summary: 'Ask for more tokens for a task',
  details:
    'An agent whose efficiency is good gets it at once, up to what the rules allow; else the human decides, and you are told. Ask for what you need: asking for more than you use lowers your efficiency.',
  options: {
    task: {
      type: 'text',
      placeholder: 'ID',
      summary: 'The task; else the one you have a budget for',
    },
    amount: { type: 'number', required: true, summary: 'How many tokens more' },
    why: { type: 'text', required: true, summary: 'What for, in one line' },
    'idempotency-key': {
      type: 'text',
      placeholder: 'KEY',
      summary: 'A retry with the same key asks only once',
    },
  },
  examples: [
    {
      line: 'comm-node budget request --task shop-7 --amount 800 --why "the contract has changed twice"',
      what: 'what is missing, and why',
    },
  ],
  run: (context, { task, amount, why, idempotencyKey: key }) =>
    withSession(context, (session) => requestBudget(session, { task, amount, why, key })),
  render: renderBudgeted,
});
