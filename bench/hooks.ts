// How long hooks take: whole processes against `node -e 0`, in turn, medians, on a warm hub with
// 1 000 locks and 100 000 messages, in a repository of 10 clean TypeScript files that joined.
// Usage: npm run bench -- hooks [MESSAGES [FOLDER]]; FOLDER keeps what was made, for another run.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createIds } from '../src/records/ids.ts';
import { formatLock } from '../src/records/lock-file.ts';
import { lockPath } from '../src/records/paths.ts';
import { formatTime } from '../src/records/time.ts';
import { foundProject } from '../test/bus/setting.ts';
import { makeSandbox } from '../test/support/sandbox.ts';
import { fill, messageOf } from './_large-repository.ts';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const AGENTS = Array.from({ length: 10 }, (_, i) => `agent-${i + 1}`);
const RUNS = 15;
const LOCKS = 1000;
let changed = Date.now() % 1_000_000;
const messages = Number(process.argv[2] ?? 100_000);

if (!existsSync(BIN)) throw new Error('run npm run build first');
const kept = process.argv[3];
const root = kept ?? mkdtempSync(join(tmpdir(), 'comm-node-hooks-'));
if (kept === undefined) process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const isMade = existsSync(join(root, 'work'));
mkdirSync(root, { recursive: true });
const sandbox = makeSandbox(root);
Object.assign(process.env, sandbox.env);
const hub = join(root, 'hub.git');
const work = join(root, 'work');
if (!isMade) await make();
report();

async function make(): Promise<void> {
  await foundProject(sandbox, AGENTS, 'hub.git');
  const span = 60 * 86_400_000;
  await fill(hub, join(root, 'machine'), messages, (i) => messageOf(AGENTS, i), span);
  addLocks();
  sandbox.repository('work');
  const words = ['join', hub, '--agent', 'agent-1', '--domain', 'agent-1', '--repo', 'work'];
  execFileSync(process.execPath, [BIN, ...words, '--scope', 'src/**', '--replace'], {
    cwd: work,
    env: sandbox.env,
  });
  for (let at = 0; at < 10; at++) {
    mkdirSync(join(work, 'src'), { recursive: true });
    writeFileSync(join(work, `src/file-${at}.ts`), contentOf(`src/file-${at}.ts`));
  }
  writeFileSync(join(work, 'boundaries.toml'), '[domains.agent-1]\nscope = ["src/**"]\n');
  sandbox.git(work, 'add', '-A');
  execFileSync('git', ['commit', '--quiet', '-m', 'Begin'], {
    cwd: work,
    env: { ...sandbox.env, COMM_NODE_HOOKS: '0' },
  });
}

/** A thousand locks of others, in one ordinary commit. */
function addLocks(): void {
  const clone = join(root, 'clone');
  execFileSync('git', ['clone', '--quiet', hub, clone], { env: sandbox.env });
  const now = Date.now();
  const ids = createIds(() => now);
  for (let at = 0; at < LOCKS; at++) {
    const id = ids();
    const lock = {
      id,
      holder: AGENTS[1 + (at % 9)] ?? '',
      repo: at % 2 === 0 ? 'work' : 'other',
      paths: [`src/part-${at}/**`, `docs/{a,b}-${at}/*.md`],
      exclusive: true,
      fence: at + 1,
      created: formatTime(now),
      expires: formatTime(now + 86_400_000),
      extra: {},
      body: '',
    };
    mkdirSync(join(clone, 'locks'), { recursive: true });
    writeFileSync(join(clone, lockPath(id)), formatLock(lock));
  }
  sandbox.git(clone, 'add', '-A');
  sandbox.git(clone, 'commit', '--quiet', '-m', 'Locks');
  sandbox.git(clone, 'push', '--quiet');
}

interface Measured {
  readonly what: string;
  readonly bar: number;
  /** Before each run, not timed. */
  readonly prepare?: () => void;
  readonly run: () => void;
}

function claude(event: string, more: object): Measured {
  const input = JSON.stringify({ session_id: 'bench', cwd: work, hook_event_name: event, ...more });
  const words = [BIN, 'hook', 'claude', event];
  return {
    what: `Claude Code ${event}${'tool_name' in more ? ` (${String(more.tool_name)})` : ''}`,
    bar: 2,
    run: () =>
      must(
        spawnSync(process.execPath, words, {
          cwd: work,
          env: { ...sandbox.env, CLAUDE_PROJECT_DIR: work },
          input,
        }),
      ),
  };
}

/** The pre-commit hook as Git runs it, with its shell. */
function preCommit(what: string, bar: number, files: readonly string[]): Measured {
  return {
    what: `pre-commit, ${what}`,
    bar,
    prepare() {
      changed++;
      for (const file of files) writeFileSync(join(work, file), contentOf(file));
      sandbox.git(work, 'add', '-A');
    },
    run: () =>
      must(
        spawnSync(join(work, '.git/hooks/pre-commit'), [], {
          cwd: work,
          env: { ...sandbox.env, GIT_INDEX_FILE: '.git/index' },
        }),
      ),
  };
}

function contentOf(file: string): string {
  const at = Number(/\d+/.exec(file)?.[0] ?? 0);
  return file.endsWith('.ts')
    ? `import { value } from './file-${(at + 1) % 10}.ts';\nexport const own = value;\nexport const value = ${changed};\n`
    : `Text ${changed}\n`;
}

function must(ran: { status: number | null; stderr: Buffer }): void {
  if (ran.status !== 0) throw new Error(ran.stderr.toString());
}

function report(): void {
  const edit = { tool_name: 'Edit', tool_input: { file_path: join(work, 'src/file-1.ts') } };
  const bash = { tool_name: 'Bash', tool_input: { command: 'echo x > src/file-1.ts' } };
  const read = { tool_name: 'Bash', tool_input: { command: 'ls' } };
  const tsFiles = Array.from({ length: 10 }, (_, at) => `src/file-${at}.ts`);
  const rows = [
    claude('SessionStart', { source: 'startup' }),
    claude('UserPromptSubmit', { prompt: 'x' }),
    claude('PreToolUse', edit),
    claude('PreToolUse', bash),
    { ...claude('PreToolUse', read), what: 'Claude Code PreToolUse (Bash that writes nothing)' },
    claude('PostToolBatch', { tool_calls: [edit] }),
    claude('PostToolUse', edit),
    claude('Stop', { stop_hook_active: false }),
    claude('SubagentStop', { agent_id: 'a' }),
    claude('SessionEnd', { reason: 'other' }),
    preCommit('no source files', 2.5, ['src/notes.txt']),
    preCommit('10 clean TypeScript files', 4, tsFiles),
  ].map(row);
  const head = `| hook, ${messages} messages, ${LOCKS} locks | ms | node -e 0, ms | ratio | bar |`;
  console.log(`${head}\n|---|---|---|---|---|\n${rows.join('\n')}`);
}

function row({ what, bar, prepare, run }: Measured): string {
  const times: [number[], number[]] = [[], []];
  const node = () => execFileSync(process.execPath, ['-e', '0'], { env: sandbox.env });
  for (let at = 0; at < RUNS + 3; at++) {
    prepare?.();
    for (const [side, act] of [run, node].entries()) {
      const start = performance.now();
      act();
      if (at >= 3) times[side === 0 ? 0 : 1].push(performance.now() - start);
    }
  }
  const [own, bare] = [median(times[0]), median(times[1])];
  return `| ${what} | ${own.toFixed(0)} | ${bare.toFixed(0)} | ${(own / bare).toFixed(2)} | ${bar} |`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
