import { defined } from './fields.ts';
import type { Lock } from './lock.ts';
import { expiryOf, type Obstacle } from './lock-board.ts';
import type { Hindrances } from './lock-line.ts';
import type { Refusal } from './request.ts';
import { formatDuration, formatTime, parseTime } from './time.ts';
import { oneLine } from './visible.ts';
import type { Wait } from './wait.ts';

/** A lock as callers and scripts are told of it. */
export interface LockFacts
  extends Pick<
    Lock,
    'id' | 'holder' | 'repo' | 'paths' | 'exclusive' | 'task' | 'why' | 'expires' | 'fence'
  > {
  /** Until when its holder may rely on it, whatever the clocks say: told to the holder only. */
  readonly safe_until?: string;
}

/** What is in the way of a lock: one that is held, a place in the line, or a record that cannot be read. */
export interface Conflict extends Partial<LockFacts> {
  readonly holder: string;
  /** It is not held yet: its agent came before and waits. */
  readonly waiting?: true;
  /** Why the record cannot be read. */
  readonly unreadable?: string;
  readonly path?: string;
}

/** What a lock says, without what only this program needs. */
export function factsOf(lock: Lock): LockFacts {
  const { id, holder, repo, paths, exclusive, task, why, expires, fence } = lock;
  return defined<LockFacts>({
    id,
    holder,
    repo,
    paths,
    exclusive,
    task,
    why,
    expires,
    fence,
  });
}

/** As {@link factsOf}, for its holder. @param skewMs how far clocks may differ, in milliseconds */
export function ownFactsOf(lock: Lock, skewMs: number): LockFacts {
  return { ...factsOf(lock), safe_until: formatTime(expiryOf(lock) - skewMs) };
}

/** Everything that is in the way, as callers are told of it. */
export function conflictsOf({ obstacles, ahead }: Hindrances): Conflict[] {
  return [...obstacles.map(conflictOf), ...ahead.map(waitConflict)];
}

function conflictOf(obstacle: Obstacle): Conflict {
  if ('lock' in obstacle) return factsOf(obstacle.lock);
  const { path, message } = obstacle.unreadable;
  return { holder: 'unknown', path, unreadable: message };
}

function waitConflict({ id, agent, repo, paths, exclusive, task, why, until }: Wait): Conflict {
  const fields = { id, repo, paths, exclusive, task, why, expires: until };
  return { holder: agent, waiting: true, ...defined<Partial<LockFacts>>(fields) };
}

/**
 * The refusal of a lock (code `lock-held`): every conflict is named, with holder, task and expiry,
 * and what to type next.
 */
export function heldRefusal(
  conflicts: readonly Conflict[],
  asked: readonly string[],
  now: number,
): Refusal {
  const told = conflicts.slice(0, MAX_TOLD).map((conflict) => sentenceOf(conflict, now));
  const more = conflicts.length > MAX_TOLD ? [`and ${conflicts.length - MAX_TOLD} more`] : [];
  const unreadable = conflicts.find(({ unreadable: fault }) => fault !== undefined);
  const globs = asked
    .slice(0, MAX_TOLD)
    .map((glob) => `'${glob}'`)
    .join(' ');
  return {
    code: 'lock-held',
    message: [...told, ...more].join('; '),
    hint:
      unreadable === undefined
        ? `comm-node lock ${globs} --wait 10m waits in line; --ask asks ${holdersOf(conflicts)} to release it`
        : `mend or delete ${unreadable.path} in a clone of the coordination repository, commit and push`,
    data: { conflicts },
  };
}

const MAX_TOLD = 5;

function holdersOf(conflicts: readonly Conflict[]): string {
  return [...new Set(conflicts.map(({ holder }) => holder))].slice(0, MAX_TOLD).join(', ');
}

/** What is in the way, as a sentence: who has what, until when, and what for. */
export function sentenceOf(conflict: Conflict, now: number): string {
  const { holder, paths = [], task, why, expires, exclusive, waiting, unreadable } = conflict;
  if (unreadable !== undefined) return `a lock that cannot be read counts as held: ${unreadable}`;
  const shared = exclusive === false ? ' (shared)' : '';
  const what = `${oneLine(paths.join(', '), 200)}${shared}`;
  const purpose = [task === undefined ? '' : ` for ${task}`, why === undefined ? '' : `: ${why}`];
  if (waiting) return `${holder} came first and waits for ${what}${purpose.join('')}`;
  return `${holder} holds ${what} ${leftOf(expires, now)}${purpose.join('')}`;
}

function leftOf(expires: string | undefined, now: number): string {
  const end = expires === undefined ? undefined : parseTime(expires);
  if (end === undefined) return '';
  return end > now
    ? `until ${expires} (in ${formatDuration(end - now)})`
    : `until just now (${expires})`;
}
