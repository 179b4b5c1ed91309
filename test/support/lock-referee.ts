import { readFileSync } from 'node:fs';
import { canMeet } from '../../src/records/lock-board.ts';

/** One line of the log that holders write: a file opened for appending, and one clock for all. */
export type LogLine =
  | {
      readonly what: 'acquired';
      readonly agent: string;
      readonly id: string;
      readonly fence: number;
      readonly paths: readonly string[];
      readonly exclusive: boolean;
      /** When it asked, and when it was told yes: nanoseconds of the system's monotonic clock. */
      readonly asked: number;
      readonly at: number;
      /** When its lease ends, by the same clock. */
      readonly end: number;
    }
  | { readonly what: 'released'; readonly agent: string; readonly id: string; readonly at: number };

/** A time in which somebody relied on a lock. */
interface Hold {
  readonly agent: string;
  readonly id: string;
  readonly fence: number;
  readonly paths: readonly string[];
  readonly exclusive: boolean;
  readonly asked: number;
  readonly from: number;
  readonly to: number;
}

/** What the referee makes of a log. */
export interface Verdict {
  readonly violations: string[];
  readonly acquired: number;
  /** How many of those overlapped in paths with another one of somebody else. */
  readonly contended: number;
  readonly perAgent: ReadonlyMap<string, number>;
  /** Longest time between asking and getting, in milliseconds. */
  readonly longestWaitMs: number;
}

export function readLog(file: string): LogLine[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
}

/**
 * Judges a log by nothing but its times. A hold lasts until it is released, or until its lease ends,
 * if its holder was killed: nobody else may have it before, whatever became of the holder.
 */
export function judge(lines: readonly LogLine[]): Verdict {
  const holds = holdsOf(lines);
  const pairs = conflicting(holds);
  return {
    violations: [...pairs.flatMap(overlapping), ...fenceFaults(holds, pairs)],
    acquired: holds.length,
    contended: new Set(pairs.flat()).size,
    perAgent: counted(holds),
    longestWaitMs: Math.max(0, ...holds.map(({ asked, from }) => (from - asked) / 1e6)),
  };
}

function holdsOf(lines: readonly LogLine[]): Hold[] {
  return lines.flatMap((line, at) => {
    if (line.what !== 'acquired') return [];
    const { what: _what, at: from, end, ...rest } = line;
    const released = lines
      .slice(at + 1)
      .find((later) => later.what === 'released' && later.id === line.id);
    return [{ ...rest, from, to: Math.min(released?.at ?? end, end) }];
  });
}

/** Pairs of holds of different agents that cannot both be, the earlier first. */
function conflicting(holds: readonly Hold[]): [Hold, Hold][] {
  const sorted = [...holds].sort((a, b) => a.from - b.from);
  return sorted.flatMap((one, at) =>
    sorted
      .slice(at + 1)
      .filter(
        (other) =>
          other.agent !== one.agent &&
          (one.exclusive || other.exclusive) &&
          canMeet(one.paths, other.paths),
      )
      .map((other): [Hold, Hold] => [one, other]),
  );
}

function overlapping([one, other]: [Hold, Hold]): string[] {
  if (other.from >= one.to) return [];
  const ms = ((Math.min(one.to, other.to) - other.from) / 1e6).toFixed(1);
  return [
    `${one.agent} (${one.paths}, fence ${one.fence}) and ${other.agent} (${other.paths}, fence ${other.fence}) both held for ${ms} ms`,
  ];
}

function fenceFaults(holds: readonly Hold[], pairs: readonly [Hold, Hold][]): string[] {
  const faults: string[] = [];
  const ids = new Map<number, string>();
  for (const { fence, id } of holds) {
    const known = ids.get(fence);
    if (known !== undefined && known !== id) faults.push(`fence ${fence} was given twice`);
    ids.set(fence, id);
  }
  for (const [one, other] of pairs) {
    if (other.fence <= one.fence) {
      faults.push(`${other.agent} got fence ${other.fence} after ${one.agent} had ${one.fence}`);
    }
  }
  for (const one of holds) {
    const later = holds.find(
      (other) =>
        other.asked > one.from &&
        other.id !== one.id &&
        other.fence < one.fence &&
        !isOld(holds, other),
    );
    if (later) faults.push(`fence ${later.fence} came after ${one.fence}`);
  }
  return faults;
}

/** A lock that was held before, and prolonged after a restart, keeps its fence. */
function isOld(holds: readonly Hold[], hold: Hold): boolean {
  return holds.some(({ id, from }) => id === hold.id && from < hold.from);
}

function counted(holds: readonly Hold[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { agent } of holds) counts.set(agent, (counts.get(agent) ?? 0) + 1);
  return counts;
}
