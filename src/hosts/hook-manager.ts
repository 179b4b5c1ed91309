import { isAbsolute, join, relative } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { existsAt } from '../git/folders.ts';
import { type HookPlace, isOwnFolder } from './hook-place.ts';

/**
 * Who looks after the hooks of a repository, and so how ours get in:
 * `husky`, `lefthook`: through their own files; `pre-commit`: as the hook it runs first;
 * `folder`: a `core.hooksPath` inside the repository; `elsewhere`: one outside of it, that other
 * repositories use too; `plain`: files in the repository's own folder.
 */
export type HookManager = 'husky' | 'lefthook' | 'pre-commit' | 'folder' | 'elsewhere' | 'plain';

/** Files that lefthook reads as its configuration (https://lefthook.dev/configuration/). */
const LEFTHOOK = ['', '.config/'].flatMap((folder) =>
  ['lefthook', '.lefthook'].flatMap((name) =>
    ['yml', 'yaml'].map((ending) => `${folder}${name}.${ending}`),
  ),
);

/** Finds out who looks after the hooks here. */
export async function findHookManager(place: HookPlace): Promise<HookManager> {
  const { top, isBare, hooksPath } = place;
  if (isBare) return isOwnFolder(place) ? 'plain' : 'elsewhere';
  if (await usesHusky(place)) return 'husky';
  if (hooksPath === undefined || isOwnFolder(place)) {
    if ((await lefthookFile(top)) !== undefined) return 'lefthook';
    if (existsAt(join(top, '.pre-commit-config.yaml'))) return 'pre-commit';
    return 'plain';
  }
  return isBelow(place.folder, top) || isBelow(place.folder, place.commonDir)
    ? 'folder'
    : 'elsewhere';
}

/** Husky sets `core.hooksPath` when packages are installed; before that its folder tells. */
async function usesHusky({ top, hooksPath }: HookPlace): Promise<boolean> {
  if (hooksPath !== undefined) return /(^|[\\/])\.husky([\\/]_)?[\\/]?$/.test(hooksPath.value);
  if (!existsAt(join(top, '.husky'))) return false;
  const manifest = await readIfPresent(join(top, 'package.json'));
  return /"husky"/.test(manifest?.toString() ?? '');
}

/** The configuration of lefthook, relative to the top; undefined when there is none that we can add to. */
export async function lefthookFile(top: string): Promise<string | undefined> {
  return LEFTHOOK.find((name) => existsAt(join(top, name)));
}

/** Whether a path lies in a folder, or is it. */
export function isBelow(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return !inside.startsWith('..') && !isAbsolute(inside);
}
