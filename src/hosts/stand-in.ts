import { join } from 'node:path';
import { setWorktree } from '../git/config.ts';
import { existsAt } from '../git/folders.ts';
import { runGit } from '../git/process.ts';
import { standInFolder } from './hook-manager.ts';
import { BUSY_HOOKS, CLIENT_HOOKS } from './hook-names.ts';
import { type HookPlace, listWorktrees } from './hook-place.ts';
import { readStub } from './hook-stub.ts';
import type { InstallLedger } from './install-ledger.ts';

const KEY = 'core.hooksPath';

/**
 * Where `core.hooksPath` names a folder, lets one of ours stand in for it in every worktree: it runs
 * ours, then whatever that folder has. It is set for each worktree alone, so that it outlives those
 * who set it for the repository (husky does, at every install), and is copied into new worktrees by Git.
 */
export async function putStandIn(
  place: HookPlace,
  ledger: InstallLedger,
): Promise<{ changed: boolean }> {
  const folder = standInFolder(place.commonDir);
  const text = await readStub('stand-in');
  const busy = BUSY_HOOKS.filter((name) => existsAt(join(place.top, place.hooksPath ?? '', name)));
  let changed = false;
  for (const name of [...CLIENT_HOOKS, ...busy]) {
    if (await ledger.edit(join(folder, name), text, 0o755)) changed = true;
  }
  for (const top of await listWorktrees(place.top)) {
    if ((await ownHooksPath(top)) === folder) continue;
    await setWorktree(top, KEY, folder);
    changed = true;
  }
  return { changed };
}

/** Gives every worktree its folder back. */
export async function takeOutStandIn(place: HookPlace, ledger: InstallLedger): Promise<void> {
  const folder = standInFolder(place.commonDir);
  const stands = ledger.entries.filter(({ file }) => file.startsWith(join(folder, '/')));
  for (const { file } of stands) await ledger.undo(file, (text) => text);
  if (place.isBare || stands.length === 0) return;
  for (const top of await listWorktrees(place.top)) {
    if ((await ownHooksPath(top)) === folder) await setWorktree(top, KEY, undefined);
  }
}

/** What is set for one worktree alone. */
async function ownHooksPath(top: string): Promise<string | undefined> {
  const { code, stdout } = await runGit(['config', '--worktree', '--get', KEY], { cwd: top });
  return code === 0 ? stdout.toString().trimEnd() : undefined;
}
