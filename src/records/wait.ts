import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';

/** A place in the line for a lock, as `waits/<id>.md` keeps it until it is granted or given up. */
export interface Wait {
  readonly id: string;
  /** The agent that waits. */
  readonly agent: string;
  readonly repo: string;
  /** Globs, as those of a lock. */
  readonly paths: readonly string[];
  readonly exclusive: boolean;
  readonly task?: string;
  readonly why?: string;
  /** Its place in the line: who has a lower one came first. Drawn from the same numbers as fences. */
  readonly place: number;
  readonly created: string;
  /** When it gives up, RFC 3339. */
  readonly until: string;
  /** How long it may take to come for its lock when its turn has come, in milliseconds. */
  readonly grace_ms: number;
  /** It is its turn, until then: what it waits for is kept for it. Absent while it is not. */
  readonly turn?: string;
  /** Fields this version does not know. */
  readonly extra: Fields;
  readonly body: string;
}

/** The place in the line that a record of the state keeps; undefined if the record is something else. */
export function waitOf({ path, fields, body }: LiveRecord): Wait | undefined {
  if (!path.startsWith('waits/')) return undefined;
  const { schema: _schema, ...rest } = fields;
  const { id, agent, repo, paths, exclusive, task, why, place, created, until, ...more } = rest;
  const { grace_ms, turn, ...extra } = more;
  const known = { id, agent, repo, paths, exclusive, task, why, place, created, until };
  const present = Object.entries({ ...known, grace_ms, turn }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...Object.fromEntries(present), extra, body } as unknown as Wait;
}
