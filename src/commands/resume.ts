import { defineCommand } from './command.ts';
import { HOW_ORDERS_ARRIVE, order, renderOrdered, WHOM, WHY_OPTION } from './order-verbs.ts';

/** `comm-node resume WHOM…` */
export const resume = defineCommand({
  name: 'resume',
  summary: 'Let paused or stopped agents work again',
  details: `Of the orders to an agent the last one counts: resume all lets everybody work, resume backend only backend. ${HOW_ORDERS_ARRIVE}`,
  positionals: [WHOM],
  options: { why: WHY_OPTION },
  examples: [
    { line: 'comm-node resume all --agent human', what: 'everybody' },
    {
      line: 'comm-node resume backend --agent human',
      what: 'only backend; the others stay as they are',
    },
  ],
  run: (context, args) => order(context, 'resume', args),
  render: renderOrdered,
});
