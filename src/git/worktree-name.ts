import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** What the main worktree is called; no linked one can have this name. */
export const MAIN_WORKTREE = '.';

/**
 * The name by which Git keeps the worktree around a folder: that of its folder in `.git/worktrees`, or
 * `MAIN_WORKTREE`. It stays when a worktree or the whole repository is moved. Read off the disk: no process is started.
 */
export function worktreeName(cwd: string): string {
  const root = worktreeRoot(cwd);
  if (root === undefined) return MAIN_WORKTREE;
  const found = join(root, '.git');
  return statSync(found).isFile() ? linkedName(found) : MAIN_WORKTREE;
}

/** The top folder of the worktree around a folder, undefined outside of one. No process is started. */
export function worktreeRoot(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (statSync(join(folder, '.git'), { throwIfNoEntry: false })) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** A file `.git` points to the worktree's own folder, or to that of a submodule. */
function linkedName(file: string): string {
  const gitDir = /^gitdir: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.trim() ?? '';
  return basename(dirname(gitDir)) === 'worktrees' ? basename(gitDir) : MAIN_WORKTREE;
}
