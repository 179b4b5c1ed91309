import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import { lookAgain, lookOnce, type WatchdogLook } from '../services/watchdog.ts';
import { viewAge } from './age.ts';
import { defineCommand, done } from './command.ts';

/** `comm-node watchdog` */
export const watchdog = defineCommand({
  name: 'watchdog',
  summary: 'Find agents that have gone silent, and free what they hold',
  details:
    'An agent that holds something and was not heard for longer than [watchdog] silent in comm-node.toml (120s) is suspect; once that is certain whatever the clocks say, it is lost: its locks are released, its tasks go back to the queue, and the human is told, in one commit. Run it once, or let it look again and again, on any machine, as many as you like: one of them does it.',
  options: {
    once: { type: 'flag', summary: 'Look once and end' },
    every: { type: 'duration', default: 30_000, summary: 'How often it looks' },
    silent: {
      type: 'duration',
      summary: 'How long an agent may be silent (default: the project’s)',
    },
  },
  examples: [
    {
      line: 'comm-node watchdog',
      what: 'until Ctrl-C; it also fetches, and sends what waits here',
    },
    { line: 'comm-node watchdog --once --json', what: 'from cron, or before you go home' },
  ],
  async run(context, { once, every, silent }) {
    const limits = silent === undefined ? {} : { silentMs: silent };
    if (once) {
      return { ...done<WatchdogLook | undefined>(await lookOnce(context, limits)), whole: true };
    }
    const options = { ...limits, everyMs: every, signal: context.signal };
    await lookAgain(context, options, (look) => context.emit(look));
    return done<WatchdogLook | undefined>(undefined);
  },
  render: (look) => (look === undefined ? '' : visible(lookText(look))),
  renderEvent: (look: WatchdogLook) => visible(lookText(look)),
});

function lookText({ agents, lost, offline, as_of }: WatchdogLook): string {
  const troubles = agents.filter(
    ({ health, agent }) =>
      health !== 'working' && health !== 'away' && !lost.some((one) => one.agent === agent),
  );
  return [
    ...lost.map(
      ({ agent, locks, tasks }) =>
        `lost: ${agent}; ${locks.length} ${locks.length === 1 ? 'lock' : 'locks'} released${tasks.length > 0 ? `, back in the queue: ${tasks.join(', ')}` : ''}\n`,
    ),
    ...troubles.map(({ agent, health, silent_seconds: silent, idle_seconds: idle }) => {
      const seconds = health === 'stuck' ? idle : silent;
      const time = seconds === null ? '' : ` for ${formatDuration(seconds * 1000)}`;
      return `${health}: ${agent}, ${health === 'stuck' ? 'nothing published' : 'silent'}${time}\n`;
    }),
    offline === null
      ? ''
      : `the remote cannot be reached, so nobody is declared lost: ${offline}\n`,
    `${agents.filter(({ health }) => health === 'working').length} of ${agents.length} agents at work, ${viewAge(as_of)}\n`,
  ].join('');
}
