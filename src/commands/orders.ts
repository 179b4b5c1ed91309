import { visible } from '../records/visible.ts';
import { shortId } from '../services/finding.ts';
import { listOrders, type OrderRow } from '../services/orders.ts';
import { formatAge, viewAge } from './age.ts';
import { defineCommand, done } from './command.ts';

/** `comm-node orders` */
export const orders = defineCommand({
  name: 'orders',
  summary: 'What was ordered, and who has heard of it, where and when',
  options: {
    limit: { type: 'number', default: 20, summary: 'How many at most, the latest first' },
  },
  examples: [
    { line: 'comm-node orders', what: 'the latest' },
    { line: 'comm-node orders --limit 1 --json', what: 'the last one, for programs' },
  ],
  async run(context, { limit }) {
    return done({ ...(await listOrders(context, limit)), now: context.now() });
  },
  render: ({ orders: all, halted, unreadable, as_of, now }) =>
    visible(
      [
        ...all.map((order) => orderLines(order, now)),
        ...unreadable.map(({ message }) => `counts as a stop of everybody: ${message}\n`),
        halted.length > 0
          ? `may not work now: ${halted.map(({ agent, kind }) => `${agent} (${kind})`).join(', ')}\n`
          : '',
        all.length === 0 ? `nothing was ordered, ${viewAge(as_of)}\n` : `${viewAge(as_of)}\n`,
      ].join(''),
    ),
});

function orderLines(order: OrderRow, now: number): string {
  const { id, kind, by, to, why, created, tasks = [], artifact, commit } = order;
  const about = [...tasks, artifact, commit?.slice(0, 12)].filter(Boolean).join(', ');
  const what = [kind, to.join(', '), about].filter((text) => text !== '').join(' ');
  const [reason = ''] = why.split('\n', 1);
  const head = `${shortId(id)} ${what}, by ${by} ${formatAge(Date.parse(created), now)}${order.in_force ? ' (in force)' : ''}`;
  const heard = order.heard.map(({ agent, worktree, machine, place, created: at }) => {
    const where = [worktree, machine].filter((text) => text !== undefined).join(' on ');
    return `  heard: ${agent}${where === '' ? '' : ` in ${where}`} (${place}) ${formatAge(Date.parse(at), now)}\n`;
  });
  const open = order.unheard.length > 0 ? [`  not yet: ${order.unheard.join(', ')}\n`] : [];
  return [`${head}${reason === '' ? '' : `: ${reason}`}\n`, ...heard, ...open].join('');
}
