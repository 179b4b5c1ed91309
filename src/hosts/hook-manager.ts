import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { existsAt } from '../git/folders.ts';
import { type HookPlace, isOwnFolder } from './hook-place.ts';

/**
 * Who looks after the hooks of a repository, and so how ours get in:
 * `husky`, `folder`: `core.hooksPath` names a folder, and in each worktree one of ours stands in for
 * it; `lefthook`: before what it writes, and as its jobs; `pre-commit`: as the hook it runs first;
 * `plain`: in the files of the repository's own folder.
 */
export type HookManager = 'husky' | 'lefthook' | 'pre-commit' | 'folder' | 'plain';

/** Files that lefthook reads as its configuration (https://lefthook.dev/configuration/). */
const LEFTHOOK = ['', '.config/'].flatMap((folder) =>
  ['lefthook', '.lefthook'].flatMap((name) =>
    ['yml', 'yaml'].map((ending) => `${folder}${name}.${ending}`),
  ),
);

/** The folder that stands in for the one of `core.hooksPath`. */
export function standInFolder(commonDir: string): string {
  return join(commonDir, 'comm-node', 'hooks-path');
}

/** Finds out who looks after the hooks here. */
export async function findHookManager(place: HookPlace): Promise<HookManager> {
  const { top, isBare, hooksPath } = place;
  if (isBare) return 'plain';
  if (hooksPath !== undefined && !isOwnFolder(place)) {
    return /(^|[\\/])\.husky([\\/]_)?[\\/]?$/.test(hooksPath) ? 'husky' : 'folder';
  }
  if (await willUseHusky(top)) return 'husky';
  if ((await lefthookFile(top)) !== undefined) return 'lefthook';
  return existsAt(join(top, '.pre-commit-config.yaml')) ? 'pre-commit' : 'plain';
}

/** Husky sets `core.hooksPath` when packages are installed; before that its folder tells. */
async function willUseHusky(top: string): Promise<boolean> {
  if (!existsAt(join(top, '.husky'))) return false;
  const manifest = await readIfPresent(join(top, 'package.json'));
  return /"husky"/.test(manifest?.toString() ?? '');
}

/** The configuration of lefthook, relative to the top; undefined when there is none that we can add to. */
export async function lefthookFile(top: string): Promise<string | undefined> {
  return LEFTHOOK.find((name) => existsAt(join(top, name)));
}
