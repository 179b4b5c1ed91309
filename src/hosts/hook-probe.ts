import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { existsAt } from '../git/folders.ts';
import { runGit } from '../git/process.ts';
import { runProgram } from '../git/program.ts';
import { findHookPlace } from './hook-place.ts';

/** What a hook of ours ends with when it is only asked whether it is there: so nothing after it runs. */
export const PROBED = 79;

/** What it says then. */
export function probeWord(probe: string, hook: string): string {
  return `comm-node-probe ${probe} ${hook}`;
}

/** Words that Git hands each hook, as far as ours look at them. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'prepare-commit-msg': ['COMMIT_EDITMSG', 'message'],
  'pre-push': ['probe', 'probe'],
};

/**
 * Runs a hook as Git does, and tells whether ours was reached: the proof that it fires, whatever
 * files there are.
 * @param top of the worktree, or the bare repository
 */
export async function probeHook(top: string, hook: string): Promise<boolean> {
  const probe = randomUUID();
  const env = {
    COMM_NODE_HOOK_PROBE: probe,
    COMM_NODE_IN_HOOK: undefined,
    COMM_NODE_HOOKS: undefined,
    // With an empty index there is something to commit: lefthook runs nothing otherwise.
    GIT_INDEX_FILE: `probe-${probe}`,
  };
  const output = await runHook(top, hook, env);
  return output.includes(probeWord(probe, hook));
}

async function runHook(
  top: string,
  hook: string,
  env: Record<string, string | undefined>,
): Promise<string> {
  const words = WORDS[hook] ?? [];
  const run = await runGit(['hook', 'run', '--ignore-missing', hook, '--', ...words], {
    cwd: top,
    env,
  });
  // `git hook` came with Git 2.36.
  if (!/is not a git command/.test(run.stderr)) return run.stdout.toString() + run.stderr;
  const file = join((await findHookPlace(top))?.folder ?? '', hook);
  if (!existsAt(file)) return '';
  return (await runProgram(file, words, { cwd: top, env })).output;
}
