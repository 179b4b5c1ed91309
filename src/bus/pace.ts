import { join } from 'node:path';
import { readIfPresent, writeFileAtomic } from '../git/files.ts';
import type { Hub } from './hub.ts';

/** What the last pushes were like: how the next one is timed. Only a hint; losing it costs nothing. */
export interface Pace {
  /** How long the last push took, in milliseconds. */
  readonly pushMs: number;
  /** How many requests of this machine it took along. */
  readonly batch: number;
  /** When another machine was last seen to be first, in milliseconds since 1970. */
  readonly rivalAt: number;
  /** When this hub last won against another machine. */
  readonly wonAt: number;
}

const calm: Pace = { pushMs: 0, batch: 0, rivalAt: 0, wonAt: 0 };

/** A machine that was heard of within this time may well push again. */
const RIVAL_MS = 30_000;

export async function readPace(hub: Hub): Promise<Pace> {
  try {
    const data = await readIfPresent(join(hub.state, 'pace.json'));
    return data ? { ...calm, ...(JSON.parse(data.toString('utf8')) as Partial<Pace>) } : calm;
  } catch {
    return calm;
  }
}

export async function writePace(hub: Hub, pace: Pace): Promise<void> {
  await writeFileAtomic(join(hub.state, 'pace.json'), JSON.stringify(pace)).catch(() => undefined);
}

/** Whether other machines write to the remote these days. */
export function isContended(pace: Pace, now: number): boolean {
  return now - pace.rivalAt < RIVAL_MS;
}

/**
 * How long to wait before taking what has queued up: writers that were just
 * answered send again at once, and a few milliseconds bring them all into one
 * push. Zero when the last push took one writer only.
 */
export function gatherMs(pace: Pace): number {
  if (pace.batch < 2) return 0;
  return Math.min(30, pace.pushMs * 0.08);
}
