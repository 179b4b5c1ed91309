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

/**
 * Whether the remote should be reached now by whoever asks: it was not for `everyMs`, and nobody has
 * set out to do so in that time. The one who is told yes is expected to.
 */
export async function claimExchange(hub: Hub, now: number, everyMs: number): Promise<boolean> {
  const isRecent = (ms: number | undefined) => ms !== undefined && ms < everyMs;
  if (isRecent(await seenAgo(hub, now))) return false;
  const claim = join(hub.state, 'exchange');
  const before = await fileStat(claim);
  if (isRecent(before && Math.max(0, now - before.changedAt))) return false;
  if (!(await touch(claim))) await overwrite(claim, '');
  return true;
}

function seenFile(hub: Hub): string {
  return join(hub.state, 'seen');
}
