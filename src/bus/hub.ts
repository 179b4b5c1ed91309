import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ConfigError, OfflineError } from '../errors.ts';
import { ensureDir, readIfPresent, writeNew } from '../git/files.ts';
import { fileStat, listFolder, moveTo, removeTree } from '../git/folders.ts';
import { readRef, refFormat } from '../git/refs.ts';
import { createBare, type FetchOutcome, fetchRefs } from '../git/transport.ts';
import { type Address, mirrorPath } from './address.ts';

/** The one branch that records are published on. */
export const MAIN = 'refs/heads/main';

/** Hooks that a direct write to the object store would pass by. */
const SERVER_HOOKS = [
  'pre-receive',
  'update',
  'post-receive',
  'post-update',
  'proc-receive',
  'reference-transaction',
];

/** What a mirror fetches: the branch, and every hub's deposits and heartbeats. */
const FETCHED = [`+${MAIN}:${MAIN}`, '+refs/comm-node/*:refs/remotes/origin/comm-node/*'];

/** Who moves the branch next: on the remote, and where a fetch puts it. */
export const LEAD = 'refs/comm-node/lead';
export const FETCHED_LEAD = 'refs/remotes/origin/comm-node/lead';

/** What is fetched stays in packs; whoever publishes packs them together now and then. */
const MIRROR_CONFIG = { 'gc.auto': '0', 'fetch.unpackLimit': '1' };

/** The bare repository through which every agent of this machine reads and writes. */
export interface Hub {
  readonly gitDir: string;
  /** The coordination repository as its users name it. */
  readonly url: string;
  /** `in-place`: it is the coordination repository itself; `push`: a mirror of it. */
  readonly lane: 'in-place' | 'push';
  /** Folder for what comm-node keeps beside the objects: queue, locks, index. */
  readonly state: string;
  /** Names this hub's outbox on the remote; random, made once. */
  readonly id: string;
}

/**
 * Finds or makes the hub of a coordination repository.
 * @param home comm-node's folder on this machine (see `homeFolder`)
 * @throws ConfigError when there is no such repository; OfflineError when it must be fetched first and cannot be reached
 */
export async function openHub(address: Address, home: string): Promise<Hub> {
  const known = await findHub(address, home);
  if (known) return known;
  const mirror = mirrorPath(address.url, home);
  await makeMirror(mirror, address.url);
  return hubAt(mirror, address.url, 'push');
}

/**
 * Finds the hub of a coordination repository as it is on this machine; undefined while it must be
 * fetched first. Never uses the network.
 * @throws ConfigError when there is no such repository
 */
export async function findHub(address: Address, home: string): Promise<Hub | undefined> {
  const { url, path } = address;
  if (path !== undefined) {
    await checkBare(path);
    if (await canWriteInPlace(path)) return hubAt(path, url, 'in-place');
  }
  const mirror = mirrorPath(url, home);
  return (await fileStat(join(mirror, 'HEAD'))) ? hubAt(mirror, url, 'push') : undefined;
}

async function hubAt(gitDir: string, url: string, lane: Hub['lane']): Promise<Hub> {
  const state = join(gitDir, 'comm-node');
  return { gitDir, url, lane, state, id: await hubId(state) };
}

async function hubId(state: string): Promise<string> {
  const file = join(state, 'hub-id');
  const known = (await readIfPresent(file))?.toString('utf8').trim();
  if (known) return known;
  const id = randomUUID().slice(0, 13);
  try {
    await writeNew(file, `${id}\n`);
    return id;
  } catch {
    // Another process was first. On a read-only hub nothing is ever deposited: any name will do.
    return (await readIfPresent(file))?.toString('utf8').trim() || id;
  }
}

