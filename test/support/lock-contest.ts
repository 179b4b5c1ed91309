import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bundleOf } from './program.ts';

/** One holder of a contest. */
export interface Contestant {
  readonly agent: string;
  readonly url: string;
  readonly home: string;
  readonly log: string;
  readonly globs: readonly string[];
  /** When it stops, milliseconds since 1970. */
  readonly endAt: number;
  readonly ttlMs: number;
  readonly holdMs: number;
  readonly restMs: number;
  readonly waitMs: number;
  readonly everyMs: number;
  /** How often it is killed while it holds, from 0 to 1. */
  readonly dieOften: number;
  /** Asks once, without standing in line, and keeps what it gets. */
  readonly once?: boolean;
}

/** What the contestants said. */
export interface Talk {
  kills: number;
  readonly refused: string[];
  readonly problems: string[];
}

let program: Promise<string> | undefined;

/**
 * Runs all contestants to their end, each in a process of its own; one that is killed comes back.
 * @param also kills a random one about so often, in milliseconds, whatever it does just then
 */
export async function runContest(
  contestants: readonly Contestant[],
  envOf: (contestant: Contestant) => Readonly<Record<string, string>>,
  also?: number,
): Promise<Talk> {
  program ??= bundleOf('lock-worker.ts');
  const file = await program;
  const talk: Talk = { kills: 0, refused: [], problems: [] };
  const startAt = Date.now() + 300 + contestants.length * 150;
  const running = new Set<ChildProcess>();
  const live = async (contestant: Contestant): Promise<void> => {
    for (;;) {
      const plan = JSON.stringify({ ...contestant, startAt });
      const child = spawn(process.execPath, [file, plan], {
        env: { ...envOf(contestant), COMM_NODE_HOME: contestant.home },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running.add(child);
      const signal = await listen(child, contestant, talk);
      running.delete(child);
      if (signal !== 'SIGKILL' || Date.now() > contestant.endAt) return;
      talk.kills++;
    }
  };
  // Who is killed when the contest is over does not come back, and would miss its turn.
  const endAt = Math.min(...contestants.map((one) => one.endAt));
  const strike = () => Date.now() < endAt && killOne(running);
  const killer = also === undefined ? undefined : setInterval(strike, also);
  await Promise.all(contestants.map(live)).finally(() => clearInterval(killer));
  return talk;
}

function killOne(running: ReadonlySet<ChildProcess>): void {
  const all = [...running];
  all[Math.floor(Math.random() * all.length)]?.kill('SIGKILL');
}

function listen(child: ChildProcess, { agent }: Contestant, talk: Talk): Promise<string | null> {
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString('utf8');
  });
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const said = JSON.parse(line) as Record<string, unknown>;
    if ('refused' in said) talk.refused.push(`${agent}: ${said['refused']}`);
    else if ('failed' in said || 'odd' in said) talk.problems.push(`${agent}: ${line}`);
  });
  return new Promise((resolve) => {
    child.on('close', (_code, signal) => {
      if (stderr !== '') talk.problems.push(`${agent}: ${stderr}`);
      resolve(signal);
    });
  });
}
