import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { overwrite } from '../git/folders.ts';
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
  /** When it last fetched, and has not published since. */
  readonly fetchedAt: number;
  /** When it last looked for rivals. */
  readonly lookedAt: number;
}

const CALM: Pace = {
  at: 0,
  pushMs: 0,
  crowd: 0,
  rivalAt: 0,
  fetchedAt: 0,
  lookedAt: 0,
};

/** A machine that was heard of within this time may well push again. */
const RIVAL_MS = 30_000;
/** A crowd of writers that was seen within this time is likely to be there still. */
const CROWD_MS = 5_000;
/** The share of a push's time that is spent gathering, and that separates one hub's turn from the next one's. */
const GATHER_SHARE = 0.15;
const TURN_SHARE = 0.3;
/** The share of a push's time within which what was fetched counts as new. */
const FRESH_SHARE = 0.4;

export async function readPace(hub: Hub): Promise<Pace> {
  const data = await readIfPresent(join(hub.state, 'pace.json')).catch(() => undefined);
  return parseStateFile<Pace>(data, isPace) ?? CALM;
}

function isPace(moments: Partial<Pace>): boolean {
  const names = ['at', 'pushMs', 'crowd', 'rivalAt', 'fetchedAt', 'lookedAt'] as const;
  return names.every((name) => typeof moments[name] === 'number');
}

export async function writePace(hub: Hub, pace: Pace): Promise<void> {
  await overwrite(join(hub.state, 'pace.json'), JSON.stringify(pace));
}

/** Whether the leader before fetched so lately that another fetch would hardly bring more. */
export function isFresh(pace: Pace, now: number): boolean {
  return now - pace.fetchedAt < FRESH_SHARE * pace.pushMs;
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
 * How long a hub waits for its turn after the branch moved, in milliseconds: the
 * first in line goes at once, each other one only when those before it let a good
 * part of a push's time pass.
 */
export function turnMs(pace: Pace, rank: number): number {
  return rank === 0 ? 0 : (1 + rank * TURN_SHARE) * Math.max(pace.pushMs, 100);
}
