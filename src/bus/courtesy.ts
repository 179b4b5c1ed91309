import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfPresent } from '../git/files.ts';
import { listFolder, overwrite } from '../git/folders.ts';
import type { Oid } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { type Hub, MAIN } from './hub.ts';
import { parseStateFile } from './state-file.ts';

/** What whoever writes in place knows of those who push to the same repository. A hint; losing it costs nothing. */
interface Memory {
  /** Where the last batch of this hub found the branch, where it left it, and when. */
  readonly from: string;
  readonly tip: string;
  readonly at: number;
  /** When somebody else's push was last seen, in milliseconds since 1970; 0: never. */
  readonly othersAt: number;
}

/** Others that were seen within this time are likely to push again. */
const OTHERS_MS = 10_000;
/** So long the branch is left to others after each batch: a push over a busy machine takes about that. */
const QUIET_MS = 400;
const LOOK_MS = 10;

/**
 * Writing in place takes a few milliseconds, a push a hundred: whoever pushes would lose every race.
 * So while others push, each batch is followed by a while that is theirs, until one of them has
 * moved the branch.
 */
export async function letOthersPush(hub: Hub, now: () => number): Promise<void> {
  const memory = await recall(hub);
  const seen = await seesOthers(hub, memory);
  if (seen) await remember(hub, { ...memory, othersAt: now() });
  if (!seen && now() - memory.othersAt > OTHERS_MS) return;
  for (const end = memory.at + QUIET_MS; now() < end; await sleep(LOOK_MS)) {
    if ((await readRef(hub.gitDir, MAIN)) !== memory.tip) return;
  }
}

/**
 * Notes, before the branch is moved, from where to where: who is killed in between is not taken for
 * somebody who pushes.
 */
export async function noteBatch(
  hub: Hub,
  from: Oid | undefined,
  tip: Oid | undefined,
  now: number,
): Promise<void> {
  if (tip === undefined) return;
  await remember(hub, { ...(await recall(hub)), from: from ?? '', tip, at: now });
}

/** The branch is not where this hub left it, or Git is receiving objects just now. */
async function seesOthers(hub: Hub, { from, tip }: Memory): Promise<boolean> {
  const head = await readRef(hub.gitDir, MAIN);
  if (tip !== '' && head !== tip && head !== from) return true;
  const names = await listFolder(join(hub.gitDir, 'objects'));
  return names.some((name) => /^(?:tmp_objdir-)?incoming-/.test(name));
}

async function recall(hub: Hub): Promise<Memory> {
  const data = await readIfPresent(file(hub)).catch(() => undefined);
  const found = parseStateFile<Memory>(
    data,
    ({ from, tip, at, othersAt }) =>
      [from, tip].every((oid) => typeof oid === 'string') &&
      [at, othersAt].every((time) => typeof time === 'number'),
  );
  return found ?? { from: '', tip: '', at: 0, othersAt: 0 };
}

async function remember(hub: Hub, memory: Memory): Promise<void> {
  await overwrite(file(hub), JSON.stringify(memory)).catch(() => undefined);
}

function file(hub: Hub): string {
  return join(hub.state, 'in-place.json');
}
