import { createHash } from 'node:crypto';
import { treeOf } from '../git/commits.ts';
import {
  encodeCommit,
  encodeTree,
  type GitObject,
  hashObject,
  type Oid,
  parseTree,
  type TreeEntry,
} from '../git/objects.ts';
import { writePack } from '../git/pack.ts';
import type { ObjectReader } from '../git/reader.ts';
import { listRefs } from '../git/refs.ts';
import { idTime, isId } from '../records/ids.ts';
import type { Hub } from './hub.ts';
import { type Entry, isEntry } from './queue.ts';
import { parseStateFile } from './state-file.ts';

/** Where a fetch puts the deposits of all hubs. */
const FETCHED = 'refs/remotes/origin/comm-node/outbox/';

/** All outboxes on the remote, as a pattern of `git ls-remote`. */
export const OUTBOXES = 'refs/comm-node/outbox/*';

/** More than this from one deposit is not taken along in one push. */
export const MOST = 200;
/** A request that is larger, in bytes, is none: no record may be. */
const LARGEST = 2 * 1024 * 1024;
/** A deposit that nobody could use for so long is swept away by whoever passes, in milliseconds. */
const ABANDONED_MS = 14 * 86_400_000;

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

/**
 * What a push deletes: this hub's deposits of which nothing waits any more, and
 * others' of which everything is on the branch, or that nobody came back for.
 * Each was written once under a name of its own: deleting it can hit no other.
 */
export async function spentDeposits(
  hub: Hub,
  reader: ObjectReader,
  waiting: ReadonlySet<string>,
  landed: ReadonlySet<string>,
  now: number,
): Promise<string[]> {
  const specs: string[] = [];
  for (const [ref, commit] of await listRefs(hub.gitDir, FETCHED)) {
    const files = await filesOf(reader, commit);
    const ids = files.map(({ name }) => name.replace(/\.json$/, ''));
    const isSpent = isOwn(hub, ref)
      ? !ids.some((id) => waiting.has(id))
      : (ids.length > 0 && ids.every((id) => landed.has(id))) || isAbandoned(ref, now);
    if (isSpent) specs.push(`:refs/comm-node/outbox/${ref.slice(FETCHED.length)}`);
  }
  return specs;
}

function isAbandoned(ref: string, now: number): boolean {
  const name = ref.split('/').at(-1) ?? '';
  return isId(name) && now - idTime(name) > ABANDONED_MS;
}

function isOwn(hub: Hub, ref: string): boolean {
  return ref.startsWith(`${FETCHED}${hub.id}/`);
}

/** The files of a deposit, none if it is no deposit: whoever may push may push anything. */
async function filesOf(reader: ObjectReader, commit: Oid): Promise<readonly TreeEntry[]> {
  try {
    const tree = await reader.read(await treeOf(reader, commit));
    return tree?.type === 'tree' ? parseTree(tree.data).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function parseDeposit(data: Buffer): Entry | undefined {
  if (data.length > LARGEST) return undefined;
  const deposit = parseStateFile<Pick<Entry, 'request' | 'base'>>(data, isEntry);
  if (!deposit) return undefined;
  const base = typeof deposit.base === 'string' ? deposit.base : undefined;
  return { request: deposit.request, base, waiter: undefined, deferrable: true };
}
