// A program with the real shell and verbs that misbehave as real ones may.

import { main } from '../../src/cli.ts';
import {
  type AnyCommand,
  defineCommand,
  done,
  type Entry,
  refused,
} from '../../src/commands/command.ts';
import { OfflineError } from '../../src/errors.ts';

const about = { summary: 'For a test', options: {}, examples: [] } as const;

const verbs: AnyCommand[] = [
  defineCommand({
    ...about,
    name: 'wait',
    async run(context) {
      context.emit({ ready: true });
      await new Promise((resolve) => {
        const alive = setInterval(() => {}, 1000);
        context.signal.addEventListener('abort', () => resolve(clearInterval(alive)));
      });
      return done('must not be seen');
    },
    render: (text) => text,
    renderEvent: () => 'ready\n',
  }),
  defineCommand({
    ...about,
    name: 'stubborn',
    async run(context) {
      context.emit({ ready: true });
      await new Promise(() => setInterval(() => {}, 1000));
      return done('');
    },
    render: (text) => text,
    renderEvent: () => 'ready\n',
  }),
  defineCommand({
    ...about,
    name: 'endless',
    async run(context) {
      while (!context.signal.aborted) {
        context.emit('x'.repeat(10_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return done('');
    },
    render: (text) => text,
    renderEvent: (event) => `${event}\n`,
  }),
  defineCommand({
    ...about,
    name: 'big',
    run: async () => done('y'.repeat(3_000_000)),
    render: (text) => `${text}\n`,
  }),
  defineCommand({
    ...about,
    name: 'no',
    run: async () =>
      refused(
        { code: 'lock-held', message: 'held by a\u001b[2Jb', hint: 'ask', data: { n: 1 } },
        'list',
      ),
    render: (text) => `${text}\n`,
  }),
  defineCommand({
    ...about,
    name: 'offline',
    async run(): Promise<never> {
      throw new OfflineError('the remote is out of reach', { hint: 'try again' });
    },
    render: () => '',
  }),
  defineCommand({
    ...about,
    name: 'bug',
    async run(): Promise<never> {
      throw new TypeError('x is undefined', { cause: new Error('because') });
    },
    render: () => '',
  }),
  defineCommand({
    ...about,
    name: 'show context',
    async run(context) {
      context.notice('a notice');
      context.progress('a step');
      const { cwd, home, agent, repository } = context;
      const ids = [context.ids(), context.ids()];
      return done({ cwd, home, agent, repository, ids, input: await context.stdin.read() });
    },
    render: (data) => `${data.input}\n`,
  }),
];

process.exitCode = await main(
  process.argv.slice(2),
  verbs.map(
    (command): Entry => ({
      name: command.name,
      summary: command.summary,
      group: 'test',
      load: async () => command,
    }),
  ),
);
