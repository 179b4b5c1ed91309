import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { decide } from '../../src/records/decide.ts';
import { Tree } from '../records/fixture.ts';
import { type Contestant, runContest } from '../support/lock-contest.ts';
import { judge, type LogLine, readLog } from '../support/lock-referee.ts';
import { foundShop, GLOBS, openRoads } from '../support/lock-shop.ts';
import { createSandbox } from '../support/sandbox.ts';
import { enter } from './setting.ts';

// Locks are exclusive: processes of their own contend for overlapping globs over every
// kind of hub, holders are killed, and a referee judges them by nothing but a log of
// times that they wrote themselves.

const SECONDS = Number(process.env['LOCK_SECONDS'] ?? 30);
/** Beside holders that die by chance, whoever it is, so often. */
const KILL_EVERY_MS = 9000;
const names = (count: number) => Array.from({ length: count }, (_, i) => `agent-${i + 1}`);

test('16 holders in 4 kinds of hubs never hold the same', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const agents = names(16);
  const path = await foundShop(sandbox, agents);
  const roads = await openRoads(sandbox, path, agents);
  t.after(roads.close);
  if (roads.without !== undefined) t.diagnostic(`without ssh: ${roads.without}`);
  const log = join(sandbox.root, 'referee.log');
  const contestants = roads.contestants.map((one) => ({
    ...one,
    log,
    globs: GLOBS,
    endAt: Date.now() + 3000 + SECONDS * 1000,
    ttlMs: 2500,
    holdMs: 250,
    restMs: 250,
    waitMs: 120_000,
    everyMs: 200,
    dieOften: 0.05,
  }));
  const talk = await runContest(contestants, roads.envOf, KILL_EVERY_MS);
  const verdict = judge(readLog(log));
  const turns = agents.map((agent) => verdict.perAgent.get(agent) ?? 0);
  t.diagnostic(
    `${verdict.acquired} locks, ${verdict.contended} of them contended, ${talk.kills} holders killed, turns ${turns}, longest wait ${Math.round(verdict.longestWaitMs)} ms`,
  );
  assert.deepEqual(verdict.violations, []);
  assert.deepEqual(talk.problems, []);
  assert.ok(talk.kills > 0, 'some holders were killed');
  assert.ok(verdict.contended > 16, `${verdict.contended} contended`);
  const without = agents.filter((agent) => !verdict.perAgent.get(agent));
  assert.deepEqual(without, [], 'everyone gets a turn');
  const head = execFileSync('git', ['-C', path, 'fsck', '--strict', '--no-dangling'], {
    encoding: 'utf8',
  });
  assert.equal(head, '');
});

test('of 50 callers that lock one path at once, one wins', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const agents = names(50);
  const path = await foundShop(sandbox, agents);
  const log = join(sandbox.root, 'referee.log');
  const contestants: Contestant[] = agents.map((agent, at) => ({
    agent,
    url: at % 5 === 0 ? `file://${path}` : path,
    home: join(sandbox.root, 'machine'),
    log,
    globs: ['src/one.ts'],
    endAt: 0,
    ttlMs: 600_000,
    holdMs: 0,
    restMs: 0,
    waitMs: 0,
    everyMs: 200,
    dieOften: 0,
    once: true,
  }));
  const talk = await runContest(contestants, () => sandbox.env);
  assert.deepEqual(talk.problems, []);
  assert.equal(readLog(log).length, 1);
  assert.equal(talk.refused.length, 49);
  assert.ok(
    talk.refused.every((line) => line.endsWith('lock-held')),
    talk.refused[0],
  );
});

/** A branch that is swapped, or just written: machines that decide on what they read a moment ago. */
async function simulate(swap: boolean): Promise<LogLine[]> {
  const tree = new Tree();
  await tree.grant('init', 'human', { project: 'shop' });
  for (const agent of names(4)) await tree.grant('join', agent, { domain: 'shop', repo: 'shop' });
  const lines: LogLine[] = [];
  let clock = 0;
  let head = 0;
  const pause = () => new Promise((resolve) => setImmediate(resolve));
  const publish = async (kind: string, agent: string, payload: Record<string, unknown>) => {
    for (;;) {
      const [seen, state] = [head, tree.state];
      await pause();
      const decision = await decide(state, tree.request(kind, agent, payload), tree.now);
      await pause();
      if (!('granted' in decision)) return undefined;
      if (swap && head !== seen) continue;
      head++;
      for (const [file, text] of decision.granted.files) {
        if (text === null) tree.files.delete(file);
        else tree.files.set(file, text);
      }
      return decision.granted.result['lock'] as { id: string; fence: number } | undefined;
    }
  };
  const live = async (agent: string) => {
    for (let round = 0; round < 60; round++) {
      for (let rest = Math.random() * 12; rest > 0; rest--) await pause();
      const asked = clock++;
      const ask = { repo: 'shop', paths: ['src/**'], ttl_ms: 3_600_000 };
      const lock = await publish('lock', agent, ask);
      if (!lock) continue;
      const hold = { paths: ask.paths, exclusive: true, asked, at: clock++, end: 1e12 };
      lines.push({ what: 'acquired', agent, id: lock.id, fence: lock.fence, ...hold });
      await pause();
      lines.push({ what: 'released', agent, id: lock.id, at: clock++ });
      await publish('unlock', agent, { ids: [lock.id] });
    }
  };
  await Promise.all(names(4).map(live));
  return lines;
}

test('the referee sees it when the swap is taken away', async () => {
  const fair = judge(await simulate(true));
  assert.deepEqual(fair.violations, []);
  assert.ok(fair.contended > 20, `${fair.contended} contended`);
  const foul = judge(await simulate(false));
  assert.match(foul.violations.join('\n'), /both held/);
  assert.match(foul.violations.join('\n'), /fence \d+ was given twice/);
});

test('the referee knows what is no violation', () => {
  const hold = (agent: string, fence: number, at: number, more: object = {}): LogLine => ({
    what: 'acquired',
    agent,
    id: `${agent}-${fence}`,
    fence,
    paths: ['src/**'],
    exclusive: true,
    asked: at - 1,
    at,
    end: at + 100,
    ...more,
  });
  const release = (agent: string, fence: number, at: number): LogLine => ({
    what: 'released',
    agent,
    id: `${agent}-${fence}`,
    at,
  });
  const violations = (...lines: LogLine[]) => judge(lines).violations;
  assert.deepEqual(violations(hold('a', 1, 10), release('a', 1, 20), hold('b', 2, 21)), []);
  assert.deepEqual(violations(hold('a', 1, 10), hold('b', 2, 111)), [], 'killed, and expired');
  assert.equal(violations(hold('a', 1, 10), hold('b', 2, 109)).length, 1, 'killed, not expired');
  const shared = { exclusive: false };
  assert.deepEqual(violations(hold('a', 1, 10, shared), hold('b', 2, 11, shared)), []);
  assert.deepEqual(violations(hold('a', 1, 10), hold('b', 2, 11, { paths: ['docs/**'] })), []);
  assert.equal(violations(hold('a', 2, 10), release('a', 2, 20), hold('b', 1, 30)).length, 2);
});
