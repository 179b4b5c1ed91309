import {
  existsSync,
  lstatSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';

// Most calls are synchronous on purpose: each takes microseconds, and handing it to a thread ten times as much.

/** The names in a folder, sorted; none when there is no such folder. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

/** Whether there is a file or a folder. */
export function existsAt(path: string): boolean {
  return existsSync(path);
}

/** Takes a folder away at once, then deletes it at leisure. */
export async function removeTree(path: string): Promise<void> {
  const doomed = `${path}.doomed-${process.pid}`;
  try {
    renameSync(path, doomed);
  } catch {
    return;
  }
  await rm(doomed, { recursive: true, force: true });
}

/** Deletes the folders above a path, from the inside out, as far as nothing is in them. */
export function removeEmptyFolders(path: string): void {
  try {
    for (let folder = dirname(path); ; folder = dirname(folder)) rmdirSync(folder);
  } catch {
    // The first that is not empty, or not ours to delete.
  }
}

/** Whether a path is a symbolic link, wherever it leads. */
export function isSymbolicLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Moves a file or a folder to another name of the same disk. */
export async function moveTo(from: string, to: string): Promise<void> {
  renameSync(from, to);
}

/** Marks a file as changed now, which wakes whoever watches it. False when it is gone. */
export async function touch(path: string): Promise<boolean> {
  try {
    const now = new Date();
    utimesSync(path, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Writes a file that is only a hint: a reader may see half of it, and a failure does not matter. */
export async function overwrite(path: string, text: string): Promise<void> {
  try {
    writeFileSync(path, text);
  } catch {
    // Whoever reads it does without.
  }
}

/** Size in bytes and time of the last change (ms), or undefined when there is no such file. */
export async function fileStat(
  path: string,
): Promise<{ bytes: number; changedAt: number; isFolder: boolean; mode: number } | undefined> {
  try {
    const found = statSync(path);
    return {
      bytes: found.size,
      changedAt: found.mtimeMs,
      isFolder: found.isDirectory(),
      mode: found.mode,
    };
  } catch {
    return undefined;
  }
}