async function checkBare(path: string): Promise<void> {
  if (!(await fileStat(path))) {
    throw new ConfigError(`there is no coordination repository at ${path}`, {
      code: 'no-repository',
      hint: `comm-node init ${path}`,
    });
  }
  if ((await fileStat(join(path, 'objects'))) && basename(path) !== '.git') return;
  const work = basename(path) === '.git' || (await fileStat(join(path, '.git'))) !== undefined;
  throw new ConfigError(
    work
      ? `${path} has a working tree; a coordination repository is bare`
      : `${path} is not a Git repository`,
    { code: 'no-repository', hint: 'comm-node init PATH makes a new one at an unused PATH' },
  );
}

/** Whether nothing on the server's side would be passed by, and the store is one we can write. */
async function canWriteInPlace(gitDir: string): Promise<boolean> {
  const { objectFormat, refStorage } = await refFormat(gitDir);
  if (objectFormat !== 'sha1') {
    throw new ConfigError(`${gitDir} uses ${objectFormat} object names; comm-node needs sha1`, {
      hint: 'comm-node init PATH makes a repository that it can use',
    });
  }
  if (refStorage !== 'files') return false;
  for (const name of SERVER_HOOKS) {
    const hook = await fileStat(join(gitDir, 'hooks', name));
    if (hook && (hook.mode & 0o111) !== 0) return false;
  }
  return true;
}

/** How long a remote may take, in milliseconds; one that says nothing for longer is out of reach. */
export interface Patience {
  readonly pushMs: number;
  /** A first fetch of a long history takes its time. */
  readonly fetchMs: number;
}

export const PATIENCE: Patience = { pushMs: 90_000, fetchMs: 300_000 };

/** Fetches what a mirror holds. Only one process of a hub may do so at a time. */
export async function fetchAll(
  gitDir: string,
  url: string,
  { fetchMs } = PATIENCE,
): Promise<FetchOutcome> {
  const options = { prune: true, timeoutMs: fetchMs };
  const fetched = await fetchRefs(gitDir, url, FETCHED, options);
  // An empty remote has no branch yet: `init` makes it.
  const isEmpty = !fetched.ok && fetched.reason === 'missing' && !(await readRef(gitDir, MAIN));
  return isEmpty ? fetchRefs(gitDir, url, FETCHED.slice(1), options) : fetched;
}

/** Fetches the branch and who leads (see `lead.ts`), for those who only wait. */
export async function fetchLed({ gitDir, url }: Hub, patience = PATIENCE): Promise<FetchOutcome> {
  const refspecs = [`+${MAIN}:${MAIN}`, `+${LEAD}:${FETCHED_LEAD}`];
  const fetched = await fetchRefs(gitDir, url, refspecs, { timeoutMs: patience.fetchMs });
  return !fetched.ok && fetched.reason === 'missing' ? fetchAll(gitDir, url, patience) : fetched;
}

/** Made beside its place and moved there whole: two processes may do so at once. */
async function makeMirror(mirror: string, url: string): Promise<void> {
  const parent = dirname(mirror);
  await ensureDir(parent);
  await sweepUnfinished(parent, basename(mirror));
  const fresh = `${mirror}.new-${process.pid}`;
  await createBare(fresh, { ...MIRROR_CONFIG, 'remote.origin.url': url });
  const fetched = await fetchAll(fresh, url);
  if (!fetched.ok) {
    await removeTree(fresh);
    throw new OfflineError(`cannot read the coordination repository ${url}: ${fetched.message}`, {
      hint: 'check the address and the network, then run the command again',
      data: { reason: fetched.reason, stderr: fetched.stderr },
    });
  }
  await moveTo(fresh, mirror).catch(() => removeTree(fresh));
}

/** Takes away what a killed process left of an unfinished mirror. */
async function sweepUnfinished(parent: string, name: string): Promise<void> {
  for (const entry of await listFolder(parent)) {
    const left = await fileStat(join(parent, entry));
    const old = left !== undefined && Date.now() - left.changedAt > 3_600_000;
    if (entry.startsWith(`${name}.new-`) && old) await removeTree(join(parent, entry));
  }
}
