import {
  closeSync,
  constants,
  fsync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CommError } from '../errors.ts';

// These files are small: a call takes microseconds, and handing it to a thread ten times as much.
// Only fsync waits for the disk, and does so beside other work.
const syncFile = promisify(fsync);

/** How a file is written: `durable` survives a power cut; `mode` is the permission bits, default 0o666 less the umask. */
export interface WriteOptions {
  durable?: boolean | undefined;
  mode?: number | undefined;
}

let made = 0;

/**
 * Writes a whole file so that a reader, or a kill at any moment, sees the old content or the new, never a part.
 * Creates missing folders. Throws a CommError: `disk-full`, `read-only` or `file`.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await writeNew(temporary, data, options);
    renameSync(temporary, path);
    if (options.durable) await syncFolder(dirname(path));
  } catch (error) {
    await removeIfPresent(temporary).catch(() => {});
    throw explainFileError(error, 'write', path);
  }
}

/** A name in the same folder that no other process or call uses: a rename within one folder is atomic. */
export function temporaryBeside(path: string): string {
  const salt = Math.random().toString(36).slice(2, 8);
  return join(dirname(path), `tmp_${process.pid}_${made++}_${salt}`);
}

/** Creates a file that must not exist yet, its folders too; fsyncs it when durable. Throws Node's own errors. */
export async function writeNew(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const file = openNew(path, options.mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    if (options.durable) await syncFile(file);
  } finally {
    closeSync(file);
  }
}

function openNew(path: string, mode = 0o666): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    makeFolders(dirname(path));
    return openSync(path, flags, mode);
  }
}

/** Makes renames within a folder durable. A system that cannot fsync a folder is left alone. */
export async function syncFolder(path: string): Promise<void> {
  let folder: number;
  try {
    folder = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    await syncFile(folder);
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(errorCode(error))) throw error;
  } finally {
    closeSync(folder);
  }
}

/** The content of a file, or undefined when there is none. Throws a CommError when it cannot be read. */
export async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw explainFileError(error, 'read', path);
  }
}

/** Deletes a file; true when there was one. Throws a CommError when it cannot be deleted. */
export async function removeIfPresent(path: string): Promise<boolean> {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw explainFileError(error, 'delete', path);
  }
}

/** Makes a folder and those above it. Throws a CommError when it cannot. */
export async function ensureDir(path: string): Promise<void> {
  try {
    makeFolders(path);
  } catch (error) {
    throw explainFileError(error, 'create the folder', path);
  }
}

/** Makes a folder and those above it; throws Node's own errors. Node's `recursive` says ENOENT where a disk is read-only. */
export function makeFolders(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && dirname(path) !== path) {
      makeFolders(dirname(path));
      makeFolders(path);
    } else if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** The `code` of a Node error (`ENOENT`), or '' when it has none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/** Whether a failure only says that nothing is there. */
export function isAbsence(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Turns a failure of the file system into a CommError that says what, where and what to do; passes a CommError on. */
export function explainFileError(error: unknown, doing: string, path: string): CommError {
  if (error instanceof CommError) return error;
  const code = errorCode(error);
  const details = { data: { path, errno: code }, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = `free some space on the disk of ${dirname(path)}, then run the same command again: nothing was half written`;
    return new CommError('disk-full', `cannot ${doing} ${path}: the disk is full`, {
      ...details,
      hint,
    });
  }
  if (['EROFS', 'EACCES', 'EPERM'].includes(code)) {
    const why = code === 'EROFS' ? 'the file system is read-only' : 'permission denied';
    const hint = `make ${dirname(path)} writable for this user (ls -ld shows its owner), or use another place`;
    return new CommError('read-only', `cannot ${doing} ${path}: ${why}`, { ...details, hint });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new CommError('file', `cannot ${doing} ${path}: ${why}`, details);
}
