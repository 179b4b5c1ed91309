import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { overwrite } from '../git/folders.ts';
import type { Hub } from './hub.ts';

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
  /** When it last looked for rivals. */
  readonly lookedAt: number;
  /** When this hub last won against another machine. */
  readonly wonAt: number;
}

const CALM: Pace = { at: 0, pushMs: 0, crowd: 0, rivalAt: 0, lookedAt: 0, wonAt: 0 };

/** A machine that was heard of within this time may well push again. */
const RIVAL_MS = 30_000;
/** A crowd of writers that was seen within this time is likely to be there still. */
const CROWD_MS = 5_000;
/** The share of a push's time that is spent gathering, and that a winner leaves to the others. */
const GATHER_SHARE = 0.15;
const YIELD_SHARE = 0.4;

export async function readPace(hub: Hub): Promise<Pace> {
  try {
    const data = await readIfPresent(join(hub.state, 'pace.json'));
    return data ? { ...CALM, ...(JSON.parse(data.toString('utf8')) as Partial<Pace>) } : CALM;
  } catch {
    return CALM;
  }
}

export async function writePace(hub: Hub, pace: Pace): Promise<void> {
  await overwrite(join(hub.state, 'pace.json'), JSON.stringify(pace));
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
 * How long the winner of a race lets the others start first, in milliseconds:
 * it knows the newest state before they do, and would win every time.
 */
export function yieldMs(pace: Pace, now: number): number {
  return Math.max(0, Math.min(pace.wonAt + pace.pushMs * YIELD_SHARE - now, pace.pushMs));
}

/** How often to look whether a race is lost while a push is under way, in milliseconds. */
export function peekEveryMs(pace: Pace): number {
  return Math.max(40, pace.pushMs / 6);
}
