import { hostname } from 'node:os';
import { join } from 'node:path';
import { ensureDir, readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { fileStat } from '../git/folders.ts';
import { isProcessAlive } from '../git/lock.ts';
import { packCount } from '../git/maintain.ts';
import { runGit } from '../git/process.ts';
import { readRef } from '../git/refs.ts';
import { peekRemote } from '../git/remote-refs.ts';
import { type Hub, MAIN } from './hub.ts';
import { writeLock } from './unsure.ts';

/** A lock file, and what is known of who holds it. */
export interface FoundLock {
  readonly path: string;
  readonly ageMs: number;
  /** `elsewhere`: another machine; `unknown`: the file does not say. */
  readonly owner: 'alive' | 'dead' | 'elsewhere' | 'unknown';
}

/** The state a hub is in on disk, for those who look for what is wrong. */
export interface Condition {
  /** Why it cannot be written to, or undefined. */
  readonly unwritable: string | undefined;
  /** `refs/heads/main.lock`: nobody else can move the branch while it is there. */
  readonly refLock: FoundLock | undefined;
  readonly writeLock: FoundLock | undefined;
  readonly packs: number;
  /** The branch here. */
  readonly head: string | undefined;
}

/** Looks at a hub; writes (and takes away again) one file to see whether that works. */
export async function conditionOf(hub: Hub, now: number): Promise<Condition> {
  return {
    unwritable: await tryWriting(hub),
    refLock: await findLock(join(hub.gitDir, `${MAIN}.lock`), now),
    writeLock: await findLock(writeLock(hub), now),
    packs: await packCount(hub.gitDir),
    head: await readRef(hub.gitDir, MAIN),
  };
}

/** Asks the remote once. @returns why it cannot be reached, or undefined; a hub in place is its own remote */
export async function unreachable(hub: Hub): Promise<string | undefined> {
  if (hub.lane === 'in-place') return undefined;
  return peekRemote(hub.url, MAIN, { timeoutMs: 15_000 }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** The version of the program git, such as `2.39.5`. Throws ConfigError `git-missing` without one. */
export async function gitVersion(): Promise<string> {
  const { stdout } = await runGit(['--version']);
  return /\d+(?:\.\d+)+/.exec(stdout.toString())?.[0] ?? 'unknown';
}

async function tryWriting(hub: Hub): Promise<string | undefined> {
  const files = [hub.state, join(hub.gitDir, 'objects')].map((folder) => ({
    folder,
    file: join(folder, `doctor-${process.pid}`),
  }));
  try {
    for (const { folder, file } of files) {
      await ensureDir(folder);
      await writeFileAtomic(file, '');
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const { file } of files) await removeIfPresent(file).catch(() => undefined);
  }
}

async function findLock(path: string, now: number): Promise<FoundLock | undefined> {
  const found = await fileStat(path);
  if (!found) return undefined;
  const data = await readIfPresent(path);
  return { path, ageMs: Math.max(0, now - found.changedAt), owner: ownerOf(data) };
}

function ownerOf(data: Buffer | undefined): FoundLock['owner'] {
  try {
    const { pid, start, host } = JSON.parse(data?.toString('utf8') ?? '') as Record<
      string,
      unknown
    >;
    if (host !== hostname()) return 'elsewhere';
    const known = typeof start === 'string' ? start : undefined;
    return isProcessAlive(Number(pid), known) ? 'alive' : 'dead';
  } catch {
    return 'unknown';
  }
}
