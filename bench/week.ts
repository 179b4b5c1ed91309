// A week of ten agents: 20 000 messages about 2 000 tasks under 5 000 locks, published as they would
// be, and what it takes then to see how things stand, beside `node -e 0`.
// Usage: npm run bench -- week [TASKS] [FOLDER]; a FOLDER is kept, and measured again if it is there.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foundProject } from '../test/bus/setting.ts';
import { makeSandbox } from '../test/support/sandbox.ts';
import { fill } from './_large-repository.ts';
import { AGENTS, Week } from './_week.ts';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
/** Of ten agents, a task each in fifty minutes. */
const TASK_MS = (7 * 86_400_000) / 2000;
/** Whoever decides on budgets adds them up once a batch. */
const BATCH = 500;
const tasks = Number(process.argv[2] ?? 2000);
const kept = process.argv[3];

const root = kept ?? mkdtempSync(join(tmpdir(), 'comm-node-week-'));
if (kept === undefined) process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const isBuilt = existsSync(join(root, 'built'));
const sandbox = makeSandbox(root);
Object.assign(process.env, sandbox.env);
const worktree = join(root, 'work');
if (!isBuilt) await build();
measure();

async function build(): Promise<void> {
  const path = await foundProject(sandbox, AGENTS, 'week.git');
  const started = performance.now();
  const { steps } = new Week(tasks);
  const ask = (i: number, id: string) => {
    const step = steps[i];
    if (step === undefined) throw new Error(`there is no step ${i}`);
    return step(id);
  };
  await fill(path, join(root, 'machine'), steps.length, ask, tasks * TASK_MS, BATCH);
  const seconds = (performance.now() - started) / 1000;
  console.error(`${steps.length} commits made in ${seconds.toFixed(0)} s`);
  sandbox.repository('work');
  const domain = ['--domain', 'agent-1', '--repo', 'agent-1', '--no-hooks'];
  run(['join', path, '--agent', 'agent-1', ...domain]);
  transcripts();
  writeFileSync(join(root, 'built'), '');
}

function measure(): void {
  const node = () => execFileSync(process.execPath, ['-e', '0'], { env: sandbox.env });
  console.log(`| a week of ${tasks} tasks | ms | × node -e 0 | wanted |\n|---|---|---|---|`);
  const verbs = ['status', 'budget show', 'budget show agent-2', 'budget show t-7', 'cost'];
  for (const verb of verbs) {
    const [ours, theirs] = pair(() => run(verb.split(' ')), node);
    console.log(`| ${verb} | ${ours.toFixed(0)} | ${(ours / theirs).toFixed(2)} | 4 |`);
  }
}

function run(args: readonly string[]): void {
  const options = { cwd: worktree, env: sandbox.env, encoding: 'utf8' } as const;
  const result = spawnSync(process.execPath, [BIN, ...args], options);
  if (result.status !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
}

/** Medians of two things done in turn, in milliseconds; the first rounds warm up. */
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
      const timestamp = new Date(Date.now() - tasks * TASK_MS + session * 1000 + i).toISOString();
      lines.push(
        JSON.stringify({ type: 'assistant', requestId: id, cwd: worktree, timestamp, message }),
      );
    }
    writeFileSync(join(folder, `${session}.jsonl`), `${lines.join('\n')}\n`);
  }
}
