import { join } from 'node:path';
import { ensureDir, readIfPresent, writeFileAtomic } from '../git/files.ts';
import { existsAt, fileStat, listFolder } from '../git/folders.ts';
import { type HookPlace, listWorktrees } from './hook-place.ts';

/**
 * Husky keeps the files that Git runs in `.husky/_`, which is not committed: in a worktree that is
 * new there are none, so no hook runs there, and nobody says so. Copies them from a worktree that has them.
 * @returns whether any were missing
 */
export async function healHuskyFolders({ top }: HookPlace): Promise<boolean> {
  const tops = await listWorktrees(top);
  const source = tops.find((one) => existsAt(huskyFolder(one)));
  if (source === undefined) return false;
  let healed = false;
  for (const one of tops) {
    if (existsAt(huskyFolder(one)) || !existsAt(join(one, '.husky'))) continue;
    await copyFiles(huskyFolder(source), huskyFolder(one));
    healed = true;
  }
  return healed;
}

function huskyFolder(top: string): string {
  return join(top, '.husky', '_');
}

async function copyFiles(from: string, to: string): Promise<void> {
  await ensureDir(to);
  for (const name of await listFolder(from)) {
    const file = join(from, name);
    const known = await fileStat(file);
    const data = known?.isFolder ? undefined : await readIfPresent(file);
    if (data) await writeFileAtomic(join(to, name), data, { mode: known?.mode });
  }
}
