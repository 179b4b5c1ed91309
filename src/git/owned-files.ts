import { createHash } from 'node:crypto';
import {
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode, makeFolders } from './files.ts';

// A lock is a second, hard link of a file whose own name says who made it: process, its start, machine.
// These calls are synchronous: each takes microseconds, and a thread hop would cost ten times as much.

/** What link(2) answers on a file system without hard links, or across two. */
export const NO_LINKS: readonly string[] = [
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EXDEV',
  'EMLINK',
];

let known: string | undefined;

/** Stands for this host and its process numbering: only here does a process number mean what it says. */
export function thisPlace(): string {
  // Hashing is loaded when it is needed: most hooks take no lock.
  known ??= createHash('sha1')
    .update(`${hostname()} ${tryRead(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`)
    .digest('hex')
    .slice(0, 8);
  return known;
}

const ownStart = statFields(process.pid)?.[19];
let made = 0;

/** A new name `<prefix>.<pid>-<start>-<place>-<n>`: place stands for the host and its process numbering (containers have their own). */
export function ownedName(prefix: string): string {
  return `${prefix}.${process.pid}-${ownStart ?? '0'}-${thisPlace()}-${made++}`;
}

/** When a process started, in the kernel's ticks (/proc/<pid>/stat, field 22), or undefined where that cannot be known. */
export function processStart(pid: number): string | undefined {
  return pid === process.pid ? ownStart : statFields(pid)?.[19];
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

/**
 * Looks among the files `<prefix>.*` for the one that shares this inode, and tells how its owner is: undefined when there
 * is none. Files that dead owners left are swept on the way, except halves of other locks (they have two links).
 */
export function findOwner(
  prefix: string,
  inode: number,
): { owner: Owner; path: string } | undefined {
  const folder = dirname(prefix);
  let result: { owner: Owner; path: string } | undefined;
  for (const name of tryRead(() => readdirSync(folder)) ?? []) {
    const path = join(folder, name);
    const owner = name.startsWith(`${basename(prefix)}.`) ? ownerOf(name) : undefined;
    if (owner === undefined) continue;
    const found = tryRead(() => statSync(path));
    if (found?.ino === inode) result = { owner, path };
    else if (owner.isDead && found?.nlink === 1) succeeds(() => unlinkSync(path));
  }
  return result;
}

/** Writes a file under a name of ours, with the name in it; `link` then makes it a lock, whole from the first moment. */
export function writeOwned(prefix: string, facts: Record<string, unknown> = {}): string {
  const path = ownedName(prefix);
  const text = `${JSON.stringify({ ...facts, token: basename(path) })}\n`;
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    succeeds(() => unlinkSync(path));
    if (errorCode(error) !== 'ENOENT') throw error;
    makeFolders(dirname(path));
    writeFileSync(path, text, { flag: 'wx' });
  }
  return path;
}

/** Gives an owned file a second, fixed name; false when somebody has it. Copies it where there are no hard links. */
export function linkOwned(owned: string, path: string): boolean {
  try {
    linkSync(owned, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(errorCode(error))) throw error;
    return succeeds(() => writeFileSync(path, readFileSync(owned), { flag: 'wx' }));
  }
}

/** The token in a lock file, or undefined when it cannot be understood. */
export function tokenIn(text: string): string | undefined {
  const holder: unknown = tryRead(() => JSON.parse(text));
  const token = holder !== null && typeof holder === 'object' && 'token' in holder && holder.token;
  return typeof token === 'string' ? token : undefined;
}

/** Its holder alone may remove the stale lock it was asked for, after looking that the lock is still that one. */
export interface BreakRight {
  giveBack(): void;
}

/**
 * Several processes may see the same stale lock, and a slow one must not remove the fresh lock of a quick one. So the
 * right to remove it is a file named after it, which one process can make. Should that process die with it, the right
 * to succeed is a file named after its token, and so on. Tokens never come again, so that a right given back harms
 * nobody: the lock it was for is gone. Undefined when somebody alive has the right.
 */
export function rightToBreak(prefix: string, identity: string): BreakRight | undefined {
  const mine = writeOwned(prefix);
  const rights: string[] = [];
  const giveBack = () => {
    for (const path of [...rights, mine]) succeeds(() => unlinkSync(path));
  };
  for (let dead: string | undefined = identity; dead !== undefined; ) {
    const right: string = `${prefix}.break-${dead}`;
    if (linkOwned(mine, right)) {
      rights.push(right);
      return { giveBack };
    }
    const holder: string | undefined = tokenIn(tryRead(() => readFileSync(right, 'utf8')) ?? '');
    dead = ownerOf(holder)?.isDead ? holder : undefined;
    rights.push(right);
  }
  succeeds(() => unlinkSync(mine));
  return undefined;
}

/** What an owned name tells. A foreign owner, of another machine or container, is neither known dead nor alive. */
export interface Owner {
  isForeign: boolean;
  isDead: boolean;
  isAlive: boolean;
}

/** Who an owned name belongs to, or undefined when it is no such name. */
export function ownerOf(name: string | undefined): Owner | undefined {
  const match = /\.(\d+)-(\d+)-([0-9a-f]{8})-\d+$/.exec(name ?? '');
  if (!match) return undefined;
  if (match[3] !== thisPlace()) return { isForeign: true, isDead: false, isAlive: false };
  const isAlive = isProcessAlive(Number(match[1]), match[2]);
  return { isForeign: false, isDead: !isAlive, isAlive };
}

/** Whether a file operation went through. */
export function succeeds(operation: () => unknown): boolean {
  try {
    operation();
    return true;
  } catch {
    return false;
  }
}

/** What a file operation gives, or undefined when it fails. */
export function tryRead<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
