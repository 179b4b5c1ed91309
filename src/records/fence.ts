import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { checkFields, countField, SCHEMA } from './schema.ts';

const SCHEMA_OF_FENCE = v.object({ last: countField });

/**
 * Reads `locks/fence.md`: the last number that a lock, or a place in the line for one, was given.
 * Locks are deleted when they are given back; this is what makes their fences grow all the same.
 * @throws RecordError
 */
export function parseFence(text: string, path: string): number {
  return checkFields(SCHEMA_OF_FENCE, parseRecord(text, path), path).last;
}

/** Writes `locks/fence.md`. */
export function formatFence(last: number): string {
  return formatRecord({ schema: SCHEMA, last }, '', ['schema', 'last']);
}
