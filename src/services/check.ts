import { CommError } from '../errors.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly status: 'pass' | 'warn' | 'fail';
  /** What was found, one line. */
  readonly found: string;
  /** How to mend it. */
  readonly mend?: string;
}

export function pass(name: string, found: string): Check {
  return { name, status: 'pass', found };
}

/** Something that deserves a look; all works none the less. */
export function warn(name: string, found: string, mend: string): Check {
  return { name, status: 'warn', found, mend };
}

/** Something that does not work until it is mended. */
export function fail(name: string, found: string, mend: string): Check {
  return { name, status: 'fail', found, mend };
}

/** A check that could not be made, as a check that failed. */
export function failed(name: string, error: unknown): Check {
  if (!(error instanceof CommError)) throw error;
  return fail(
    name,
    error.message,
    error.hint ?? 'comm-node doctor --debug shows where it happened',
  );
}
