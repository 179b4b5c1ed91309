import { Effort } from '../globs/effort.ts';
import {
  canMeet,
  isHeld,
  type LockBoard,
  type Obstacle,
  obstaclesTo,
  type Wish,
} from './lock-board.ts';
import { formatTime, parseTime } from './time.ts';
import type { Wait } from './wait.ts';

/** Everything that keeps an agent from a lock now: what is held, and who came before. */
export interface Hindrances {
  readonly obstacles: readonly Obstacle[];
  readonly ahead: readonly Wait[];
}

const NOTHING: Hindrances = { obstacles: [], ahead: [] };

/**
 * The line for locks at one moment: first come, first served, across machines, by the order in
 * which the places landed on the branch. A place counts until its owner gives up or lets its turn
 * pass, so that one that died in line does not stop the others for long. Who waits for an agent
 * lets that agent pass: it has to finish before they can go on.
 */
export class LockLine {
  readonly #board: LockBoard;
  readonly #now: number;
  /** Agent → those who wait for it directly. */
  #followers: Map<string, Set<string>> | undefined;

  constructor(board: LockBoard, now: number) {
    this.#board = withoutPast(board, now);
    this.#now = now;
  }

  /** @param place of the agent that asks; left out, it comes last */
  hindrances(wish: Wish, place: number = Number.POSITIVE_INFINITY): Hindrances {
    if (this.#isEmpty) return NOTHING;
    const rivals = this.#rivalsBefore(wish, place);
    const waiting = rivals.length === 0 ? new Set<string>() : this.#allWaitingFor(wish.agent);
    return {
      obstacles: obstaclesTo(wish, this.#board, this.#now),
      ahead: rivals.filter(({ agent }) => !waiting.has(agent)),
    };
  }

  /** Where nobody holds anything, thousands of tasks are asked about at no cost. */
  get #isEmpty(): boolean {
    const { locks, waits, unreadable } = this.#board;
    return locks.length + waits.length + unreadable.length === 0;
  }

  /** A holder in the way that waits for who asks: then both would wait for ever. */
  deadlockWith(wish: Wish): string | undefined {
    const waiting = this.#allWaitingFor(wish.agent);
    const holders = obstaclesTo(wish, this.#board, this.#now).flatMap(holderOf);
    return holders.find((holder) => waiting.has(holder));
  }

  /**
   * The line as it stands now: those whose turn has come are told until when it is kept for them,
   * and those in whose way somebody came are back in line.
   */
  withTurns(): Wait[] {
    return this.#board.waits.map((wait) => {
      const { obstacles, ahead } = this.hindrances(wait, wait.place);
      const isFree = obstacles.length === 0 && ahead.length === 0;
      if (isFree === (wait.turn !== undefined)) return wait;
      const { turn: _turn, ...rest } = wait;
      return isFree ? { ...rest, turn: formatTime(this.#now + wait.grace_ms) } : rest;
    });
  }

  #rivalsBefore(wish: Wish, place: number): Wait[] {
    const effort = new Effort();
    return this.#board.waits.filter(
      (wait) =>
        wait.place < place &&
        wait.agent !== wish.agent &&
        wait.repo === wish.repo &&
        (wait.exclusive || wish.exclusive) &&
        canMeet(wish.paths, wait.paths, effort),
    );
  }

  /** Those who wait for an agent, be it through others. */
  #allWaitingFor(agent: string): Set<string> {
    this.#followers ??= this.#findFollowers();
    const found = new Set<string>();
    const open = [agent];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const follower of this.#followers.get(next) ?? []) {
        if (found.has(follower)) continue;
        found.add(follower);
        open.push(follower);
      }
    }
    return found;
  }

  #findFollowers(): Map<string, Set<string>> {
    const followers = new Map<string, Set<string>>();
    for (const wait of this.#board.waits) {
      const blockers = [
        ...obstaclesTo(wait, this.#board, this.#now).flatMap(holderOf),
        ...this.#rivalsBefore(wait, wait.place).map(({ agent }) => agent),
      ];
      for (const blocker of blockers) {
        const set = followers.get(blocker) ?? new Set();
        followers.set(blocker, set.add(wait.agent));
      }
    }
    return followers;
  }
}

function holderOf(obstacle: Obstacle): string[] {
  return 'lock' in obstacle ? [obstacle.lock.holder] : [];
}

/** The board without what is over: leases that everybody agrees have expired, places that count no more. */
export function withoutPast(board: LockBoard, now: number): LockBoard {
  return {
    ...board,
    locks: board.locks.filter((lock) => isHeld(lock, now, board.skewMs)),
    waits: board.waits.filter((wait) => isInLine(wait, now, board.skewMs)),
  };
}

/** Whether a place in the line still counts: neither given up, nor its turn passed. */
export function isInLine(wait: Wait, now: number, skewMs: number): boolean {
  return [wait.until, wait.turn].every((time) => {
    const end = time === undefined ? undefined : parseTime(time);
    return end === undefined || now <= end + skewMs;
  });
}
