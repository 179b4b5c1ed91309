import type { View } from '../bus/view.ts';
import {
  isHeld,
  type LockBoard,
  lockBoard,
  obstaclesOn,
  obstaclesTo,
} from '../records/lock-board.ts';
import {
  type Conflict,
  conflictsOf,
  factsOf,
  type LockFacts,
  sentenceOf,
} from '../records/lock-facts.ts';
import { isInLine } from '../records/lock-line.ts';
import { outside } from '../records/lock-refusals.ts';
import { type Foreign, foreignGlob, foreignPath, ownerOf } from '../records/scopes.ts';
import { type AsOf, asOf } from './as-of.ts';
import { type RepoPlace, repoGlobs, repoPath, repoPlace } from './repo-paths.ts';
import { registered } from './roster.ts';
import { type Session, type Surroundings, withReader } from './session.ts';

/** What is held, and who waits. */
export interface LockList {
  readonly locks: readonly LockFacts[];
  readonly waiting: readonly Waiting[];
  /** Records that cannot be read: each counts as a lock on everything. */
  readonly unreadable: readonly { readonly path: string; readonly message: string }[];
  readonly as_of: AsOf;
}

export interface Waiting {
  readonly id: string;
  readonly agent: string;
  readonly repo: string;
  readonly paths: readonly string[];
  readonly until: string;
  /** Until when its turn lasts; null while it is not its turn. */
  readonly turn: string | null;
}

/** All locks that are held now, as this machine knows it. @param repo only those of one repository */
export function listLocks(place: Surroundings, repo: string | undefined): Promise<LockList> {
  return withReader(place, async (bus) => {
    const view = await bus.view();
    const { locks, waits, unreadable, skewMs } = boardOf(view);
    const now = place.now();
    const isHere = (one: { readonly repo: string }) => repo === undefined || one.repo === repo;
    return {
      locks: locks.filter((one) => isHere(one) && isHeld(one, now, skewMs)).map(factsOf),
      waiting: waits
        .filter((one) => isHere(one) && isInLine(one, now, skewMs))
        .map(({ id, agent, repo: where, paths, until, turn }) => ({
          id,
          agent,
          repo: where,
          paths,
          until,
          turn: turn ?? null,
        })),
      unreadable: unreadable.map(({ path, message }) => ({ path, message })),
      as_of: await asOf(bus, view),
    };
  });
}

/** Whether an agent may change a path, and if not, why. */
export interface Checked {
  /** From the root of the repository. */
  readonly path: string;
  readonly allowed: boolean;
  readonly reason: string | null;
  /** What to type next; null when it is allowed. */
  readonly hint: string | null;
  /** The domain whose it is; null if nobody's. */
  readonly owner: string | null;
  /** The lock in the way, else the own one on it, else null. */
  readonly lock: Conflict | null;
}

/** Whether the agent of this session may change paths. Nothing is written, the network is not asked. */
export async function checkPaths(
  session: Session,
  words: readonly string[],
  named?: string,
): Promise<{ readonly paths: readonly Checked[]; readonly as_of: AsOf }> {
  const where = await repoPlace(session.place, named, session.workplace);
  const view = await session.bus.view();
  const judge = new Judge(session, view, where);
  return { paths: words.map((word) => judge.check(word)), as_of: await asOf(session.bus, view) };
}

class Judge {
  readonly #session: Session;
  readonly #view: View;
  readonly #where: RepoPlace;
  readonly #board: LockBoard;

  constructor(session: Session, view: View, where: RepoPlace) {
    this.#session = session;
    this.#view = view;
    this.#where = where;
    this.#board = boardOf(view);
  }

  /** A word with a wildcard, or that ends as a folder does, means everything that it can match. */
  check(word: string): Checked {
    const isGlob = /[*?[{]|(?:^|\/)\.{0,2}$/.test(word);
    const [path = ''] = isGlob ? repoGlobs(this.#where, [word]) : [repoPath(this.#where, word)];
    const now = this.#session.place.now();
    const { agent } = this.#session;
    const { repo } = this.#where;
    const obstacles = isGlob
      ? obstaclesTo({ agent, repo, paths: [path], exclusive: true }, this.#board, now)
      : obstaclesOn({ agent, repo, path }, this.#board, now);
    const foreign = this.#foreign(path, isGlob);
    const [conflict] = conflictsOf({ obstacles, ahead: [] });
    const no = foreign && outside(this.#view.fold, agent, foreign);
    const held = conflict && sentenceOf(conflict, now);
    return {
      path,
      allowed: no === undefined && conflict === undefined,
      reason: no?.message ?? held ?? null,
      hint: no?.hint ?? (conflict ? this.#hintOn(conflict, path) : null),
      owner: foreign ? foreign.owner : ownerOf(this.#view.fold.domains, repo, path),
      lock: conflict ?? this.#ownLock(path, now),
    };
  }

  #foreign(path: string, isGlob: boolean): Foreign | undefined {
    const worker = registered(this.#view, this.#session.agent);
    const { domains } = this.#view.fold;
    const { repo } = this.#where;
    return isGlob
      ? foreignGlob(domains, worker, repo, [path])
      : foreignPath(domains, worker, repo, path);
  }

  #hintOn({ holder, unreadable }: Conflict, path: string): string {
    if (unreadable !== undefined) return 'comm-node doctor names the record; mend or delete it';
    return `comm-node lock '${path}' --wait 10m, or comm-node ask ${holder} "Can you release ${path}?"`;
  }

  #ownLock(path: string, now: number): LockFacts | null {
    const { agent } = this.#session;
    const own = { ...this.#board, locks: this.#board.locks.filter((one) => one.holder === agent) };
    // Seen by somebody else, the own locks are the obstacles.
    const [mine] = obstaclesOn({ agent: '', repo: this.#where.repo, path }, own, now);
    return mine && 'lock' in mine ? factsOf(mine.lock) : null;
  }
}

function boardOf({ fold }: View): LockBoard {
  return lockBoard(fold, fold.clockSkewMs);
}
