// A week of ten agents: 20 000 messages about 2 000 tasks, published as they would be, and what the
// budgets of it take to read. Usage: npm run bench -- week [MESSAGES]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foundProject } from '../test/bus/setting.ts';
import { makeSandbox } from '../test/support/sandbox.ts';
import { fill, messageOf } from './_large-repository.ts';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const AGENTS = Array.from({ length: 10 }, (_, i) => `agent-${i + 1}`);
const TASKS = 2000;
const WEEK = 7 * 86_400_000;
// Reading the ledger anew for each batch costs more here than elsewhere: 20 000 accounts.
const BATCH = 1000;
const messages = Number(process.argv[2] ?? 20_000);

const root = mkdtempSync(join(tmpdir(), 'comm-node-week-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const sandbox = makeSandbox(root);
Object.assign(process.env, sandbox.env);
const path = await foundProject(sandbox, AGENTS, 'week.git');
const started = performance.now();
await fill(
  path,
  join(root, 'machine'),
  messages + TASKS,
  (i) => {
    const task = `t-${i % TASKS}`;
    const agent = AGENTS[i % AGENTS.length] ?? '';
    if (i < TASKS) {
      return { kind: 'budget-grant', agent: 'human', payload: { task, agent, total: 15_000 } };
    }
    const asked = messageOf(AGENTS, i);
    return { ...asked, payload: { ...asked.payload, task } };
  },
  WEEK,
  BATCH,
);
console.error(`made in ${((performance.now() - started) / 1000).toFixed(0)} s`);
const worktree = sandbox.repository('work');
run(['join', path, '--agent', 'agent-1', '--domain', 'agent-1', '--repo', 'agent-1', '--no-hooks']);
transcripts();

const node = () => execFileSync(process.execPath, ['-e', '0'], { env: sandbox.env });
console.log(
  `| ${messages} messages, ${TASKS} tasks | ms | × node -e 0 | wanted |\n|---|---|---|---|`,
);
for (const args of [['budget', 'show'], ['budget', 'show', 'agent-2'], ['cost'], ['status']]) {
  const [ours, theirs] = pair(() => run(args), node);
  console.log(`| ${args.join(' ')} | ${ours.toFixed(0)} | ${(ours / theirs).toFixed(1)} | 4 |`);
}

function run(args: readonly string[]): void {
  const result = spawnSync(process.execPath, [BIN, ...args], {
    cwd: worktree,
    env: sandbox.env,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
}

/** Medians of two things done in turn, in milliseconds; the first rounds warm up. */
function pair(a: () => void, b: () => void, runs = 9): [number, number] {
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
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** 200 sessions with 200 answers each, three lines an answer. */
function transcripts(): void {
  const folder = join(root, 'home', '.claude', 'projects', 'work');
  mkdirSync(folder, { recursive: true });
  for (let session = 0; session < 200; session++) {
    const lines: string[] = [];
    for (let i = 0; i < 600; i++) {
      const id = `${session}-${Math.floor(i / 3)}`;
      const usage = { input_tokens: 10, cache_read_input_tokens: 9000, output_tokens: i % 3 };
      const message = { id, model: 'claude-sonnet-4-5', usage };
      const timestamp = new Date(Date.now() - WEEK + session * 1000 + i).toISOString();
      lines.push(
        JSON.stringify({ type: 'assistant', requestId: id, cwd: worktree, timestamp, message }),
      );
    }
    writeFileSync(join(folder, `${session}.jsonl`), `${lines.join('\n')}\n`);
  }
}
