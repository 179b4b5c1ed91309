import { createHash } from 'node:crypto';
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
const FETCHED = 'refs/remotes/origin/comm-node/outbox/';

/** All outboxes on the remote, as a pattern of `git ls-remote`. */
export const OUTBOXES = 'refs/comm-node/outbox/*';

/** More than this from one hub is not taken along in one push. */
const MOST = 200;

/**
 * Makes a deposit of waiting requests: a commit with a file for each, under a
 * ref of its own that is written once, so that nothing can be in its way.
 * @param name a ULID
 * @returns the refspec that pushes it
 */
export async function makeDeposit(
  hub: Hub,
  entries: readonly Entry[],
  name: string,
  now: number,
): Promise<string> {
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
  return `${commit}:${ownOutbox(hub)}${name}`;
}

/** Where this hub's deposits lie on the remote: nobody else writes there. */
export function ownOutbox(hub: Hub): string {
  return `refs/comm-node/outbox/${hub.id}/`;
}

/** The requests that other hubs have deposited, oldest first; what cannot be read is left alone. */
export async function readDeposits(hub: Hub, reader: ObjectReader): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [ref, commit] of await listRefs(hub.gitDir, FETCHED)) {
    if (isOwn(hub, ref)) continue;
    const files = await filesOf(reader, commit);
    for await (const blob of reader.readMany(files.map(({ oid }) => oid))) {
      const entry = blob && parseDeposit(blob.data);
      if (entry) entries.push(entry);
    }
  }
  return entries.sort((a, b) => (a.request.id < b.request.id ? -1 : 1));
}

/**
 * This hub's place in the line of those that have something in an outbox, from 0.
 * The order is drawn anew from every commit on the branch, so that each hub has
 * its turn and all that see the same line agree on it.
 */
export async function rankOf(hub: Hub, head: Oid | undefined): Promise<number> {
  const refs = await listRefs(hub.gitDir, FETCHED);
  const hubs = new Set(
    [...refs.keys()].map((ref) => ref.slice(FETCHED.length).split('/')[0] ?? ''),
  );
  const draw = (id: string) => createHash('sha1').update(`${head} ${id}`).digest('hex');
  const own = draw(hub.id);
  hubs.delete(hub.id);
  return [...hubs].filter((id) => draw(id) < own).length;
}

/** What a push deletes: this hub's deposits of which nothing waits any more. */
export async function spentDeposits(
  hub: Hub,
  reader: ObjectReader,
  waiting: ReadonlySet<string>,
): Promise<string[]> {
  const specs: string[] = [];
  for (const [ref, commit] of await listRefs(hub.gitDir, FETCHED)) {
    if (!isOwn(hub, ref)) continue;
    const files = await filesOf(reader, commit);
    const open = files.some(({ name }) => waiting.has(name.replace(/\.json$/, '')));
    if (!open) specs.push(`:refs/comm-node/outbox/${ref.slice(FETCHED.length)}`);
  }
  return specs;
}

function isOwn(hub: Hub, ref: string): boolean {
  return ref.startsWith(`${FETCHED}${hub.id}/`);
}

async function filesOf(reader: ObjectReader, commit: Oid) {
  const tree = await reader.read(await treeOf(reader, commit));
  return parseTree(tree?.data ?? Buffer.alloc(0));
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
