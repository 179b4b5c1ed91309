import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { explainFileError } from './files.ts';
import {
  findOwner,
  linkOwned,
  ownerOf,
  processStart,
  rightToBreak,
  succeeds,
  tokenIn,
  tryRead,
  writeOwned,
} from './owned-files.ts';

export { isProcessAlive, processStart, thisPlace } from './owned-files.ts';

/** How often a holder shows that it lives, for machines that cannot see its process. */
const REFRESH_MS = 10_000;
/** Six missed signs of life. */
const FOREIGN_STALE_MS = 60_000;
/** A lock file is written before it is linked; an unreadable one is damage, or a copy under way. */
const UNREADABLE_STALE_MS = 5_000;

/** A lock that this process holds. */
export interface Held {
  /** Whether the holder before died without giving it back: what it was doing may be half done. */
  readonly takenOver: boolean;
  /** Gives it back; harmless when it is no longer ours. */
  release(): Promise<void>;
  /** False when it was taken away, which a process suspended for longer than a minute must expect. */
  isStillMine(): Promise<boolean>;
}

/**
 * A lock among the processes that share a folder: one file with `{pid, start, host, token}` in it. A holder that was
 * killed is recognised by its process, and its lock goes to exactly one of those who want it.
 */
export class ProcessLock {
  /** The lock, or undefined when somebody else holds it; never waits. Throws CommError `disk-full` or `read-only`. */
  async tryAcquire(path: string): Promise<Held | undefined> {
    try {
      // Waiters ask often: one read settles it for them.
      if (ownerOf(inspect(path)?.token)?.isAlive) return undefined;
      return acquire(path);
    } catch (error) {
      throw explainFileError(error, 'take the lock', path);
    }
  }
}

function acquire(path: string): Held | undefined {
  const start = processStart(process.pid);
  const mine = writeOwned(path, { pid: process.pid, start, host: hostname() });
  try {
    if (linkOwned(mine, path)) return new HeldLock(path, basename(mine), false);
    const lock = inspect(path);
    if (lock === undefined || !isStale(lock, statSync(mine).mtimeMs)) return undefined;
    return takeOver(path, mine, lock) ? new HeldLock(path, basename(mine), true) : undefined;
  } finally {
    succeeds(() => unlinkSync(mine));
  }
}

interface Seen {
  inode: number;
  changedAt: number;
  /** Undefined when the file cannot be understood. */
  token: string | undefined;
}

function inspect(path: string): Seen | undefined {
  const file = tryRead(() => openSync(path, 'r'));
  if (file === undefined) return undefined;
  try {
    const { ino, mtimeMs } = fstatSync(file);
    return { inode: ino, changedAt: mtimeMs, token: tokenIn(readFileSync(file, 'utf8')) };
  } finally {
    closeSync(file);
  }
}

/** `now` is the time the file system itself gave to a new file: machines share no clock, but they share the disk. */
function isStale(lock: Seen, now: number): boolean {
  const owner = ownerOf(lock.token);
  const age = now - lock.changedAt;
  if (owner === undefined) return age > UNREADABLE_STALE_MS;
  return owner.isForeign ? age > FOREIGN_STALE_MS : owner.isDead;
}

function takeOver(path: string, mine: string, stale: Seen): boolean {
  const right = rightToBreak(path, stale.token ?? `${stale.inode}-${stale.changedAt}`);
  if (right === undefined) return false;
  try {
    const now = inspect(path);
    if (now?.token !== stale.token || now?.inode !== stale.inode) return false;
    if (now.changedAt !== stale.changedAt) return false;
    renameSync(mine, path);
    sweep(path);
    return true;
  } finally {
    right.giveBack();
  }
}

/** What killed processes left: their own files, and rights to break locks that are gone. */
function sweep(path: string): void {
  findOwner(path, 0);
  const rights = readdirSync(dirname(path)).filter((name) =>
    name.startsWith(`${basename(path)}.break-`),
  );
  for (const name of rights) succeeds(() => unlinkSync(join(dirname(path), name)));
}

class HeldLock implements Held {
  readonly takenOver: boolean;
  readonly #path: string;
  readonly #token: string;
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, token: string, takenOver: boolean) {
    this.#path = path;
    this.#token = token;
    this.takenOver = takenOver;
    this.#timer = setInterval(() => this.#refresh(), REFRESH_MS).unref();
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#isMine()) succeeds(() => unlinkSync(this.#path));
  }

  async isStillMine(): Promise<boolean> {
    return this.#isMine();
  }

  #isMine(): boolean {
    return inspect(this.#path)?.token === this.#token;
  }

  // Writing the same bytes again makes the file system stamp its own time, unlike utimes.
  #refresh(): void {
    if (!this.#isMine()) return;
    succeeds(() => {
      const text = readFileSync(this.#path);
      const file = openSync(this.#path, 'r+');
      writeSync(file, text, 0, text.length, 0);
      closeSync(file);
    });
  }
}
