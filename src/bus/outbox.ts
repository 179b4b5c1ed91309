import { treeOf } from '../git/commits.ts';
import {
  encodeCommit,
  encodeTree,
  type GitObject,
  hashObject,
  type Oid,
  parseTree,
} from '../git/objects.ts';
import { writePack } from '../git/pack.ts';
import type { ObjectReader } from '../git/reader.ts';
import { listRefs } from '../git/refs.ts';
import type { Hub } from './hub.ts';
import type { Entry } from './queue.ts';

/** Where a fetch puts the deposits of all hubs. */
const FETCHED_OUTBOXES = 'refs/remotes/origin/comm-node/outbox/';

/** More than this from one hub is not taken along in one push. */
const MOST = 200;

/** The ref on the remote that only this hub moves. */
export function outboxRef(hub: Hub): string {
  return `refs/comm-node/outbox/${hub.id}`;
}

/** Makes the commit that carries waiting requests to the remote, one file each. */
export async function makeDeposit(hub: Hub, entries: readonly Entry[], now: number): Promise<Oid> {
  const objects = new Map<Oid, GitObject>();
  const keep = (type: GitObject['type'], data: Buffer): Oid => {
    const oid = hashObject(type, data);
    objects.set(oid, { type, data });
    return oid;
  };
  const files = entries.slice(0, MOST).map(({ request, base }) => ({
    mode: '100644',
    name: `${request.id}.json`,
    oid: keep('blob', Buffer.from(JSON.stringify({ request, base }))),
  }));
  const person = { name: 'comm-node', email: 'comm-node@comm-node', at: now };
  const commit = keep(
    'commit',
    encodeCommit({
      tree: keep('tree', encodeTree(files)),
      parents: [],
      author: person,
      committer: person,
      message: `outbox: ${files.length} waiting\n`,
    }),
  );
  await writePack(hub.gitDir, objects, { durable: false });
  return commit;
}

/** The requests that other hubs have deposited, oldest first; what cannot be read is left alone. */
export async function readDeposits(hub: Hub, reader: ObjectReader): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [ref, commit] of await listRefs(hub.gitDir, FETCHED_OUTBOXES)) {
    if (ref.endsWith(`/${hub.id}`)) continue;
    const tree = await treeOf(reader, commit);
    const files = parseTree((await reader.read(tree))?.data ?? Buffer.alloc(0));
    for await (const blob of reader.readMany(files.map(({ oid }) => oid))) {
      const entry = blob && parseDeposit(blob.data);
      if (entry) entries.push(entry);
    }
  }
  return entries.sort((a, b) => (a.request.id < b.request.id ? -1 : 1));
}

/** Whether the last fetch saw something in this hub's own outbox. */
export async function hasDeposit(hub: Hub): Promise<boolean> {
  const refs = await listRefs(hub.gitDir, FETCHED_OUTBOXES);
  return refs.has(`${FETCHED_OUTBOXES}${hub.id}`);
}

function parseDeposit(data: Buffer): Entry | undefined {
  try {
    const { request, base } = JSON.parse(data.toString('utf8')) as Pick<Entry, 'request' | 'base'>;
    if (typeof request.id !== 'string' || typeof request.kind !== 'string') return undefined;
    return { request, base, waiter: undefined, deferrable: true };
  } catch {
    return undefined;
  }
}
