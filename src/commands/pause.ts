import { defineCommand } from './command.ts';
import { HOW_ORDERS_ARRIVE, order, renderOrdered, WHOM, WHY_OPTION } from './order-verbs.ts';

/** `comm-node pause WHOM…` */
export const pause = defineCommand({
  name: 'pause',
  summary: 'Pause agents: they change, commit and push nothing until they are resumed',
  details: `Reading and talking go on, and what they hold stays theirs as long as they renew it. Who joins later is paused as well. ${HOW_ORDERS_ARRIVE}`,
  positionals: [WHOM],
  options: { why: WHY_OPTION },
  examples: [
    {
      line: "comm-node pause all --agent human --why 'The database is being moved'",
      what: 'everybody',
    },
    { line: 'comm-node pause backend --agent human', what: 'one agent, or one domain' },
  ],
  run: (context, args) => order(context, 'pause', args),
  render: renderOrdered,
});
