import { commonPath } from '../globs/compare-globs.ts';
import { Effort } from '../globs/effort.ts';
import { GlobError, globMatches, parseGlob } from '../globs/globs.ts';
import type { LiveRecord, Malformed } from './live-record.ts';
import { type Lock, lockOf } from './lock.ts';
import { FENCE_PATH, roomOf } from './paths.ts';
import { parseTime } from './time.ts';
import { type Wait, waitOf } from './wait.ts';

/** What is held and who waits, as one commit tells it. */
export interface LockBoard {
  readonly locks: readonly Lock[];
  /** The line, first come first. */
  readonly waits: readonly Wait[];
  /** Locks that cannot be read. Nobody knows what they hold, so each holds everything. */
  readonly unreadable: readonly Malformed[];
  /** How far the clocks of two machines may differ, in milliseconds. */
  readonly skewMs: number;
}

/** What a state, or an index of one, says about locks. */
export interface LockSource {
  readonly live: ReadonlyMap<string, LiveRecord>;
  readonly malformed: readonly Malformed[];
}

/** Who asks for what. */
export interface Wish {
  readonly agent: string;
  readonly repo: string;
  /** Globs relative to the root of the repository. */
  readonly paths: readonly string[];
  readonly exclusive: boolean;
}

/** What is in the way: a lock, or one that cannot be read. */
export type Obstacle = { readonly lock: Lock } | { readonly unreadable: Malformed };

/**
 * Gathers the locks of a state.
 * @param near only those that can be about this: a hook looks at a thousand to judge one path
 * @param skewMs how far clocks may differ, in milliseconds
 */
export function lockBoard(
  { live, malformed }: LockSource,
  skewMs: number,
  near: Near = {},
): LockBoard {
  const locks: Lock[] = [];
  const waits: Wait[] = [];
  for (const record of live.values()) {
    if (!isNear(record, near)) continue;
    const lock = lockOf(record);
    if (lock) locks.push(lock);
    const wait = waitOf(record);
    if (wait) waits.push(wait);
  }
  waits.sort((a, b) => a.place - b.place);
  return { locks, waits, unreadable: malformed.filter(isLockRecord), skewMs };
}

/** What a lock is to be about. */
export interface Near {
  readonly repo?: string;
  /** Any of these, from the root of the repository, `/`-separated. */
  readonly paths?: readonly string[];
  readonly holder?: string;
}

/** Told by its fields, before anything is made of them; what is no lock is left to `lockOf`. */
function isNear({ fields }: LiveRecord, { repo, paths, holder }: Near): boolean {
  if (repo !== undefined && fields['repo'] !== repo) return false;
  if (holder !== undefined && fields['holder'] !== holder) return false;
  const globs = fields['paths'];
  if (paths === undefined || !Array.isArray(globs)) return true;
  return globs.some((glob) => {
    const start = literalStart(String(glob));
    return paths.some((path) => path.startsWith(start));
  });
}

function isLockRecord({ path }: Malformed): boolean {
  return path !== FENCE_PATH && roomOf(path) === 'locks';
}

/** Whether a lock counts for others: until the slowest clock agrees that it is over. */
export function isHeld(lock: Lock, now: number, skewMs: number): boolean {
  return now <= expiryOf(lock) + skewMs;
}

/** Whether its holder may still rely on a lock: until the fastest clock may think that it is over. */
export function isSafe(lock: Lock, now: number, skewMs: number): boolean {
  return now < expiryOf(lock) - skewMs;
}

/** When a lock expires, in milliseconds since 1970; never, if that cannot be read. */
export function expiryOf({ expires }: Pick<Lock, 'expires'>): number {
  return parseTime(expires) ?? Number.POSITIVE_INFINITY;
}

/**
 * Everything that keeps an agent from a lock: live locks of others that can match a path of its
 * globs, unless both are shared; and every lock that cannot be read. Empty: it is free.
 * @param now milliseconds since 1970
 */
export function obstaclesTo(wish: Wish, board: LockBoard, now: number): Obstacle[] {
  const effort = new Effort();
  const held = board.locks.filter(
    (lock) =>
      lock.holder !== wish.agent &&
      lock.repo === wish.repo &&
      (lock.exclusive || wish.exclusive) &&
      isHeld(lock, now, board.skewMs) &&
      canMeet(wish.paths, lock.paths, effort),
  );
  return [
    ...held.map((lock) => ({ lock })),
    ...board.unreadable.map((unreadable) => ({ unreadable })),
  ];
}

/**
 * Everything that keeps an agent from changing one file: as {@link obstaclesTo}, but that others
 * share a lock is in nobody's way who shares it.
 * @param path relative to the root of the repository, `/`-separated
 */
export function obstaclesOn(
  { agent, repo, path }: { readonly agent: string; readonly repo: string; readonly path: string },
  board: LockBoard,
  now: number,
): Obstacle[] {
  const here = board.locks.filter(
    (lock) => lock.repo === repo && coversPath(lock.paths, path) && isHeld(lock, now, board.skewMs),
  );
  const own = here.some(({ holder }) => holder === agent);
  const others = here.filter(({ holder, exclusive }) => holder !== agent && (exclusive || !own));
  return [
    ...others.map((lock) => ({ lock })),
    ...board.unreadable.map((unreadable) => ({ unreadable })),
  ];
}

/**
 * Whether two lists of globs can match one same path. What cannot be compared may meet.
 * @param effort what is left of it, when many are compared
 */
export function canMeet(
  some: readonly string[],
  others: readonly string[],
  effort = new Effort(),
): boolean {
  try {
    const starts = others.map(literalStart);
    const near = some.filter((one) => {
      effort.spendOnLetters(others.length);
      const own = literalStart(one);
      return starts.some((start) => start.startsWith(own) || own.startsWith(start));
    });
    if (near.length === 0) return false;
    if (near.some((one) => others.includes(one))) return true;
    return commonPath(near.map(parseGlob), others.map(parseGlob), effort) !== undefined;
  } catch (error) {
    if (error instanceof GlobError) return true;
    throw error;
  }
}

/** Whether globs can match a path. What cannot be compared may. */
export function coversPath(globs: readonly string[], path: string): boolean {
  return globs.some((text) => {
    if (!path.startsWith(literalStart(text))) return false;
    try {
      return globMatches(parseGlob(text), path);
    } catch (error) {
      if (error instanceof GlobError) return true;
      throw error;
    }
  });
}

/** What stands before the first wildcard of a glob. */
export function literalStart(glob: string): string {
  const end = glob.search(/[\\?*[\]{}()!+@]/);
  return end < 0 ? glob : glob.slice(0, end);
}
