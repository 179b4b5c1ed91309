import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleOf } from './program.ts';

/** One process of a storm. */
export interface Writer {
  readonly agent: string;
  readonly home: string;
  readonly url: string;
  /** To whom it writes; `all` by default. */
  readonly to?: string;
  readonly count?: number;
  readonly seconds?: number;
  readonly skew?: number;
  /** Sends one message before the starting shot. */
  readonly warm?: boolean;
  /** Lives on and sends as many as it is asked for each time, instead of `count` or `seconds`. */
  readonly rounds?: boolean;
}

/** A writer's process. */
export interface Live {
  readonly child: ChildProcess;
  readonly report: Report;
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, however it ended. */
  readonly ended: Promise<void>;
  /** Asks one that lives on for so many messages; resolves when it has sent them, or is gone. */
  round(count: number): Promise<void>;
}

/** What a writer said of itself. */
export interface Report {
  readonly agent: string;
  /** Ids that were acknowledged as published, in order, and how long each took (ms). */
  readonly acked: { id: string; ms: number }[];
  readonly queued: string[];
  readonly problems: unknown[];
  /** How long it sent, in seconds; undefined when it was killed. */
  seconds: number | undefined;
}

let bundle: Promise<string> | undefined;

/** The writer's program in plain files, so that starting 30 of them is cheap. */
export function writerProgram(): Promise<string> {
  bundle ??= bundleOf('writer.ts');
  return bundle;
}

export async function startWriter(
  writer: Writer,
  env: Readonly<Record<string, string>>,
  startAt: number,
): Promise<Live> {
  const program = await writerProgram();
  const plan = JSON.stringify({ to: 'all', ...writer, startAt });
  const child = spawn(process.execPath, [program, plan], {
    env: { ...env, COMM_NODE_HOME: writer.home },
    stdio: [writer.rounds ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const report: Report = {
    agent: writer.agent,
    acked: [],
    queued: [],
    problems: [],
    seconds: undefined,
  };
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  let isDone: () => void = () => undefined;
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString('utf8');
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on('line', (line) => take(line, report, isReady, () => isDone()));
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      if (stderr !== '') report.problems.push({ stderr });
      isReady();
      isDone();
      resolve();
    });
  });
  // One that was killed does not read any more; that it is gone is told by `close`.
  child.stdin?.on('error', () => undefined);
  const round = (count: number) =>
    new Promise<void>((resolve) => {
      isDone = resolve;
      child.stdin?.write(`${count}\n`);
    });
  return { child, report, ready, ended, round };
}

function take(line: string, report: Report, isReady: () => void, isDone: () => void): void {
  const said = JSON.parse(line) as Record<string, unknown>;
  if ('ready' in said) isReady();
  else if ('acked' in said)
    report.acked.push({ id: String(said['acked']), ms: Number(said['ms']) });
  else if ('queued' in said) report.queued.push(String(said['queued']));
  else if ('done' in said) {
    report.seconds = Number(said['seconds']);
    isDone();
  } else report.problems.push(said);
}

/** Runs all writers together, from one starting shot to the last one's end. */
export async function runStorm(
  writers: readonly Writer[],
  env: Readonly<Record<string, string>>,
  leadMs = 400 + writers.length * 150,
): Promise<Report[]> {
  const startAt = Date.now() + leadMs;
  const started = await Promise.all(writers.map((writer) => startWriter(writer, env, startAt)));
  await Promise.all(started.map(({ ended }) => ended));
  return started.map(({ report }) => report);
}

/** What a bare repository says itself about the messages in it, by Git alone. */
export interface Audit {
  /** Message ids in the order of their commits. */
  readonly landed: { id: string; author: string }[];
  readonly doubled: string[];
  readonly merges: number;
  /** Commits that are not in the one line of first parents. */
  readonly sideways: number;
  /** What `git fsck --strict` complains of; dangling objects are no complaint. */
  readonly fsck: string;
}

/** A remote packs together in the background; to look for damage meanwhile is to find files gone. */
function waitForPacking(gitDir: string): void {
  const still = new Int32Array(new SharedArrayBuffer(4));
  const end = Date.now() + 60_000;
  while (existsSync(join(gitDir, 'gc.pid')) && Date.now() < end) Atomics.wait(still, 0, 0, 50);
}

/** @param since looks only at what came after this commit, and leaves `git fsck` to another time */
export function audit(
  gitDir: string,
  env: Readonly<Record<string, string>>,
  since?: string,
): Audit {
  waitForPacking(gitDir);
  const range = since === undefined ? 'main' : `${since}..main`;
  const git = (...args: string[]) =>
    execFileSync('git', ['--git-dir', gitDir, ...args], {
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  const log = git(
    'log',
    '--reverse',
    '--diff-filter=A',
    '--name-only',
    '--format=>%an',
    range,
    '--',
    'messages',
  );
  const landed: { id: string; author: string }[] = [];
  let author = '';
  for (const line of log.split('\n')) {
    if (line.startsWith('>')) author = line.slice(1);
    const match = /([0-9A-Z]{26})\.md$/.exec(line);
    if (match?.[1]) landed.push({ id: match[1], author });
  }
  const seen = new Set<string>();
  const doubled = landed.filter(({ id }) => seen.size === seen.add(id).size).map(({ id }) => id);
  const count = (...args: string[]) => Number(git('rev-list', '--count', ...args, range));
  return {
    landed,
    doubled,
    merges: count('--merges'),
    sideways: count() - count('--first-parent'),
    fsck: since === undefined ? git('fsck', '--strict', '--no-dangling').trim() : '',
  };
}
