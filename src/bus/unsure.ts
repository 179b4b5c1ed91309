import { join } from 'node:path';
import { removeIfPresent } from '../git/files.ts';
import { fileStat, moveTo } from '../git/folders.ts';
import type { Hub } from './hub.ts';

/** Held by the one process of this machine that publishes for all. */
export function writeLock(hub: Hub): string {
  return join(hub.state, 'write.lock');
}

/**
 * A hub is unsure after a leader failed half-way: what still waits in its queue
 * may be on the branch already. The next leader looks before it publishes.
 */
export async function isUnsure(hub: Hub): Promise<boolean> {
  return (await fileStat(unsureFile(hub))) !== undefined;
}

/** Gives the write lock back by renaming it: that needs no room, on a full disk neither. */
export async function markUnsure(hub: Hub): Promise<void> {
  await moveTo(writeLock(hub), unsureFile(hub)).catch(() => undefined);
}

export async function markSure(hub: Hub): Promise<void> {
  await removeIfPresent(unsureFile(hub));
}

function unsureFile(hub: Hub): string {
  return join(hub.state, 'unsure');
}
