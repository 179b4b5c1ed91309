import {
  encodeCommit,
  encodeTree,
  type GitObject,
  hashObject,
  parseCommit,
} from '../git/objects.ts';
import { writePack } from '../git/pack.ts';
import type { ObjectReader } from '../git/reader.ts';
import { listRefs, readRef, swapRef } from '../git/refs.ts';
import type { Hub } from './hub.ts';

const LOCAL = 'refs/comm-node/heartbeat/';
const FETCHED = 'refs/remotes/origin/comm-node/heartbeat/';

/** An agent at work is heard this often; silence is judged in minutes. */
export const BEAT_MS = 30_000;

/**
 * Shows that `agent` is alive: its heartbeat ref is moved to a commit of this
 * moment, which makes no history. Does nothing when the last beat is younger
 * than 30 s, or when the hub cannot be written to.
 */
export async function beat(
  hub: Hub,
  agent: string,
  now: number,
  reader: ObjectReader,
): Promise<void> {
  const ref = `${LOCAL}${agent}`;
  const last = await readRef(hub.gitDir, ref);
  if (last !== undefined && now - (await timeOf(reader, last)) < BEAT_MS) return;
  const objects = new Map<string, GitObject>();
  const tree = encodeTree([]);
  const treeId = hashObject('tree', tree);
  objects.set(treeId, { type: 'tree', data: tree });
  const person = { name: agent, email: `${agent}@comm-node`, at: now };
  const data = encodeCommit({
    tree: treeId,
    parents: [],
    author: person,
    committer: person,
    message: `alive: ${agent}\n`,
  });
  const commit = hashObject('commit', data);
  objects.set(commit, { type: 'commit', data });
  await writePack(hub.gitDir, objects, { durable: false });
  await swapRef(hub.gitDir, ref, last, commit, { durable: false, stateDir: hub.state });
}

/** When each agent was last heard, in milliseconds since 1970, by the clock of its machine. */
export async function heartbeats(hub: Hub, reader: ObjectReader): Promise<Map<string, number>> {
  const beats = new Map<string, number>();
  for (const prefix of [FETCHED, LOCAL]) {
    for (const [ref, oid] of await listRefs(hub.gitDir, prefix)) {
      const agent = ref.slice(prefix.length);
      beats.set(agent, Math.max(beats.get(agent) ?? 0, await timeOf(reader, oid)));
    }
  }
  return beats;
}

/** What a push takes along so that other machines hear this one's agents. */
export async function heartbeatSpecs(hub: Hub): Promise<string[]> {
  const [local, fetched] = [await listRefs(hub.gitDir, LOCAL), await listRefs(hub.gitDir, FETCHED)];
  return [...local]
    .filter(([ref, oid]) => fetched.get(`${FETCHED}${ref.slice(LOCAL.length)}`) !== oid)
    .map(([ref, oid]) => `+${oid}:${ref}`);
}

async function timeOf(reader: ObjectReader, commit: string): Promise<number> {
  try {
    const object = await reader.read(commit);
    return object?.type === 'commit' ? parseCommit(object.data).committer.at : 0;
  } catch {
    // Somebody else's ref that is no heartbeat is as good as none.
    return 0;
  }
}
