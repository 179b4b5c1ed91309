import { defineCommand } from './command.ts';
import { HOW_ORDERS_ARRIVE, order, renderOrdered, WHOM, WHY_OPTION } from './order-verbs.ts';

/** `comm-node stop WHOM…` */
export const stop = defineCommand({
  name: 'stop',
  summary: 'Stop agents: they change nothing more, and end their sessions',
  details: `As a pause; agents are also told to end their sessions, and whoever starts one reads it first. ${HOW_ORDERS_ARRIVE}`,
  positionals: [WHOM],
  options: { why: WHY_OPTION },
  examples: [
    {
      line: "comm-node stop all --agent human --why 'Wrong direction, see the note'",
      what: 'everybody, everywhere',
    },
    { line: 'comm-node stop frontend --agent human', what: 'one agent, or one domain' },
  ],
  run: (context, args) => order(context, 'stop', args),
  render: renderOrdered,
});
