import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gitLink, type IndexStat, Listing, Place } from './listing.ts';

/** Whether a file on disk is the one the index remembers. */
export function isUnchanged({ data, at, written }: IndexStat, now: BigIntStats): boolean {
  const mtime = time(data, at + 8);
  if (mtime >= written || mtime !== now.mtimeNs || time(data, at) !== now.ctimeNs) return false;
  return data.readUInt32BE(at + 36) === Number(now.size & 0xffffffffn);
}

const assumeValid = 0x8000;
const extended = 0x4000;
const skipWorktree = 0x4000;
const intentToAdd = 0x2000;
const conflict = 0x3000;
const nameLength = 0xfff;

/**
 * Reads an index file of the plain kinds: versions 2 and 3, whole, SHA-1, nothing in conflict.
 * @returns undefined for any other kind: then Git itself is asked.
 */
export function readIndexFile(
  gitDir: string,
  commonDir: string,
  path: string | undefined,
): Listing | undefined {
  try {
    if (/objectformat\s*=\s*sha256/i.test(readFileSync(join(commonDir, 'config'), 'utf8')))
      return undefined;
    const file = path ?? join(gitDir, 'index');
    const written = statSync(file, { bigint: true }).mtimeNs;
    return parseIndex(readFileSync(file), written);
  } catch {
    return undefined;
  }
}

// It runs in every hook, over thousands of entries: bytes are read where they lie, and an
// entry becomes four columns instead of an object.
function parseIndex(data: Buffer, written: bigint): Listing | undefined {
  const version = data.readUInt32BE(4);
  if (data.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 3) return undefined;
  const count = data.readUInt32BE(8);
  const paths: string[] = [];
  const modes = new Uint32Array(count);
  const oids = Buffer.alloc(count * 20);
  const places = new Uint8Array(count);
  const starts = new Uint32Array(count);
  let at = 12;
  for (let index = 0; index < count; index++) {
    const flags = byte(data, at + 60) * 256 + byte(data, at + 61);
    if ((flags & conflict) !== 0) return undefined;
    const more = version === 3 && (flags & extended) !== 0;
    const more16 = more ? data.readUInt16BE(at + 62) : 0;
    const start = at + (more ? 64 : 62);
    const length = flags & nameLength;
    const end = length < nameLength ? start + length : data.indexOf(0, start);
    // Modes have 16 bits in a word of 32.
    const mode = byte(data, at + 26) * 256 + byte(data, at + 27);
    // A folder that stands for its files: a sparse index.
    if (mode === 0o40000) return undefined;
    if (mode !== gitLink && (more16 & intentToAdd) === 0) {
      const row = paths.length;
      const hidden = (flags & assumeValid) !== 0 || (more16 & skipWorktree) !== 0;
      modes[row] = mode;
      places[row] = hidden ? Place.store : Place.unsure;
      starts[row] = at;
      for (let from = at + 40, to = row * 20; from < at + 60; from++, to++) {
        oids[to] = byte(data, from);
      }
      paths.push(data.toString('utf8', start, end));
    }
    at += (end - at + 8) & ~7;
  }
  if (!extensionsAllow(data, at)) return undefined;
  return new Listing({ paths, modes, oids, width: 20, places, stats: { data, starts, written } });
}

function byte(data: Buffer, at: number): number {
  return data[at] as number;
}

function time(data: Buffer, at: number): bigint {
  return BigInt(data.readUInt32BE(at)) * 1_000_000_000n + BigInt(data.readUInt32BE(at + 4));
}

// An extension in small letters must be understood: `link` says that the rest lies elsewhere.
function extensionsAllow(data: Buffer, from: number): boolean {
  for (let at = from; at + 8 <= data.length - 20; at += 8 + data.readUInt32BE(at + 4)) {
    if (/^[a-z]/.test(data.toString('latin1', at, at + 4))) return false;
  }
  return true;
}
