import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { serveHttp } from '../support/http-server.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { serveSsh, whyNoSsh } from '../support/ssh-server.ts';
import { audit, type Report, runStorm, type Writer } from '../support/storm.ts';
import { enter, foundProject } from './setting.ts';

// Exactly once, in order, fair: writers in processes of their own, over every
// kind of remote; what landed is counted by Git alone.

const names = (count: number) => Array.from({ length: count }, (_, i) => `agent-${i + 1}`);

/** A way to reach the repository: the same URL for all; a mirror each, or one for all. */
interface Road {
  readonly title: string;
  open(
    t: TestContext,
    sandbox: Sandbox,
    path: string,
  ): Promise<{ url: string; env?: Readonly<Record<string, string>> }>;
  readonly mirrors: 'one' | 'each';
  /** So long writers are counted: where a turn takes longer, more turns are needed to tell. */
  readonly seconds?: number;
}

const roads: readonly Road[] = [
  { title: 'a path hub', mirrors: 'one', open: async (_t, _s, path) => ({ url: path }) },
  {
    title: 'file:// with one mirror each',
    mirrors: 'each',
    seconds: 25,
    open: async (_t, _s, path) => ({ url: `file://${path}` }),
  },
  {
    title: 'file:// with one shared mirror',
    mirrors: 'one',
    open: async (_t, _s, path) => ({ url: `file://${path}` }),
  },
  {
    title: 'ssh',
    mirrors: 'one',
    async open(t, sandbox, path) {
      const server = await serveSsh(join(sandbox.root, 'ssh'), gitSettings(sandbox));
      t.after(() => server.close());
      return { url: server.url(path), env: server.env };
    },
  },
  {
    title: 'smart HTTP',
    mirrors: 'one',
    async open(t, sandbox, path) {
      const env = {
        ...sandbox.env,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.receivepack',
        GIT_CONFIG_VALUE_0: 'true',
      };
      const server = await serveHttp(sandbox.root, env);
      t.after(() => server.close());
      return { url: server.url(path.slice(sandbox.root.length + 1)) };
    },
  },
];

function gitSettings(sandbox: Sandbox): Record<string, string> {
  return { GIT_CONFIG_GLOBAL: sandbox.env['GIT_CONFIG_GLOBAL'] ?? '' };
}

for (const road of roads) {
  const skip = road.title === 'ssh' ? whyNoSsh() : undefined;
  test(`over ${road.title}`, { skip: skip ?? false }, async (t) => {
    const sandbox = createSandbox(t);
    t.after(enter(sandbox));
    const path = await foundProject(sandbox, names(30));
    const { url, env } = await road.open(t, sandbox, path);
    const writers = (count: number, each: object): Writer[] =>
      names(count).map((agent) => ({
        agent,
        url,
        home: join(sandbox.root, road.mirrors === 'one' ? 'machine' : `machine-${agent}`),
        ...each,
      }));
    const surroundings = { ...sandbox.env, ...env };

    await t.test('30 agents send 5 messages each', async () => {
      const reports = await runStorm(writers(30, { count: 5 }), surroundings);
      checkReports(reports, 5);
      checkLanded(sandbox, path, reports);
    });

    await t.test('16 writers send 50 messages each', async () => {
      const reports = await runStorm(writers(16, { count: 50 }), surroundings);
      checkReports(reports, 50);
      checkLanded(sandbox, path, reports);
    });

    await t.test('16 writers get their turns in a fixed time', async () => {
      const reports = await runStorm(writers(16, { seconds: road.seconds ?? 8 }), surroundings);
      checkLanded(sandbox, path, reports);
      const counts = reports.map(({ acked }) => acked.length).sort((a, b) => a - b);
      const [slowest = 0, fastest = 0] = [counts[0], counts.at(-1)];
      assert.ok(slowest * 2 >= fastest, `slowest ${slowest}, fastest ${fastest}: ${counts}`);
    });
  });
}

function checkReports(reports: readonly Report[], each: number): void {
  for (const { agent, acked, queued, problems } of reports) {
    assert.deepEqual({ agent, problems, queued }, { agent, problems: [], queued: [] });
    assert.equal(acked.length, each, `${agent} was acknowledged ${acked.length} of ${each}`);
  }
}

/** None lost, none doubled, each writer's in the order it sent them; history linear and sound. */
function checkLanded(sandbox: Sandbox, path: string, reports: readonly Report[]): void {
  const { landed, doubled, merges, sideways, fsck } = audit(path, sandbox.env);
  assert.deepEqual(
    { doubled, merges, sideways, fsck },
    { doubled: [], merges: 0, sideways: 0, fsck: '' },
  );
  for (const { agent, acked } of reports) {
    const own = landed.filter(({ author }) => author === agent).map(({ id }) => id);
    assert.deepEqual(
      own.slice(own.length - acked.length),
      acked.map(({ id }) => id),
    );
  }
}
