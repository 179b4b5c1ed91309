import { parseCommit } from '../git/objects.ts';
import type { ObjectReader } from '../git/reader.ts';
import { readRef } from '../git/refs.ts';
import { HUMAN } from '../records/names.ts';
import { heartbeats } from './heartbeat.ts';
import { type Hub, MAIN } from './hub.ts';

/** Each is a file to be read; who published before them is known by its heartbeat, or was silent for long. */
const COMMITS = 16;

/**
 * When each agent was last heard: its heartbeat, or one of the latest commits, since an agent without
 * hooks has no heartbeat. By the clocks of their machines; nothing is started or written. Whether an
 * agent is lost is for `gatherSigns`; a person is not watched.
 */
export async function glance(hub: Hub, reader: ObjectReader): Promise<Map<string, number>> {
  const heard = await heartbeats(hub, reader);
  let next = await readRef(hub.gitDir, MAIN);
  for (let left = COMMITS; next !== undefined && left > 0; left--) {
    const object = await reader.read(next);
    if (object?.type !== 'commit') break;
    const { author, parents } = parseCommit(object.data);
    if (author.name !== HUMAN)
      heard.set(author.name, Math.max(heard.get(author.name) ?? 0, author.at));
    [next] = parents;
  }
  return heard;
}
