import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isatty } from 'node:tty';
import { ConfigError, GitError } from '../errors.ts';

/** Where and how a Git process runs. */
export interface GitOptions {
  /** Passed as `--git-dir`: the repository is never guessed from the folder. */
  gitDir?: string | undefined;
  cwd?: string | undefined;
  /** Written to standard input. */
  input?: string | Uint8Array | undefined;
  /** Laid over the cleaned environment; undefined removes a variable. */
  env?: Record<string, string | undefined> | undefined;
  /** Milliseconds after which the process is killed and a GitError `git-timeout` is thrown; default never. */
  timeoutMs?: number | undefined;
}

/** What a finished Git process left. */
export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

// Inside a hook Git exports these; they would point our commands at the wrong repository, index
// or quarantine. GIT_CONFIG_* stay: CI systems hand credentials over by them.
const REPOSITORY_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_PREFIX',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_NAMESPACE',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_CONFIG',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
  'GIT_PUSH_OPTION_COUNT',
  'GIT_REFLOG_ACTION',
  'GIT_EXTERNAL_DIFF',
  'GIT_DIFF_OPTS',
];

/** The environment of every Git process: the user's, in English, without what a hook's Git put there. */
export function gitEnvironment(
  changes: Record<string, string | undefined> = {},
): Record<string, string> {
  const all: Record<string, string | undefined> = { ...process.env };
  for (const name of REPOSITORY_VARIABLES) delete all[name];
  all['LC_ALL'] = 'C';
  // A prompt nobody can answer would hang an agent for ever.
  if (!isatty(0)) all['GIT_TERMINAL_PROMPT'] = '0';
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...all, ...changes })) {
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** Starts Git with all three streams piped, for callers that stream; the caller listens for `error`. */
export function spawnGit(
  args: readonly string[],
  options: GitOptions = {},
): ChildProcessWithoutNullStreams {
  const where = options.gitDir === undefined ? [] : [`--git-dir=${options.gitDir}`];
  return spawn('git', [...where, ...args], {
    cwd: options.cwd,
    env: gitEnvironment(options.env),
    stdio: 'pipe',
    windowsHide: true,
  });
}

/**
 * Runs Git to its end and returns its exit code and output, whatever the code.
 * Throws ConfigError `git-missing` without a git program, GitError `git-timeout` after `timeoutMs`.
 */
export function runGit(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawnGit(args, options);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timer = options.timeoutMs === undefined ? undefined : limitTime(child, options.timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // EPIPE only says that Git stopped reading; its exit code and stderr say why.
    child.stdin.on('error', () => {});
    child.on('error', (error) => reject(explainSpawn(error, options.cwd)));
    child.on('exit', () => {
      // What Git started may live on and hold the streams open: do not wait for it.
      if (timer?.fired) for (const stream of child.stdio) stream?.destroy();
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer?.handle);
      const message = Buffer.concat(stderr).toString();
      if (timer?.fired) reject(timeoutError(args, options.timeoutMs ?? 0));
      else if (code === null) reject(gitFailure(args, `was killed by ${signal}`, message, -1));
      else resolve({ code, stdout: Buffer.concat(stdout), stderr: message });
    });
    child.stdin.end(options.input);
  });
}

function limitTime(child: ChildProcessWithoutNullStreams, ms: number) {
  const timer = { fired: false, handle: setTimeout(stop, ms) };
  function stop() {
    timer.fired = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 1000).unref();
  }
  return timer;
}

function timeoutError(args: readonly string[], ms: number): GitError {
  return new GitError(`git ${args[0] ?? ''} did not finish within ${ms} ms`, {
    code: 'git-timeout',
    data: { args, timeout_ms: ms },
  });
}

/** Runs Git and returns its output as text. Throws GitError with arguments, exit code and stderr when the code is not 0. */
export async function gitText(args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await runGit(args, options);
  if (result.code !== 0) {
    throw gitFailure(args, `failed with exit code ${result.code}`, result.stderr, result.code);
  }
  return result.stdout.toString();
}

/** The GitError of a command that failed: what was run, how it ended, what Git said. */
export function gitFailure(
  args: readonly string[],
  how: string,
  stderr: string,
  code: number,
): GitError {
  const said = stderr.trim();
  const message = `git ${args.join(' ')} ${how}${said === '' ? '' : `: ${said}`}`;
  const owner = /safe\.directory (\S+)/.exec(said)?.[1];
  const hint =
    owner === undefined ? {} : { hint: `git config --global --add safe.directory ${owner}` };
  return new GitError(message, { data: { args, exit_code: code, stderr: said }, ...hint });
}

/** Turns a failed start into a ConfigError for a missing git or folder, else a GitError. */
export function explainSpawn(error: unknown, cwd: string | undefined): Error {
  if (cwd !== undefined && !existsSync(cwd)) {
    return new ConfigError(`the folder ${cwd} does not exist`, {
      data: { path: cwd },
      cause: error,
    });
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    const hint = 'install Git 2.30 or newer, and see that `git --version` works in this shell';
    return new ConfigError('the program git was not found on PATH', {
      code: 'git-missing',
      hint,
      cause: error,
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new GitError(`git could not be started: ${why}`, { cause: error });
}
