import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';

/** A named worker, as `agents/<name>.md` registers it. */
export interface Agent {
  readonly name: string;
  readonly domain?: string;
  /** What it does, one line. */
  readonly role?: string;
  /** The domain repository it works in. */
  readonly repo?: string;
  /** The machine it last joined from: for people, not for rules. */
  readonly machine?: string;
  /** RFC 3339: when it first joined. */
  readonly joined: string;
  /** RFC 3339: when it left; absent while it is here. */
  readonly left?: string;
  /** Fields this version does not know. */
  readonly extra: Fields;
  readonly body: string;
}

/**
 * The agent that a record of the state registers; undefined if the record is something else.
 * The fold has checked it: nothing is checked here, since every command reads the roster.
 */
export function agentOf({ path, fields, body }: LiveRecord): Agent | undefined {
  if (!path.startsWith('agents/')) return undefined;
  const { schema: _schema, name, domain, role, repo, machine, joined, left, ...extra } = fields;
  const known = { name, domain, role, repo, machine, joined, left };
  const present = Object.entries(known).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(present), extra, body } as Agent;
}
