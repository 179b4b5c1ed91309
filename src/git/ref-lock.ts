import {
  closeSync,
  fsync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GitError } from '../errors.ts';
import { errorCode, makeFolders } from './files.ts';
import { findOwner, NO_LINKS, ownedName, rightToBreak, succeeds, tryRead } from './owned-files.ts';

/** How long a lock that somebody holds is waited for: Git's own holders need milliseconds. */
const PATIENCE_MS = 2000;
/** A foreign lock older than this, whose ref did not move for as long, is taken for a dead process's. */
const STALE_MS = 30_000;

export interface RefLockOptions {
  /** Survives a power cut; default true. */
  durable?: boolean | undefined;
  /** A folder of ours on the same disk, for temporary files. */
  stateDir: string;
  /** Told in one sentence when a foreign lock was moved out of the way. */
  onNotice?: ((text: string) => void) | undefined;
}

/** A held `<ref>.lock` with the new value in it. */
export interface RefLock {
  /** Puts the new value in place. Throws GitError when the lock was taken away or a directory is in the way. */
  commit(): void;
  /** Gives the lock back; after `commit` it only tidies up. */
  release(): void;
}

/** Takes `<ref>.lock` as Git does, so that Git's own commands and ours exclude each other. 'busy' after about 2 s. */
export async function lockRef(
  ref: string,
  value: string,
  options: RefLockOptions,
): Promise<RefLock | 'busy'> {
  const temporary = ownedName(join(options.stateDir, 'ref'));
  const deadline = Date.now() + PATIENCE_MS;
  try {
    await writeValue(temporary, value, options.durable ?? true);
    for (let pause = 1; ; pause = Math.min(pause * 2, 40)) {
      const taken = await tryLock(ref, temporary, value, options);
      if (taken) return new HeldRef(ref, temporary);
      if (clearStale(ref, options)) continue;
      if (Date.now() > deadline) break;
      await sleep(pause * (0.5 + Math.random()));
    }
  } catch (error) {
    succeeds(() => unlinkSync(temporary));
    throw error;
  }
  succeeds(() => unlinkSync(temporary));
  return 'busy';
}

async function writeValue(path: string, value: string, durable: boolean): Promise<void> {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o666);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    makeFolders(dirname(path));
    file = openSync(path, 'wx', 0o666);
  }
  try {
    writeSync(file, value);
    if (durable) await promisify(fsync)(file);
  } finally {
    closeSync(file);
  }
}

async function tryLock(ref: string, temporary: string, value: string, options: RefLockOptions) {
  for (let attempt = 0; ; attempt++) {
    try {
      linkSync(temporary, `${ref}.lock`);
      return true;
    } catch (error) {
      const code = errorCode(error);
      // NFS may report failure for a link that was made.
      if (code === 'EEXIST') return sameFile(temporary, `${ref}.lock`);
      if (NO_LINKS.includes(code)) return lockWithoutLink(ref, temporary, value, options);
      if (code !== 'ENOENT' || attempt > 3) throw blocked(ref, error);
      // Git removes empty folders of refs, perhaps between our two calls.
      makeFolder(ref);
    }
  }
}

async function lockWithoutLink(
  ref: string,
  temporary: string,
  value: string,
  options: RefLockOptions,
) {
  try {
    await writeValue(`${ref}.lock`, value, options.durable ?? true);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  // From here on the temporary's only use is to name the owner; a rename would fail where links do.
  succeeds(() => unlinkSync(temporary));
  return true;
}

function makeFolder(ref: string): void {
  try {
    makeFolders(dirname(ref));
  } catch (error) {
    throw blocked(ref, error);
  }
}

function blocked(ref: string, error: unknown): unknown {
  if (!['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY'].includes(errorCode(error))) return error;
  return new GitError(`${ref} cannot be a ref: part of its name is a ref already`, {
    code: 'ref-conflict',
    data: { path: ref },
    cause: error,
  });
}

function sameFile(one: string, other: string): boolean {
  const first = tryRead(() => statSync(one));
  return first !== undefined && first.ino === tryRead(() => statSync(other))?.ino;
}

class HeldRef implements RefLock {
  readonly #ref: string;
  readonly #temporary: string;
  readonly #inode: number | undefined;

  constructor(ref: string, temporary: string) {
    this.#ref = ref;
    this.#temporary = temporary;
    this.#inode = tryRead(() => statSync(`${ref}.lock`))?.ino;
  }

  commit(): void {
    if (!this.#isMine()) throw lostLock(this.#ref);
    try {
      renameSync(`${this.#ref}.lock`, this.#ref);
    } catch (error) {
      if (!['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
      if (!removeEmptyFolder(this.#ref)) throw blocked(this.#ref, error);
      renameSync(`${this.#ref}.lock`, this.#ref);
    }
  }

  release(): void {
    if (this.#isMine()) succeeds(() => unlinkSync(`${this.#ref}.lock`));
    succeeds(() => unlinkSync(this.#temporary));
  }

  #isMine(): boolean {
    const now = tryRead(() => statSync(`${this.#ref}.lock`))?.ino;
    return now !== undefined && now === this.#inode;
  }
}

function lostLock(ref: string): GitError {
  return new GitError(`somebody removed ${ref}.lock while this process held it`, {
    code: 'lock-lost',
    hint: 'run the same command again',
  });
}

// What is left of deleted refs below this one; Git clears it away in the same manner.
function removeEmptyFolder(path: string): boolean {
  try {
    for (const name of readdirSync(path)) {
      if (!removeEmptyFolder(join(path, name))) return false;
    }
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Removes a lock whose holder is surely or probably dead; true when it is worth trying again at once. */
function clearStale(ref: string, options: RefLockOptions): boolean {
  const lock = tryRead(() => statSync(`${ref}.lock`));
  if (lock === undefined) return true;
  const ours = findOwner(join(options.stateDir, 'ref'), lock.ino);
  if (ours?.owner.isDead) {
    return removeLock(ref, lock, options, () => {
      unlinkSync(`${ref}.lock`);
      unlinkSync(ours.path);
    });
  }
  const moved = tryRead(() => statSync(ref))?.mtimeMs ?? 0;
  if (ours?.owner.isAlive || Date.now() - Math.max(moved, lock.mtimeMs) < STALE_MS) return false;
  return removeLock(ref, lock, options, () => setAside(ref, options));
}

/** Inode numbers are used again; together with the time of writing they tell one lock from the next. */
function removeLock(
  ref: string,
  stale: Stats,
  options: RefLockOptions,
  remove: () => void,
): boolean {
  const prefix = join(options.stateDir, 'ref');
  const right = rightToBreak(prefix, `${stale.ino}-${stale.mtimeMs}`);
  if (right === undefined) return false;
  try {
    const now = tryRead(() => statSync(`${ref}.lock`));
    if (now?.ino === stale.ino && now.mtimeMs === stale.mtimeMs) remove();
    return true;
  } finally {
    right.giveBack();
  }
}

function setAside(ref: string, options: RefLockOptions): void {
  // Not beside the ref: whatever lies below refs/ is taken for one by `git fsck`.
  const aside = join(options.stateDir, `${basename(ref)}.lock.stale-${Date.now()}`);
  renameSync(`${ref}.lock`, aside);
  options.onNotice?.(
    `a lock older than ${STALE_MS / 1000} s was in the way; it is now ${aside} and may be deleted`,
  );
}
