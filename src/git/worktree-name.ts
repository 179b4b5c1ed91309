import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** What the main worktree is called; no linked one can have this name. */
export const MAIN_WORKTREE = '.';

/**
 * The name by which Git keeps the worktree around a folder: that of its folder in `.git/worktrees`, or
 * `MAIN_WORKTREE`. It stays when a worktree or the whole repository is moved. Read off the disk: no process is started.
 */
export function worktreeName(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = statSync(join(folder, '.git'), { throwIfNoEntry: false });
    if (found) return found.isFile() ? linkedName(join(folder, '.git')) : MAIN_WORKTREE;
    if (dirname(folder) === folder) return MAIN_WORKTREE;
  }
}

/** A file `.git` points to the worktree's own folder, or to that of a submodule. */
function linkedName(file: string): string {
  const gitDir = /^gitdir: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.trim() ?? '';
  return basename(dirname(gitDir)) === 'worktrees' ? basename(gitDir) : MAIN_WORKTREE;
}
