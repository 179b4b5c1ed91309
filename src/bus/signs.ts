import { join } from 'node:path';
import { readIfPresent, writeFileAtomic } from '../git/files.ts';
import { latestByAuthor } from '../git/history.ts';
import type { ObjectReader } from '../git/reader.ts';
import { readRef } from '../git/refs.ts';
import { nextSign, type Sign } from '../records/silence.ts';
import { heartbeats } from './heartbeat.ts';
import { type Hub, MAIN } from './hub.ts';
import { parseStateFile } from './state-file.ts';

/** What this machine saw when it looked last. Losing it costs only certainty. */
interface Memory {
  readonly lookedAt: number;
  readonly signs: Readonly<Record<string, Sign>>;
}

/** What is known of when an agent acted. */
export interface Heard {
  readonly sign: Sign;
  /** When it last published something, by its own clock; undefined if that was long ago. */
  readonly published: number | undefined;
}

/** Who has written none of so many latest commits is judged by heartbeats. */
const COMMITS = 2000;

/**
 * The last sign of life of every agent: its heartbeat, or a commit it made, whichever is later by its
 * own clock. What was seen here before is remembered, so that silence can be measured by one clock.
 * @param now of this machine, in milliseconds since 1970
 */
export async function gatherSigns(
  hub: Hub,
  reader: ObjectReader,
  now: number,
): Promise<Map<string, Heard>> {
  const heard = await heartbeats(hub, reader);
  const head = await readRef(hub.gitDir, MAIN);
  const commits: ReadonlyMap<string, number> = head
    ? await latestByAuthor(hub.gitDir, head, COMMITS)
    : new Map();
  for (const [agent, at] of commits) heard.set(agent, Math.max(heard.get(agent) ?? 0, at));
  const memory = await recall(hub);
  const signs = new Map<string, Sign>();
  for (const [agent, at] of heard) {
    signs.set(agent, nextSign(memory.signs[agent], memory.lookedAt, at, now));
  }
  const next: Memory = { lookedAt: now, signs: Object.fromEntries(signs) };
  await writeFileAtomic(file(hub), JSON.stringify(next)).catch(() => undefined);
  return new Map(
    [...signs].map(([agent, sign]) => [agent, { sign, published: commits.get(agent) }]),
  );
}

async function recall(hub: Hub): Promise<Memory> {
  const data = await readIfPresent(file(hub)).catch(() => undefined);
  const found = parseStateFile<Memory>(
    data,
    ({ lookedAt, signs }) => typeof lookedAt === 'number' && typeof signs === 'object',
  );
  return found ?? { lookedAt: 0, signs: {} };
}

function file(hub: Hub): string {
  return join(hub.state, 'signs.json');
}
