import { dirname, join } from 'node:path';
import { existsAt } from '../git/folders.ts';

/**
 * The `.beads` folder that `bd` would use in a folder: there or above it, up to the root of the
 * worktree.
 * @returns undefined when there is none
 */
export function findBeads(cwd: string, root: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const here = join(folder, '.beads');
    if (existsAt(here)) return here;
    if (folder === root || dirname(folder) === folder) return undefined;
  }
}
