// Locks: a contest of 16 holders that a referee judges, and what a lock and a look cost.
// Whole processes, medians, run in turn with what they are compared with.
// Usage: npm run bench -- locks [SECONDS [MESSAGES]]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runContest } from '../test/support/lock-contest.ts';
import { judge, readLog } from '../test/support/lock-referee.ts';
import { foundShop, GLOBS, openRoads } from '../test/support/lock-shop.ts';
import { makeSandbox } from '../test/support/sandbox.ts';
import { fill, messageOf } from './_large-repository.ts';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const seconds = Number(process.argv[2] ?? 60);
const messages = Number(process.argv[3] ?? 100_000);
const LOCKS = 1000;
const AGENTS = Array.from({ length: 16 }, (_, i) => `agent-${i + 1}`);

if (!existsSync(BIN)) throw new Error('run npm run build first');
const root = mkdtempSync(join(tmpdir(), 'comm-node-locks-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const sandbox = makeSandbox(root);
Object.assign(process.env, sandbox.env);
const node = () => execFileSync(process.execPath, ['-e', '0'], { env: sandbox.env });

if (seconds > 0) await contest();
await latency();

async function contest(): Promise<void> {
  const path = await foundShop(sandbox, AGENTS, 'contest');
  const roads = await openRoads(sandbox, path, AGENTS);
  const log = join(root, 'referee.log');
  try {
    const plan = { log, globs: GLOBS, endAt: Date.now() + 3000 + seconds * 1000, ttlMs: 2500 };
    const pace = { holdMs: 250, restMs: 250, waitMs: 60_000, everyMs: 200, dieOften: 0.05 };
    const contestants = roads.contestants.map((one) => ({ ...one, ...plan, ...pace }));
    const talk = await runContest(contestants, roads.envOf);
    const { violations, acquired, contended, perAgent, longestWaitMs } = judge(readLog(log));
    const turns = AGENTS.map((agent) => perAgent.get(agent) ?? 0);
    console.log(
      [
        '| seconds | locks | contended | holders killed | violations | turns of an agent, least to most | longest wait, s |',
        '|---|---|---|---|---|---|---|',
        `| ${seconds} | ${acquired} | ${contended} | ${talk.kills} | ${violations.length} | ${Math.min(...turns)} to ${Math.max(...turns)} | ${(longestWaitMs / 1000).toFixed(1)} |`,
        '',
      ].join('\n'),
    );
    if (roads.without !== undefined) console.error(`without ssh: ${roads.without}`);
    if (violations.length + talk.problems.length > 0) {
      throw new Error([...violations, ...talk.problems].slice(0, 10).join('\n'));
    }
  } finally {
    roads.close();
  }
}

async function latency(): Promise<void> {
  const path = await foundShop(sandbox, AGENTS, 'latency');
  const here = joined(path, 'here', 'agent-1');
  const far = joined(`file://${path}`, 'far', 'agent-2');
  const full = await foundShop(sandbox, AGENTS, 'full');
  const span = 60 * 86_400_000;
  await fill(full, join(root, 'filler'), messages, (i) => messageOf(AGENTS, i), span);
  await fill(full, join(root, 'filler'), LOCKS, lockOf, 60_000);
  const crowded = joined(full, 'crowded', 'agent-3');
  const push = pusher(path);
  let n = 0;
  const lock = (cwd: string) => () => run(cwd, ['lock', `src/file-${n++}.ts`]);
  const rows: string[] = [];
  const add = (what: string, ms: number, against: string, base: number, bar: string) =>
    rows.push(
      `| ${what} | ${ms.toFixed(0)} | ${against}: ${base.toFixed(0)} | ${(ms / base).toFixed(2)} | ${bar} |`,
    );
  // A hub in place that has seen a push is courteous to others for ten seconds.
  lock(here)();
  await sleep(11_000);
  const [inPlace = NaN, node1 = NaN] = inTurn(lock(here), node);
  add('`lock` on a path hub', inPlace, '`node -e 0`', node1, 'at most 4');
  const [remote = NaN, pushed = NaN, node2 = NaN] = inTurn(lock(far), push, node);
  const allowed = 2 * pushed + 2 * node2;
  add('`lock` over file://', remote, '2 `git push` + 2 `node -e 0`', allowed, 'at most 1');
  const [checked = NaN, node3 = NaN] = inTurn(() => check(crowded, 'docs/new.md'), node);
  add(
    `\`check\` with ${LOCKS} locks and ${messages} messages`,
    checked,
    '`node -e 0`',
    node3,
    'at most 2',
  );
  console.log(
    ['| | ms | against, ms | ratio | wanted |', '|---|---|---|---|---|', ...rows].join('\n'),
  );
}

function lockOf(i: number) {
  const agent = AGENTS[i % AGENTS.length] ?? '';
  const paths = i % 3 === 0 ? [`src/mod-${i}/**/*.ts`, `test/mod-${i}/**`] : [`src/mod-${i}/**`];
  return { kind: 'lock', agent, payload: { repo: 'shop', paths, ttl_ms: 86_400_000 } };
}

function joined(url: string, name: string, agent: string): string {
  const worktree = sandbox.repository(`work-${name}`);
  run(worktree, ['join', url, '--agent', agent, '--domain', 'all-of-it', '--repo', 'shop']);
  return worktree;
}

function run(cwd: string, args: readonly string[]): void {
  const result = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: sandbox.env,
  });
  if (result.status !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
}

function check(cwd: string, path: string): void {
  run(cwd, ['check', path]);
}

/** Medians of commands run in turn, in milliseconds. */
function inTurn(...work: (() => void)[]): number[] {
  const times: number[][] = work.map(() => []);
  for (let i = 0; i < 17; i++) {
    for (const [at, one] of work.entries()) {
      const start = performance.now();
      one();
      if (i >= 2) times[at]?.push(performance.now() - start);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN);
}

/** An ordinary clone that pushes an empty commit at each call. */
function pusher(path: string): () => void {
  const clone = `${path}-clone`;
  execFileSync('git', ['clone', '--quiet', path, clone]);
  let last = 'HEAD';
  return () => {
    const next = ['commit-tree', 'HEAD^{tree}', '-p', last, '-m', 'push'];
    last = execFileSync('git', ['-C', clone, ...next], { encoding: 'utf8' }).trim();
    const spec = `${last}:refs/heads/bench`;
    execFileSync('git', ['-C', clone, 'push', '--quiet', 'origin', spec]);
  };
}
