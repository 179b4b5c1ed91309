import { join } from 'node:path';
import { knownPlaces } from '../bus/places.ts';
import { ConfigError } from '../errors.ts';
import { runProgram } from '../programs/run-program.ts';
import type { GateCommand } from '../records/gate-settings.ts';
import type { GateCheck } from '../records/integration-report.ts';
import { formatDuration } from '../records/time.ts';
import { isThere } from '../sources/write-source.ts';
import type { Session } from './session.ts';

/** Who is told what is going on, and may stop it. */
export interface Announce {
  readonly signal: AbortSignal;
  /** Told a line each. */
  tell(line: string): void;
}

/** What a command is told beside its line. */
export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard input. */
  readonly input?: string;
}

/** What a command printed is kept in the report as far as this, in bytes. */
const KEEP = 4000;

/** The worktrees of this machine by the name of their repository. */
export async function reachable(
  { bus, place }: Session,
  named: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const { repo, folder } of await knownPlaces(bus.hub))
    if (!folders.has(repo)) folders.set(repo, folder);
  for (const word of named) {
    const [, repo = '', folder = ''] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    const path = join(folder.startsWith('/') ? '' : place.cwd, folder);
    if (repo === '' || !isThere(path)) {
      throw new ConfigError(`--repo ${word}: there is no such folder`, {
        code: 'no-repository',
        hint: 'comm-node integrate --repo shop-api=../shop-api',
      });
    }
    folders.set(repo, path);
  }
  return folders;
}

/** Runs one command of the settings, with what it prints as it comes. */
export async function runGate(
  { place }: Session,
  { name, run, repo, timeoutMs }: GateCommand,
  places: ReadonlyMap<string, string>,
  { signal, tell: say }: Announce,
  given: Given = {},
): Promise<GateCheck> {
  const cwd = repo === undefined ? place.cwd : places.get(repo);
  if (cwd === undefined) {
    return { name, ok: false, details: [`${repo} is not on this machine: --repo ${repo}=FOLDER`] };
  }
  say(`${name}: ${run}`);
  const lines = new Lines(say);
  const options = { ...given, cwd, timeoutMs, keepBytes: KEEP, signal };
  const ended = await runProgram(
    { shell: run },
    { ...options, onOutput: (text) => lines.add(text) },
  );
  lines.end();
  const took = formatDuration(Math.round(ended.elapsedMs));
  const how = ended.timedOut
    ? `did not end within ${formatDuration(timeoutMs)}`
    : signal.aborted
      ? 'was stopped'
      : `exit code ${ended.code ?? 'none'} after ${took}`;
  const ok = ended.code === 0 && !ended.timedOut && !signal.aborted;
  const output = ended.output.trimEnd();
  return {
    name,
    ok,
    details: [how, ...(ok || output === '' ? [] : output.split('\n').slice(-40))],
  };
}

/** What comes in pieces, told line by line. */
class Lines {
  readonly #say: (line: string) => void;
  #rest = '';

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-4000);
    for (const line of lines) this.#say(`  ${line}`);
  }

  end(): void {
    if (this.#rest !== '') this.#say(`  ${this.#rest}`);
  }
}
