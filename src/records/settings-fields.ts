import * as v from 'valibot';
import { UsageError } from '../errors.ts';
import { parseDuration } from './time.ts';

/**
 * A duration in a settings file, in milliseconds.
 * @param usual what it is when it is left out
 * @param least the shortest that is taken, in milliseconds
 */
export function durationSetting(usual: string, least = 1) {
  const message = `a duration, for example "${usual}"`;
  return v.optional(
    v.pipe(
      v.string(message),
      v.check((text) => durationOf(text) >= least, message),
      v.transform(durationOf),
    ),
    usual,
  );
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof UsageError) return Number.NaN;
    throw error;
  }
}
