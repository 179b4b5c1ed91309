/**
 * The last sign of life of an agent, as one machine knows it. Two clocks are in it: the one of the
 * agent's machine, which may be wrong, and the one of the machine that looks.
 */
export interface Sign {
  /** When the agent acted, by the clock of its machine, in milliseconds since 1970. */
  readonly heard: number;
  /** When this sign was seen here first. */
  readonly seen: number;
  /** When a look found an earlier sign, and not this one yet; absent if there was none. */
  readonly before?: number;
}

/** How long an agent has been silent, in milliseconds. */
export interface Silence {
  /** At least so long, whatever the clocks say. */
  readonly least: number;
  /** As its own clock tells it. */
  readonly told: number;
}

/** What is thought of an agent. */
export type Health = 'working' | 'suspect' | 'lost' | 'stuck' | 'away';

/**
 * How long an agent has been silent. It acted no later than it was seen to have, and, as far as
 * clocks differ by no more than they may, no later than it said plus that. If what was seen here
 * contradicts its clock, the clock is not believed.
 * @param skewMs how far clocks may differ, in milliseconds
 */
export function silenceOf({ heard, seen, before }: Sign, now: number, skewMs: number): Silence {
  const bySkew = heard + skewMs;
  const isBelieved = before === undefined || bySkew > before;
  const latest = isBelieved ? Math.min(seen, bySkew) : seen;
  const told = isBelieved ? Math.min(seen, heard) : seen;
  return { least: Math.max(0, now - latest), told: Math.max(0, now - told) };
}

/** What is known of an agent when it is judged. */
export interface Facts {
  readonly silence: Silence | undefined;
  /** Whether others may wait for it: it holds a lock, a place in line, or a task. */
  readonly isHolding: boolean;
  /** How long it has published nothing, in milliseconds; undefined: not known. */
  readonly idleMs: number | undefined;
}

/** How long silence and idleness may last, in milliseconds. */
export interface Limits {
  readonly silentMs: number;
  readonly stuckMs: number;
}

/**
 * Silent: `suspect`; silent whatever the clocks say: `lost`, if it holds something, for nobody
 * misses who holds nothing (`away`). Heard, but without anything published for long while it holds
 * something: `stuck`.
 */
export function healthOf({ silence, isHolding, idleMs }: Facts, limits: Limits): Health {
  if (silence === undefined || silence.told >= limits.silentMs) {
    if (!isHolding) return 'away';
    return silence === undefined || silence.least >= limits.silentMs ? 'lost' : 'suspect';
  }
  return isHolding && idleMs !== undefined && idleMs >= limits.stuckMs ? 'stuck' : 'working';
}

/** A sign that was known, and what is heard now: the sign that holds from here on. */
export function nextSign(
  known: Sign | undefined,
  lookedAt: number,
  heard: number,
  now: number,
): Sign {
  if (known === undefined) return { heard, seen: now };
  if (heard === known.heard) return known;
  return { heard, seen: now, before: lookedAt };
}
