import { join } from 'node:path';
import { fileStat, overwrite, touch } from '../git/folders.ts';
import type { Hub } from './hub.ts';

/** Notes that the mirror is as new as the remote was just now. */
export async function markSeen(hub: Hub): Promise<void> {
  if (!(await touch(seenFile(hub)))) await overwrite(seenFile(hub), '');
}

/**
 * How old this machine's view may be, in milliseconds: 0 when it reads the
 * repository itself, undefined when the remote was never reached.
 */
export async function seenAgo(hub: Hub, now: number): Promise<number | undefined> {
  if (hub.lane === 'in-place') return 0;
  const seen = await fileStat(seenFile(hub));
  return seen && Math.max(0, now - seen.changedAt);
}

function seenFile(hub: Hub): string {
  return join(hub.state, 'seen');
}
