import { join, resolve } from 'node:path';
import { commonDirOf, gitDirOf, readConfigFiles } from '../git/config-file.ts';
import { readIfPresent } from '../git/files.ts';

/**
 * Whether the hook of a commit looks like ours, or leads to ours, in the worktree at `top`: by the
 * files alone, with no process, so that it can be asked at the start of every session. Undefined when
 * the files do not tell. `probeHook` is the proof; this only finds out early that something was undone,
 * as when Claude Code points core.hooksPath elsewhere in a worktree that it makes.
 */
export async function looksHooked(
  top: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean | undefined> {
  const gitDir = gitDirOf(top);
  const core = readConfigFiles(top, 'core', env, 'hooksPath');
  if (gitDir === undefined || core === undefined) return undefined;
  if (readConfigFiles(top, 'hook', env)?.has('hook.comm-node-pre-commit.command')) return true;
  const path = core.get('core.hookspath');
  const folder = path === undefined ? join(commonDirOf(gitDir), 'hooks') : resolve(top, path);
  for (const name of ['pre-commit', 'pre-commit.legacy']) {
    const text = (await readIfPresent(join(folder, name)))?.toString() ?? '';
    if (text.includes('comm-node')) return true;
  }
  return false;
}
