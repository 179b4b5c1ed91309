import { UsageError } from '../errors.ts';

const SECOND = 1000;
const UNITS: readonly (readonly [string, number])[] = [
  ['w', 7 * 86_400 * SECOND],
  ['d', 86_400 * SECOND],
  ['h', 3_600 * SECOND],
  ['m', 60 * SECOND],
  ['s', SECOND],
  ['ms', 1],
];
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DURATION = /^(?:\d{1,12}\s?(?:ms|[wdhms])\s*)+$/;
// Ten thousand years: beyond it a time plus a duration is no date any more.
const LONGEST = 3_652_500 * 86_400 * SECOND;

/**
 * A time as records write it: RFC 3339 in UTC with milliseconds.
 * @param ms milliseconds since 1970
 */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The milliseconds since 1970 of a time as records write it; undefined if it is anything else. */
export function parseTime(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text);
  // Date.parse turns 30 February into 2 March on some engines, and 24:00 into the next day: only what
  // reads back the same is a time. All else than the day and the hour is the same in any case.
  const date = new Date(ms);
  const isSame =
    date.getUTCDate() === Number(text.slice(8, 10)) &&
    date.getUTCHours() === Number(text.slice(11, 13));
  return isSame ? ms : undefined;
}

/**
 * Reads `2h30m`, `45s`, `14d`, `1w`, `1d 12h`: whole numbers with w, d, h, m, s or ms.
 * @returns milliseconds
 * @throws UsageError that shows what a duration looks like
 */
export function parseDuration(text: string): number {
  const ms = DURATION.test(text.trim()) ? sumOf(text) : Number.NaN;
  if (ms <= LONGEST) return ms;
  throw new UsageError(`"${text.slice(0, 60)}" is not a duration`, {
    hint: 'write whole numbers with a unit (w, d, h, m, s, ms), for example 2h30m, 45s or 14d',
    data: { duration: text.slice(0, 60) },
  });
}

function sumOf(text: string): number {
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)\s?(ms|[wdhms])/g)) {
    ms += Number(count) * (UNITS.find(([name]) => name === unit)?.[1] ?? Number.NaN);
  }
  return ms;
}

/**
 * A duration for people, in its two largest units, cut, not rounded: `2h 30m`, `45s`, `14d`, `250ms`.
 * @param ms milliseconds; a negative one gets a minus sign
 */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  let rest = Math.trunc(ms);
  const parts: string[] = [];
  // Weeks are read but not written: "14d" says more than "2w" about when.
  for (const [unit, size] of UNITS.slice(1)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0s';
}
