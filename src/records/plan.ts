import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';

/** What a plan says beside its tasks, as `plans/<name>.md` keeps it. Its tasks name it. */
export interface Plan {
  readonly name: string;
  /** What is there when all is done, one line. */
  readonly goal?: string;
  /** Grows with every import that changed something. */
  readonly version: number;
  /** Who imported it first. */
  readonly by: string;
  readonly created: string;
  readonly updated: string;
  readonly extra: Fields;
  readonly body: string;
}

/** The plan that a record of the state keeps; undefined if the record is something else. */
export function planOf({ path, fields, body }: LiveRecord): Plan | undefined {
  if (!path.startsWith('plans/')) return undefined;
  const { schema: _schema, name, goal, version, by, created, updated, ...extra } = fields;
  const known = { name, goal, version, by, created, updated };
  const present = Object.entries(known).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(present), extra, body } as unknown as Plan;
}
