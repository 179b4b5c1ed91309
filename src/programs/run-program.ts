import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ConfigError } from '../errors.ts';

export { startThisApart, thisProgram } from '../git/program.ts';

/** Where and how somebody else's program runs. */
export interface ProgramOptions {
  readonly cwd: string;
  /** Laid over the environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to standard input. */
  readonly input?: string;
  /** Milliseconds after which it and all that it started are killed. */
  readonly timeoutMs: number;
  /** Bytes of each stream that are kept, the last ones; default 1 MiB. */
  readonly keepBytes?: number;
  /** Told of output as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** How a program ended. */
export interface ProgramResult {
  /** Its exit code; undefined when it was killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as they came. */
  readonly output: string;
  /** It did not end in time. */
  readonly timedOut: boolean;
  readonly elapsedMs: number;
}

const KEEP = 1024 * 1024;
/** Between asking a program to end and killing it, in milliseconds. */
const GRACE = 500;

/**
 * Runs a program to its end, whatever its exit code: one by its name and words, or a line of the
 * shell. It gets a group of its own, so that what it started ends with it.
 * @throws ConfigError `program-missing` when there is none, or no such folder
 */
export function runProgram(
  what: readonly [string, ...string[]] | { readonly shell: string },
  options: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const startedAt = process.hrtime.bigint();
    const child = start(what, options);
    const keep = options.keepBytes ?? KEEP;
    const [stdout, stderr, output] = [new Tail(keep), new Tail(keep), new Tail(keep)];
    let timedOut = false;
    const stop = () => endGroup(child);
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', stop, { once: true });
    const listen = (stream: NodeJS.ReadableStream | null, own: Tail) =>
      stream?.on('data', (chunk: Buffer) => {
        own.add(chunk);
        output.add(chunk);
        options.onOutput?.(chunk.toString('utf8'));
      });
    listen(child.stdout, stdout);
    listen(child.stderr, stderr);
    // EPIPE only says that it stopped reading.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(missing(what, options.cwd, error));
    });
    child.on('exit', () => {
      // What it started may live on and hold the streams open.
      if (timedOut) for (const stream of child.stdio) stream?.destroy();
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
      const elapsedMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
      const texts = { stdout: stdout.text(), stderr: stderr.text(), output: output.text() };
      resolve({ ...texts, code: code ?? undefined, timedOut, elapsedMs });
    });
  });
}

function start(
  what: readonly [string, ...string[]] | { readonly shell: string },
  { cwd, env }: ProgramOptions,
): ChildProcess {
  const all = { ...process.env, ...env };
  const environment = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const isUnix = process.platform !== 'win32';
  const common = {
    cwd,
    env: environment,
    stdio: 'pipe',
    windowsHide: true,
    detached: isUnix,
  } as const;
  if ('shell' in what) return spawn(what.shell, { ...common, shell: true });
  return spawn(what[0], what.slice(1), common);
}

/** Ends the program and all of its group. */
function endGroup(child: ChildProcess): void {
  const send = (signal: NodeJS.Signals) => {
    try {
      if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), GRACE).unref();
}

function missing(
  what: readonly [string, ...string[]] | { readonly shell: string },
  cwd: string,
  cause: Error,
): ConfigError {
  const name = 'shell' in what ? 'the shell' : `the program ${what[0]}`;
  const why = existsSync(cwd) ? 'was not found on PATH' : `cannot run: no folder ${cwd}`;
  const message = `${name} ${'code' in cause && cause.code === 'ENOENT' ? why : `could not be started: ${cause.message}`}`;
  return new ConfigError(message, { code: 'program-missing', data: { cwd }, cause });
}

/** The last bytes of a stream. */
class Tail {
  readonly #keep: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #cut = false;

  constructor(keep: number) {
    this.#keep = keep;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= 2 * this.#keep) return;
    const kept = Buffer.concat(this.#chunks).subarray(-this.#keep);
    this.#chunks = [kept];
    this.#bytes = kept.length;
    this.#cut = true;
  }

  text(): string {
    const all = Buffer.concat(this.#chunks);
    const cut = this.#cut || all.length > this.#keep;
    const kept = all.subarray(-this.#keep).toString('utf8');
    return cut ? `[…the beginning is left out]\n${kept}` : kept;
  }
}
