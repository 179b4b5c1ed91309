import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gitLink, type IndexStat, Listing, Place } from './listing.ts';

/** Whether a file on disk is the one the index remembers. */
export function isUnchanged({ data, at, written }: IndexStat, now: BigIntStats): boolean {
  const mtime = time(data, at + 8);
  if (mtime >= written || mtime !== now.mtimeNs || time(data, at) !== now.ctimeNs) return false;
  return data.readUInt32BE(at + 36) === Number(now.size & 0xffffffffn);
}

const beyondAscii = /[^\0-\x7f]/;
// Of the high byte of an entry's flags.
const assumeValid = 0x80;
const extended = 0x40;
const conflict = 0x30;
// Of the flags that version 3 has beside.
const skipWorktree = 0x4000;
const intentToAdd = 0x2000;
/** A name that is this long, or longer, ends where its zero byte is. */
const longName = 0xfff;

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
  // Entries begin at multiples of four, and so do the names of contents in them.
  const words = new Int32Array(data.buffer, data.byteOffset, data.length >> 2);
  const text = data.toString('latin1');
  const paths: string[] = [];
  const modes = new Uint32Array(count);
  const oids = new Int32Array(count * 5);
  const places = new Uint8Array(count);
  const starts = new Uint32Array(count);
  let at = 12;
  for (let index = 0, name = 0; index < count; index++) {
    const high = byte(data, at + 60);
    if ((high & conflict) !== 0) return undefined;
    const more16 = version === 3 && (high & extended) !== 0 ? data.readUInt16BE(at + 62) : 0;
    const start = at + (version === 3 && (high & extended) !== 0 ? 64 : 62);
    const length = (high & 15) * 256 + byte(data, at + 61);
    const end = length < longName ? start + length : data.indexOf(0, start);
    // Modes have 16 bits in a word of 32.
    const mode = byte(data, at + 26) * 256 + byte(data, at + 27);
    // A folder that stands for its files: a sparse index.
    if (mode === 0o40000) return undefined;
    if (mode !== gitLink && (more16 & intentToAdd) === 0) {
      const row = paths.length;
      const hidden = (high & assumeValid) !== 0 || (more16 & skipWorktree) !== 0;
      modes[row] = mode;
      places[row] = hidden ? Place.store : Place.unsure;
      starts[row] = at;
      const oid = (at + 40) >> 2;
      oids[name] = words[oid] as number;
      oids[name + 1] = words[oid + 1] as number;
      oids[name + 2] = words[oid + 2] as number;
      oids[name + 3] = words[oid + 3] as number;
      oids[name + 4] = words[oid + 4] as number;
      name += 5;
      paths.push(text.substring(start, end));
    }
    at += (end - at + 8) & ~7;
  }
  if (!extensionsAllow(data, at)) return undefined;
  // Cutting one long text costs less than decoding thousands of short ones; but it was read byte by byte.
  const ascii = !beyondAscii.test(paths.join(''));
  return new Listing({
    paths: ascii ? paths : paths.map((path) => Buffer.from(path, 'latin1').toString()),
    ascii,
    modes: modes.subarray(0, paths.length),
    oids: Buffer.from(oids.buffer, 0, paths.length * 20),
    width: 20,
    places: places.subarray(0, paths.length),
    stats: { data, starts, written },
  });
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
