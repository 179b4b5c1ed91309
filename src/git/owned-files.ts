import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './files.ts';

// A lock here is a hard link of a file whose name says who made it. The two share an inode, so that whose lock it is
// can be told exactly, and the right to remove a dead process's lock is won by renaming that file: only one can.
// These calls are synchronous: each takes microseconds, and a thread hop would cost ten times as much.

const place = createHash('sha1')
  .update(`${hostname()} ${tryRead(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`)
  .digest('hex')
  .slice(0, 8);
const ownStart = processStart(process.pid) ?? '0';
let made = 0;

/** A new name `<prefix>.<pid>-<start>-<place>-<n>`: place stands for the host and its process numbering (containers have their own). */
export function ownedName(prefix: string): string {
  return `${prefix}.${process.pid}-${ownStart}-${place}-${made++}`;
}

/** When a process started, in the kernel's ticks (/proc/<pid>/stat, field 22), or undefined where that cannot be known. */
export function processStart(pid: number): string | undefined {
  const fields = statFields(pid);
  return fields?.[19];
}

/**
 * Whether a process of this machine is alive. With `start`, a process that merely took over the number does not count.
 * A killed process that its parent has not buried yet is dead.
 */
export function isProcessAlive(pid: number, start?: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  const fields = statFields(pid);
  if (fields === undefined) return true;
  if (fields[0] === 'Z' || fields[0] === 'X') return false;
  return !start || start === '0' || fields[19] === start;
}

// The name in parentheses may hold anything; field 3, the state, follows the last one.
function statFields(pid: number): string[] | undefined {
  const text = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Whose file of this inode stands beside the lock. */
export type Claim =
  /** Its owner is dead, and it was renamed to `path`, ours: we alone may remove the lock. */
  | { kind: 'claimed'; path: string }
  | { kind: 'alive' }
  /** No file here has this inode, or its owner lives on another machine. */
  | { kind: 'unknown' };

/**
 * Looks among the files `<prefix>.*` for the one with this inode and takes it over when its owner is dead.
 * Other files of dead owners are swept on the way.
 */
export function claimDead(prefix: string, inode: number): Claim {
  const folder = dirname(prefix);
  let claim: Claim = { kind: 'unknown' };
  for (const name of tryRead(() => readdirSync(folder)) ?? []) {
    const path = join(folder, name);
    const owner = name.startsWith(`${basename(prefix)}.`) ? ownerOf(name) : undefined;
    if (owner === undefined) continue;
    const found = tryRead(() => statSync(path));
    if (found?.ino === inode) claim = claimFrom(path, owner, prefix);
    else if (owner.isDead) tryRead(() => unlinkSync(path));
  }
  return claim;
}

function claimFrom(path: string, owner: Owner, prefix: string): Claim {
  if (owner.isForeign) return { kind: 'unknown' };
  if (!owner.isDead) return { kind: 'alive' };
  const mine = ownedName(prefix);
  try {
    renameSync(path, mine);
    return { kind: 'claimed', path: mine };
  } catch {
    // Somebody else was quicker; the lock is theirs to remove.
    return { kind: 'alive' };
  }
}

interface Owner {
  isForeign: boolean;
  isDead: boolean;
}

function ownerOf(name: string): Owner | undefined {
  const match = /\.(\d+)-(\d+)-([0-9a-f]{8})-\d+$/.exec(name);
  if (!match) return undefined;
  const isForeign = match[3] !== place;
  return { isForeign, isDead: !isForeign && !isProcessAlive(Number(match[1]), match[2]) };
}

/** What a file operation gives, or undefined when it fails. */
export function tryRead<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
