import { defined } from '../records/fields.ts';
import type { Conflict } from '../records/lock-facts.ts';
import type { Refusal } from '../records/request.ts';
import type { LockAsk } from './locking.ts';
import type { Session } from './session.ts';
import { type Attempt, recordViolation, violationsUnderWay } from './violations.ts';

/**
 * Records that a lock was refused, because of whose the paths are or who holds them. It waits on
 * this machine; trying again before it has left makes no second record.
 */
export async function recordRefusedLock(
  session: Session,
  ask: LockAsk,
  refusal: Refusal,
): Promise<void> {
  const told = toldOf(refusal);
  if (told === undefined) return;
  const attempt: Attempt = {
    ...told,
    outcome: 'refused',
    place: 'lock',
    repo: ask.repo,
    paths: ask.paths,
    ...defined<Pick<Attempt, 'task'>>({ task: ask.task }),
    body: refusal.message,
  };
  try {
    const known = await violationsUnderWay(session.bus);
    if (known.some((one) => one.agent === session.agent && isSame(one, attempt))) return;
    await recordViolation(session, attempt);
  } catch {
    // A full or read-only disk must not turn a refusal into something else.
  }
}

/** Which rule refused it; undefined for what is only a mistake in the request. */
function toldOf({ code, data }: Refusal): Pick<Attempt, 'rule' | 'owner' | 'lock'> | undefined {
  if (code === 'outside-scope') {
    const owner = data?.['owner'];
    return { rule: 'scope', ...(typeof owner === 'string' ? { owner } : {}) };
  }
  if (code !== 'lock-held' && code !== 'deadlock') return undefined;
  const [first] = (data?.['conflicts'] ?? []) as Conflict[];
  if (first?.id === undefined || first.waiting) return { rule: 'lock' };
  return { rule: 'lock', owner: first.holder, lock: first.id };
}

function isSame(one: Attempt, other: Attempt): boolean {
  return (
    one.place === other.place &&
    one.rule === other.rule &&
    one.repo === other.repo &&
    one.lock === other.lock &&
    one.paths.join('\n') === other.paths.join('\n')
  );
}
