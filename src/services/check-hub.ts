import type { Bus } from '../bus/bus.ts';
import { type Condition, conditionOf, type FoundLock, unreachable } from '../bus/condition.ts';
import type { View } from '../bus/view.ts';
import { formatDuration } from '../records/time.ts';
import { type Check, fail, pass, warn } from './check.ts';

/** Git's own holders of a ref need milliseconds. */
const REF_LOCK_MS = 30_000;
/** A publisher renews its lock every ten seconds. */
const WRITE_LOCK_MS = 60_000;
/** Publishing joins packs beyond 60; far more means that this does not work. */
const PACKS = 200;

/** The hub of this machine: where it is, whether it can be reached and written, and what lies around in it. */
export async function checkHub(bus: Bus, view: View, now: number): Promise<Check[]> {
  const condition = await conditionOf(bus.hub, now);
  return [
    await checkReach(bus),
    checkWritable(bus, condition),
    checkIndex(view, condition),
    checkRefLock(condition.refLock),
    checkWriteLock(condition.writeLock),
    checkPacks(bus, condition),
  ];
}

async function checkReach({ hub }: Bus): Promise<Check> {
  if (hub.lane === 'in-place') return pass('repository', `${hub.url}, read and written in place`);
  const reason = await unreachable(hub);
  return reason === undefined
    ? pass('repository', `${hub.url}, through the mirror ${hub.gitDir}`)
    : fail(
        'repository',
        `${hub.url} cannot be reached: ${reason}`,
        'check the address and the network; messages are queued meanwhile, comm-node sync sends them',
      );
}

function checkWritable({ hub }: Bus, { unwritable }: Condition): Check {
  return unwritable === undefined
    ? pass('writable', 'yes')
    : fail(
        'writable',
        unwritable,
        `let your user write to ${hub.gitDir}, and see that its disk has room`,
      );
}

/** The view was opened just now: an index that is behind could not be written. */
function checkIndex({ fold, head }: View, condition: Condition): Check {
  const { commit } = head.snapshot;
  if (commit === fold.commit)
    return pass('index', `in step with ${commit?.slice(0, 10) ?? 'an empty branch'}`);
  return condition.unwritable === undefined && condition.head !== fold.commit
    ? pass('index', 'the branch is moving just now')
    : warn(
        'index',
        'it cannot be saved, so that every command reads the repository anew',
        'make the hub writable',
      );
}

function checkRefLock(lock: FoundLock | undefined): Check {
  if (!lock) return pass('branch lock', 'none');
  const found = `${lock.path} is ${formatDuration(lock.ageMs)} old`;
  if (lock.ageMs < REF_LOCK_MS) return pass('branch lock', `${found}: somebody is publishing`);
  return warn(
    'branch lock',
    `${found}: a Git process was killed, or hangs`,
    `the next message moves it away; if nothing moves, see that no git process runs, then rm '${lock.path}'`,
  );
}

function checkWriteLock(lock: FoundLock | undefined): Check {
  if (!lock) return pass('write lock', 'free');
  const age = formatDuration(lock.ageMs);
  if (lock.owner === 'dead') {
    return warn(
      'write lock',
      `held by a process that is gone, for ${age}`,
      'the next message takes it over',
    );
  }
  if (lock.ageMs < WRITE_LOCK_MS) return pass('write lock', 'held by somebody who publishes');
  return warn(
    'write lock',
    `held for ${age} by a process (${lock.owner}) that shows no sign of life`,
    `end that process; it is named in ${lock.path}`,
  );
}

function checkPacks({ hub }: Bus, { packs }: Condition): Check {
  return packs <= PACKS
    ? pass('packs', String(packs))
    : warn('packs', `${packs} packs make every look-up slower`, `git -C '${hub.gitDir}' gc`);
}
