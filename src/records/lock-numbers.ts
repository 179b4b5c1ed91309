import { lockOf } from './lock.ts';
import { FENCE_PATH } from './paths.ts';
import type { Refusal } from './request.ts';
import type { State } from './state.ts';
import { waitOf } from './wait.ts';

/** Why no number can be given: the record of the last one cannot be read. */
export function numberRefusal({ malformed }: State): Refusal | undefined {
  const fault = malformed.find(({ path }) => path === FENCE_PATH);
  if (fault === undefined) return undefined;
  return {
    code: 'fence-malformed',
    message: fault.message,
    hint: 'mend it in a clone of the coordination repository: its number must not be lower than any fence that was given',
    data: { line: fault.line },
  };
}

/** The next fence, or place in the line: greater than every one that was given before. */
export function nextNumber({ live }: State): number {
  let last = Number(live.get(FENCE_PATH)?.fields['last'] ?? 0);
  // The record may have been deleted by hand; at least no lock that is there has the same.
  for (const record of live.values()) {
    last = Math.max(last, lockOf(record)?.fence ?? 0, waitOf(record)?.place ?? 0);
  }
  return last + 1;
}
