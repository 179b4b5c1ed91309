import { decodeTime, encodeTime, monotonicFactory } from 'ulid';
import { UsageError } from '../errors.ts';

// Upper case only: ids are compared as text and are file names, on file systems that ignore case too.
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
// The last millisecond of the year 9999: paths and RFC 3339 have four digits for a year.
const LAST_TIME = encodeTime(253_402_300_799_999, 10);

/**
 * Makes a generator of ULIDs (26 characters, upper case). Ids of one generator only grow, within
 * one millisecond and also when the clock steps back.
 * @param now the clock, in milliseconds since 1970
 * @param random numbers in [0, 1); left out, the ulid library asks the system
 */
export function createIds(now: () => number, random?: () => number): () => string {
  const next = monotonicFactory(random);
  return () => next(now());
}

/** Whether the text is an id as this project writes it: an upper-case ULID of a year before 10000. */
export function isId(text: string): boolean {
  return ULID.test(text) && text.slice(0, 10) <= LAST_TIME;
}

/**
 * When the id was made, in milliseconds since 1970, by the clock of its maker.
 * @throws UsageError if it is not an id
 */
export function idTime(id: string): number {
  if (!isId(id)) {
    throw new UsageError(`"${id.slice(0, 60)}" is not the id of a record`, {
      hint: 'an id is 26 characters such as 01KAP9Q1V8Z3YQ4T9W2X5M6N7P; "comm-node inbox" shows them',
      data: { id: id.slice(0, 60) },
    });
  }
  return decodeTime(id);
}
