import { createHash } from 'node:crypto';
import { type GitObject, hashObject, type Oid } from '../git/objects.ts';
import { writePack } from '../git/pack.ts';
import type { ObjectReader } from '../git/reader.ts';
import { listRefs } from '../git/refs.ts';
import { idTime, isId } from '../records/ids.ts';
import type { Hub } from './hub.ts';
import { type Entry, isEntry } from './queue.ts';
import { parseStateFile } from './state-file.ts';

/** Where all outboxes lie on the remote: a folder for each hub. */
export const OUTBOX = 'refs/comm-node/outbox/';
/** Where a fetch puts the deposits of all hubs. */
const FETCHED = 'refs/remotes/origin/comm-node/outbox/';

/** More than this from one deposit is not taken along in one push. */
export const MOST = 200;
/** A deposit that is larger, in bytes, is none. */
const LARGEST = 16 * 1024 * 1024;
/** A deposit that nobody could use for so long is swept away by whoever passes, in milliseconds. */
const ABANDONED_MS = 14 * 86_400_000;

/**
 * Makes a deposit of waiting requests: one blob, under a ref of its own that is
 * written once, so that nothing can be in its way.
 * @param name a ULID
 * @returns the refspec that pushes it
 */
export async function makeDeposit(
  hub: Hub,
  entries: readonly Entry[],
  name: string,
): Promise<string> {
  const waiting = entries.slice(0, MOST).map(({ request, base }) => ({ request, base }));
  const data = Buffer.from(`${JSON.stringify({ waiting })}\n`);
  const oid = hashObject('blob', data);
  await writePack(hub.gitDir, new Map([[oid, { type: 'blob', data }]]), { durable: false });
  return `${oid}:${ownOutbox(hub)}${name}`;
}

/** Where this hub's deposits lie on the remote: nobody else writes there. */
export function ownOutbox(hub: Hub): string {
  return `${OUTBOX}${hub.id}/`;
}

/** What one hub left at one time. */
export interface Deposit {
  /** The hub that left it. */
  readonly from: string;
  /** Its name on the remote. */
  readonly ref: string;
  readonly entries: readonly Entry[];
}

/** Where a hub sees deposits: a mirror has them from its last fetch. */
function outboxesAt({ lane }: Hub): string {
  return lane === 'in-place' ? OUTBOX : FETCHED;
}

/** What all hubs have deposited, as far as is known here; one that cannot be read holds nothing. */
export async function readDeposits(hub: Hub, reader: ObjectReader): Promise<Deposit[]> {
  const outboxes = outboxesAt(hub);
  const refs = [...(await listRefs(hub.gitDir, outboxes))];
  const deposits: Deposit[] = [];
  const blobs = reader.readMany(refs.map(([, oid]) => oid));
  for (const [ref] of refs) {
    const blob = (await blobs.next()).value ?? undefined;
    const name = ref.slice(outboxes.length);
    const from = name.split('/')[0] ?? '';
    deposits.push({ from, ref: `${OUTBOX}${name}`, entries: entriesOf(blob) });
  }
  return deposits;
}

/** The hubs that have deposited something, as last fetched. */
export async function depositors(hub: Hub): Promise<Set<string>> {
  const outboxes = outboxesAt(hub);
  const refs = await listRefs(hub.gitDir, outboxes);
  return new Set([...refs.keys()].map((ref) => ref.slice(outboxes.length).split('/')[0] ?? ''));
}

/** Whoever may push may push anything. */
function entriesOf(blob: GitObject | undefined): Entry[] {
  if (blob?.type !== 'blob' || blob.data.length > LARGEST) return [];
  const deposit = parseStateFile<{ waiting: Entry[] }>(blob.data, ({ waiting }) =>
    Array.isArray(waiting),
  );
  return (deposit?.waiting.slice(0, MOST) ?? []).filter(isEntry).map(({ request, base }) => ({
    request,
    base: typeof base === 'string' ? base : undefined,
    waiter: undefined,
    deferrable: true,
  }));
}

/**
 * This hub's place in the line of hubs that wait, from 0. The order is drawn anew
 * from every commit on the branch, so that nobody is always last, and all that
 * see the same line agree on it.
 * @param others the hubs that wait too
 */
export function placeInLine(hub: Hub, head: Oid | undefined, others: Iterable<string>): number {
  const draw = (id: string) => createHash('sha1').update(`${head} ${id}`).digest('hex');
  const own = draw(hub.id);
  return [...new Set(others)].filter((id) => id !== hub.id && draw(id) < own).length;
}

/**
 * What a push deletes: this hub's deposits of which nothing waits any more, and
 * others' of which everything is on the branch, or that nobody came back for.
 * Each was written once under a name of its own: deleting it can hit no other.
 */
export function spentDeposits(
  hub: Hub,
  deposits: readonly Deposit[],
  waiting: ReadonlySet<string>,
  landed: ReadonlySet<string>,
  now: number,
): string[] {
  const isSpent = ({ from, ref, entries }: Deposit) => {
    const ids = entries.map(({ request }) => request.id);
    if (from === hub.id) return !ids.some((id) => waiting.has(id));
    return (ids.length > 0 && ids.every((id) => landed.has(id))) || isAbandoned(ref, now);
  };
  return deposits.filter(isSpent).map(({ ref }) => `:${ref}`);
}

function isAbandoned(ref: string, now: number): boolean {
  const name = ref.split('/').at(-1) ?? '';
  return isId(name) && now - idTime(name) > ABANDONED_MS;
}
