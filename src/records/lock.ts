import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';
import { FENCE_PATH } from './paths.ts';

/** The keys of a lock, in their order. */
export const LOCK_KEYS: readonly string[] = [
  'schema',
  'id',
  'holder',
  'repo',
  'paths',
  'exclusive',
  'task',
  'why',
  'fence',
  'created',
  'expires',
  'key',
];

/** A lease on paths of one domain repository, as `locks/<id>.md` grants it while it is held. */
export interface Lock {
  readonly id: string;
  /** The agent that holds it. */
  readonly holder: string;
  /** The domain repository whose paths these are. */
  readonly repo: string;
  /** Globs, relative to the root of that repository, normalized. */
  readonly paths: readonly string[];
  /** False: others may hold a shared lock on the same paths. */
  readonly exclusive: boolean;
  readonly task?: string;
  /** What it is for, one line. */
  readonly why?: string;
  /** Grows with every grant in the coordination repository: a later holder has a higher one. */
  readonly fence: number;
  /** RFC 3339, like the other times. */
  readonly created: string;
  /** By the clock of whoever granted it. */
  readonly expires: string;
  /** The idempotency key of its holder. */
  readonly key?: string;
  /** Fields this version does not know. */
  readonly extra: Fields;
  readonly body: string;
}

/**
 * The lock that a record of the state grants; undefined if the record is something else.
 * The fold has checked it: nothing is checked here, since a hook may look at a thousand.
 */
export function lockOf({ path, fields, body }: LiveRecord): Lock | undefined {
  if (!path.startsWith('locks/') || path === FENCE_PATH) return undefined;
  const lock: Record<string, unknown> = { body };
  const extra: Record<string, unknown> = {};
  for (const key in fields) {
    if (fields[key] === undefined || key === 'schema') continue;
    if (KNOWN.has(key)) lock[key] = fields[key];
    else extra[key] = fields[key];
  }
  lock['extra'] = extra;
  return lock as unknown as Lock;
}

const KNOWN: ReadonlySet<string> = new Set(LOCK_KEYS);
