import { spawn } from 'node:child_process';
import { explainFileError } from './files.ts';
import { explainSpawn, gitEnvironment } from './process.ts';

/** Where and how a program runs. */
export interface ProgramOptions {
  cwd: string;
  /** Laid over the cleaned environment; undefined removes a variable. */
  env?: Record<string, string | undefined> | undefined;
  /** Written to standard input. */
  input?: string | undefined;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
}

/** What a finished program left. */
export interface ProgramResult {
  /** -1 when a signal ended it. */
  code: number;
  /** What it printed on stdout and stderr, as it came. */
  output: string;
}

/** The program that is running, with what Node was told for it: how to start it once more. */
export function thisProgram(): { command: string; args: string[] } {
  return { command: process.execPath, args: [...process.execArgv, process.argv[1] ?? ''] };
}

/**
 * Starts this program once more, on its own: nobody waits for it, and it keeps nobody alive. What it
 * prints is lost. Never throws.
 */
export function startThisApart(words: readonly string[], cwd: string): void {
  const { command, args } = thisProgram();
  const child = spawn(command, [...args, ...words], {
    cwd,
    detached: true,
    env: gitEnvironment(),
    stdio: 'ignore',
    windowsHide: true,
  });
  child.on('error', () => {});
  child.unref();
}

/**
 * Runs any program to its end, without a shell, whatever its exit code.
 * Throws a CommError when it cannot be started.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, input, signal }: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: gitEnvironment(env),
      stdio: 'pipe',
      windowsHide: true,
    });
    const stop = () => child.kill();
    signal?.addEventListener('abort', stop, { once: true });
    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => printed.push(chunk));
    }
    // EPIPE only says that it stopped reading; its exit code says how it went.
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      signal?.removeEventListener('abort', stop);
      reject(
        command === 'git' ? explainSpawn(error, cwd) : explainFileError(error, 'run', command),
      );
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      resolve({ code: code ?? -1, output: Buffer.concat(printed).toString() });
    });
    child.stdin.end(input);
  });
}
