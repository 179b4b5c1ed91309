import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { overwrite } from '../git/folders.ts';
import type { Oid } from '../git/objects.ts';
import type { Hub } from './hub.ts';
import { parseStateFile } from './state-file.ts';

/** What the last pushes were like: how the next one is timed. Only a hint; losing it costs nothing. */
export interface Pace {
  /** When it was written, in milliseconds since 1970, like the other moments. */
  readonly at: number;
  /** How long the last push took, in milliseconds. */
  readonly pushMs: number;
  /** How many requests of this machine it took along, and how many more had come when it ended. */
  readonly crowd: number;
  /** When another machine was last seen to be first. */
  readonly rivalAt: number;
  /** Where the branch was last seen, since when, and how long it had stood where it was before. */
  readonly tip: Oid;
  readonly movedAt: number;
  readonly gapMs: number;
  /** When it last fetched, and has not published since. */
  readonly fetchedAt: number;
  /** The same for all there is to fetch, others' deposits too. */
  readonly wholeAt: number;
  /** How many hubs it took deposits of along with its last push, and with the one before. */
  readonly helped: number;
  readonly due: number;
  /** When it last looked for rivals. */
  readonly lookedAt: number;
  /** How often in a row this hub has led (see `lead.ts`). */
  readonly led: number;
  /** When the remote was found to refuse pushes of several refs as one. */
  readonly plainAt: number;
}

/** What a hub knows of pushes before the first. */
export const CALM: Pace = {
  at: 0,
  pushMs: 0,
  crowd: 0,
  rivalAt: 0,
  tip: '',
  movedAt: 0,
  gapMs: 0,
  fetchedAt: 0,
  wholeAt: 0,
  helped: 0,
  due: 0,
  lookedAt: 0,
  led: 0,
  plainAt: 0,
};

/** A machine that was heard of within this time may well push again. */
const RIVAL_MS = 30_000;
/** A crowd of writers that was seen within this time is likely to be there still. */
const CROWD_MS = 5_000;
/** The share of a push's time that is spent gathering, and that separates one hub's turn from the next one's. */
const GATHER_SHARE = 0.3;
const TURN_SHARE = 0.3;
/** The share of a push's time that a leader waits for deposits at most. */
const AWAIT_SHARE = 0.2;
/** A push is reckoned to take so long at least, in milliseconds. */
const SHORT_MS = 100;
/** A leader moves the branch again within so many pushes' time, */
const LED_SHARE = 1.4;
/** or within so much of what lay between its last two moves. */
const GAP_SHARE = 1.3;
/** Over a fast remote a leader's own work takes longer than its push: so long it is left in peace. */
const LED_MS = 500;
/** A branch that stood still for longer was not led. */
const LONGEST_GAP_MS = 2_000;
/** What a remote refuses it may accept another day. */
const PLAIN_MS = 86_400_000;
/** The share of a push's time within which what was fetched counts as new. */
const FRESH_SHARE = 0.4;

/** A hub's pace, as one process knows and changes it. */
export class PaceBook {
  readonly #hub: Hub;
  #pace: Pace;

  private constructor(hub: Hub, pace: Pace) {
    this.#hub = hub;
    this.#pace = pace;
  }

  static async open(hub: Hub): Promise<PaceBook> {
    const data = await readIfPresent(join(hub.state, 'pace.json')).catch(() => undefined);
    return new PaceBook(hub, parseStateFile<Pace>(data, isPace) ?? CALM);
  }

  get pace(): Pace {
    return this.#pace;
  }

  /** Changes it for this process; the next `write` tells the others. */
  note(change: Partial<Pace>): void {
    this.#pace = { ...this.#pace, ...change };
  }

  async write(change: Partial<Pace>): Promise<void> {
    this.note(change);
    await writePace(this.#hub, this.#pace);
  }
}

function isPace(moments: Partial<Pace>): boolean {
  const names = [
    'at',
    'pushMs',
    'crowd',
    'rivalAt',
    'fetchedAt',
    'wholeAt',
    'helped',
    'due',
    'lookedAt',
    'led',
    'plainAt',
  ] as const;
  return names.every((name) => typeof moments[name] === 'number');
}

export async function writePace(hub: Hub, pace: Pace): Promise<void> {
  await overwrite(join(hub.state, 'pace.json'), JSON.stringify(pace));
}

/** Whether what was fetched at `fetchedAt` is so new that another fetch would hardly bring more. */
export function isFresh({ pushMs }: Pace, fetchedAt: number, now: number): boolean {
  return now - fetchedAt < FRESH_SHARE * pushMs;
}

/**
 * How long a leader waits for deposits that are about to come, in milliseconds, and of
 * how many hubs. Whoever it took along the time before last was answered one push ago,
 * and has had the time of one to leave more.
 */
export function awaited({ due, pushMs, led }: Pace): { hubs: number; ms: number } {
  return led > 0 && due > 0 ? { hubs: due, ms: pushMs * AWAIT_SHARE } : { hubs: 0, ms: 0 };
}

/** Whether other machines write to the remote these days. */
export function isContended(pace: Pace, now: number): boolean {
  return now - pace.rivalAt < RIVAL_MS;
}

/**
 * Whom to wait for before the next push, and how long at most: writers that
 * were just answered send again at once, and a moment brings them all into one
 * push. Nobody, when the last push was one writer's.
 */
export function gathering(pace: Pace, now: number): { crowd: number; ms: number } {
  const lively = pace.crowd > 1 && now - pace.at < CROWD_MS;
  return lively ? { crowd: pace.crowd, ms: pace.pushMs * GATHER_SHARE } : { crowd: 1, ms: 0 };
}

/**
 * Whose turn it is before a hub's own: the leader's; nobody's; or `anybody`'s, when it has left
 * what must be agreed at once with whoever pushes next, leader or not.
 */
export type Turn = 'leader' | 'nobody' | 'anybody';

/**
 * How long the branch must have stood still before a hub moves it that is not the
 * leader, in milliseconds. When it is nobody's turn the first in line goes at once, each
 * other one only when those before it let a good part of a push's time pass.
 */
export function turnMs({ pushMs, gapMs }: Pace, place: number, whose: Turn): number {
  const push = Math.max(pushMs, SHORT_MS);
  if (whose === 'nobody' && place === 0) return 0;
  if (whose !== 'leader') return (1 + place * TURN_SHARE) * push;
  return Math.max(LED_MS, LED_SHARE * push, GAP_SHARE * gapMs) + place * TURN_SHARE * push;
}

/** What is new when the branch is seen to be at `tip`: nothing, if it was there before. */
export function seenAt({ tip: before, movedAt }: Pace, tip: Oid, now: number): Partial<Pace> {
  if (tip === before) return {};
  const gapMs = Math.max(0, now - movedAt);
  return { tip, movedAt: now, gapMs: gapMs > LONGEST_GAP_MS ? 0 : gapMs };
}

/** Whether a hub that lands something now is likely to have more soon. */
export function isLively({ at }: Pace, now: number): boolean {
  return now - at < CROWD_MS;
}

/** Whether the remote takes several refs as one, as far as is known. */
export function takesAtomic({ plainAt }: Pace, now: number): boolean {
  return now - plainAt > PLAIN_MS;
}
