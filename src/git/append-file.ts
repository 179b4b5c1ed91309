import { closeSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

const NEWLINE = 10;
/** Big enough that a pass over 100 MB takes few reads, small enough to keep memory flat. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Writes `data` at byte `offset` of a file that only grows, first cutting off
 * whatever a killed writer left beyond it. Returns the file's new length.
 */
export async function appendAt(path: string, offset: number, data: string): Promise<number> {
  const bytes = Buffer.from(data);
  const file = openSync(path, offset === 0 ? 'w' : 'r+');
  try {
    if (offset > 0) ftruncateSync(file, offset);
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(file, bytes, at, bytes.length - at, offset + at);
    }
  } finally {
    closeSync(file);
  }
  return offset + bytes.length;
}

/** The first `bytes` bytes of a file, or undefined when it is missing or shorter. */
export async function readUpTo(path: string, bytes: number): Promise<Buffer | undefined> {
  return readUpToNow(path, bytes);
}

/** As {@link readUpTo}, for those who cannot wait. */
export function readUpToNow(path: string, bytes: number): Buffer | undefined {
  if (bytes === 0) return Buffer.alloc(0);
  try {
    const data = readFileSync(path);
    return data.length < bytes ? undefined : data.subarray(0, bytes);
  } catch {
    return undefined;
  }
}

/** The bytes of a file from `start` to before `end`, or undefined when it is missing or shorter. */
export async function readBetween(
  path: string,
  start: number,
  end: number,
): Promise<Buffer | undefined> {
  const data = Buffer.alloc(end - start);
  try {
    const file = openSync(path, 'r');
    try {
      let at = 0;
      while (at < data.length) {
        const length = readSync(file, data, at, data.length - at, start + at);
        if (length === 0) return undefined;
        at += length;
      }
      return data;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/**
 * Hands whole lines of the first `bytes` bytes of a file to `visit`, many at a
 * time (each chunk ends with a newline), until it returns false; from byte `start`, where a line begins.
 * @returns false when the file is missing or shorter than `bytes`.
 */
export async function scanChunks(
  path: string,
  bytes: number,
  visit: (chunk: Buffer) => boolean | undefined,
  start = 0,
): Promise<boolean> {
  if (bytes <= start) return true;
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return false;
  try {
    if ((await file.stat()).size < bytes) return false;
    let rest = Buffer.alloc(0);
    for (let at = start; at < bytes; ) {
      const block = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes - at));
      const { bytesRead } = await file.read(block, 0, block.length, at);
      if (bytesRead === 0) return false;
      at += bytesRead;
      const chunk = Buffer.concat([rest, block.subarray(0, bytesRead)]);
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end > 0 && visit(chunk.subarray(0, end)) === false) return true;
      rest = chunk.subarray(end);
    }
    return rest.length === 0;
  } finally {
    await file.close();
  }
}

/** The line of `chunk` that byte `at` lies in, without its newline. */
export function lineAt(chunk: Buffer, at: number): Buffer {
  const start = chunk.lastIndexOf(NEWLINE, at) + 1;
  const end = chunk.indexOf(NEWLINE, at);
  return chunk.subarray(start, end < 0 ? chunk.length : end);
}
