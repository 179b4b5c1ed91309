import { spawnSync } from 'node:child_process';
import { explainSpawn, type GitOptions, type GitResult, gitEnvironment } from './process.ts';

/** What Git may print at most: the names of a few million files. */
const MOST = 1 << 30;

/**
 * Runs Git to its end while nothing else goes on: for hooks, which have nothing else to do. Waiting
 * for a process without streams takes half the time that a short hook has.
 */
export function runGitNow(args: readonly string[], options: GitOptions = {}): GitResult {
  const { cwd, env, input } = options;
  const ran = spawnSync('git', args, {
    cwd,
    env: gitEnvironment(env),
    input,
    maxBuffer: MOST,
    windowsHide: true,
  });
  if (ran.error !== undefined) throw explainSpawn(ran.error, cwd);
  return { code: ran.status ?? -1, stdout: ran.stdout, stderr: ran.stderr.toString() };
}
