// The bus at size: a coordination repository with 100 000 messages in its history,
// archived as designed, beside one with 100. Whole processes, medians, as ratios.
// Usage: npm run bench -- size [MESSAGES]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foundProject } from '../test/bus/setting.ts';
import { makeSandbox } from '../test/support/sandbox.ts';
import { fill, messageOf } from './_large-repository.ts';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const AGENTS = Array.from({ length: 10 }, (_, i) => `agent-${i + 1}`);
let sent = 0;
const count = Number(process.argv[2] ?? 100_000);

if (!existsSync(BIN)) throw new Error('run npm run build first');
const root = mkdtempSync(join(tmpdir(), 'comm-node-size-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const sandbox = makeSandbox(root);
Object.assign(process.env, sandbox.env);
const small = await make(100, 'small');
const empty = await make(0, 'empty');
const started = performance.now();
const large = await make(count, 'large');
console.error(`made ${count} messages in ${((performance.now() - started) / 1000).toFixed(0)} s`);
report();

/** A repository with so many messages, made by the code that publishes them. */
async function make(messages: number, name: string): Promise<Place> {
  const path = await foundProject(sandbox, AGENTS, `${name}.git`);
  // Sixty days of talk that end now.
  const span = messages > 1000 ? 60 * 86_400_000 : 60_000;
  await fill(path, join(root, 'machine'), messages, (i) => messageOf(AGENTS, i), span);
  return { path, worktree: joined(path, name) };
}

interface Place {
  readonly path: string;
  readonly worktree: string;
}

function joined(path: string, name: string): string {
  const worktree = sandbox.repository(`work-${name}`);
  const args = ['join', path, '--agent', 'agent-1', '--domain', 'agent-1', '--repo', 'agent-1'];
  run(worktree, args);
  return worktree;
}

function run(cwd: string, args: readonly string[]): string {
  const result = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    env: sandbox.env,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** Medians of two commands run in turn, in milliseconds. */
function pair(a: () => void, b: () => void, runs = 15): [number, number] {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < runs + 2; i++) {
    for (const [n, work] of [a, b].entries()) {
      const start = performance.now();
      work();
      if (i >= 2) times[n === 0 ? 0 : 1].push(performance.now() - start);
    }
  }
  return [median(times[0]), median(times[1])];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(): void {
  const rows: string[] = [];
  const add = (what: string, [big, little]: [number, number], against: string, bar: string) =>
    rows.push(
      `| ${what} | ${big.toFixed(0)} | ${little.toFixed(0)} (${against}) | ${(big / little).toFixed(2)} | ${bar} |`,
    );
  const node = () => execFileSync(process.execPath, ['-e', '0'], { env: sandbox.env });
  add('git push of one commit', pair(pusher(large), pusher(empty)), 'empty repository', '1.5');
  add('warm inbox', pair(...both(['inbox'])), '100 messages', '2');
  add(
    'send',
    pair(
      () => send(large),
      () => send(empty),
    ),
    'empty repository',
    '2',
  );
  add(
    'warm inbox, 100 messages',
    pair(() => run(small.worktree, ['inbox']), node),
    'node -e 0',
    '3',
  );
  add(
    '--version',
    pair(() => run(small.worktree, ['--version']), node),
    'node -e 0',
    '1.5',
  );
  add(
    'warm inbox, all',
    pair(() => run(large.worktree, ['inbox']), node),
    'node -e 0',
    '',
  );
  const search = pair(() => run(large.worktree, ['search', 'gateway deploy']), node, 5);
  rows.push(`| search of two words | ${search[0].toFixed(0)} | | | under 1000 ms |`);
  rows.push(`| cold inbox, no index | ${cold().toFixed(0)} | | | under 10000 ms |`);
  console.log(
    `| ${count} messages | ms | against, ms | ratio | bar |\n|---|---|---|---|---|\n${rows.join('\n')}`,
  );
}

function both(args: readonly string[]): [() => void, () => void] {
  return [() => run(large.worktree, args), () => run(small.worktree, args)];
}

function send({ worktree }: Place): void {
  run(worktree, ['send', 'agent-2', `Measured message ${sent++}.`]);
}

/** An ordinary clone that pushes an empty commit at each call. */
function pusher({ path }: Place): () => void {
  const clone = `${path}-clone`;
  execFileSync('git', ['clone', '--quiet', path, clone], { env: sandbox.env });
  return () => {
    sandbox.git(clone, 'commit', '--quiet', '--allow-empty', '--message', 'push');
    execFileSync('git', ['push', '--quiet', 'origin', 'HEAD:refs/heads/bench'], {
      cwd: clone,
      env: sandbox.env,
    });
  };
}

function cold(): number {
  const times = [1, 2, 3].map(() => {
    rmSync(join(large.path, 'comm-node', 'index'), { recursive: true, force: true });
    const start = performance.now();
    run(large.worktree, ['inbox']);
    return performance.now() - start;
  });
  return median(times);
}
