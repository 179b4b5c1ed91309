import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { GitError } from '../errors.ts';
import { spliceDelta } from './delta.ts';
import {
  explainFileError,
  makeFolders,
  removeIfPresent,
  syncFolder,
  temporaryBeside,
  writeNew,
} from './files.ts';
import type { GitObject, ObjectType, Oid } from './objects.ts';

/** One stored object: where it begins in the pack and the checksum of its packed bytes. */
interface Row {
  oid: Oid;
  offset: number;
  crc: number;
}

/** A tree already in this pack, on which a later version of the same directory may be built. */
interface Base {
  data: Buffer;
  offset: number;
  depth: number;
}

const TYPE_NUMBER: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const OFS_DELTA = 6;
/** Setting up zlib's usual 256 KiB costs more than packing a record; a window of 4 KiB holds all of it. */
const SMALL = 4096;
const FOR_SMALL = { level: 1, windowBits: 12, memLevel: 5, chunkSize: 1024 };
/** Git's own limit is 50; every step costs a reader one more inflate. */
const DEEPEST = 24;
/** How many earlier trees a tree is compared with: a commit touches about five directories. */
const WINDOW = 12;

/**
 * Writes objects as one pack with its index, both version 2, into `<gitDir>/objects/pack`; returns the pack's name
 * (`pack-<sha1>`), '' when there are no objects. A kill at any moment leaves either the whole pack or nothing that
 * Git reads; `durable` (default true) fsyncs both files and their folder. Throws CommError `disk-full` or `read-only`.
 */
export async function writePack(
  gitDir: string,
  objects: Iterable<readonly [Oid, GitObject]>,
  options: { durable?: boolean } = {},
): Promise<string> {
  const unique = new Map(objects);
  if (unique.size === 0) return '';
  const { pack, rows } = buildPack(unique);
  const checksum = pack.subarray(pack.length - 20);
  // Git has named a pack by its checksum since 1.9.
  const name = `pack-${checksum.toString('hex')}`;
  const folder = join(gitDir, 'objects', 'pack');
  await install(folder, name, pack, buildIndex(rows, checksum), options.durable ?? true);
  return name;
}

/** The bytes of a pack and where each object lies in it. */
export function buildPack(objects: ReadonlyMap<Oid, GitObject>): { pack: Buffer; rows: Row[] } {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(objects.size, 8);
  const parts: Buffer[] = [header];
  const rows: Row[] = [];
  const bases: Base[] = [];
  let offset = header.length;
  for (const [oid, object] of objects) {
    const bytes = packObject(object, offset, bases);
    parts.push(bytes);
    rows.push({ oid, offset, crc: crc32(bytes) });
    offset += bytes.length;
  }
  // The index we write has no table for larger offsets.
  if (offset > 0x7fffffff) throw new GitError('a pack of more than 2 GiB', { code: 'too-large' });
  const body = Buffer.concat(parts);
  return { pack: Buffer.concat([body, sha1(body)]), rows };
}

function packObject(object: GitObject, offset: number, bases: Base[]): Buffer {
  if (object.type !== 'tree') return packWhole(object);
  const found = findDelta(object.data, bases);
  remember(bases, { data: object.data, offset, depth: (found?.base.depth ?? -1) + 1 });
  if (!found) return packWhole(object);
  const { delta, base } = found;
  return Buffer.concat([
    objectHeader(OFS_DELTA, delta.length),
    backwards(offset - base.offset),
    deflate(delta),
  ]);
}

function packWhole({ type, data }: GitObject): Buffer {
  return Buffer.concat([objectHeader(TYPE_NUMBER[type], data.length), deflate(data)]);
}

// Level 1: records are small, and writing is on the way of every command.
function deflate(data: Buffer): Buffer {
  return deflateSync(data, data.length > SMALL ? { level: 1 } : FOR_SMALL);
}

function findDelta(data: Buffer, bases: Base[]): { delta: Buffer; base: Base } | undefined {
  for (let at = bases.length - 1; at >= 0; at--) {
    const base = bases[at];
    if (base === undefined || base.depth >= DEEPEST) continue;
    const delta = spliceDelta(base.data, data);
    if (delta) return { delta, base };
  }
  return undefined;
}

function remember(bases: Base[], base: Base): void {
  bases.push(base);
  if (bases.length > WINDOW) bases.shift();
}

function objectHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80);
    byte = rest % 128;
  }
  return Buffer.from([...bytes, byte]);
}

/** The distance to a delta's base in Git's odd encoding: highest bits first, one added at each carry. */
function backwards(distance: number): Buffer {
  const bytes = [distance & 127];
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest--;
    bytes.unshift((rest & 127) | 0x80);
  }
  return Buffer.from(bytes);
}

function buildIndex(rows: readonly Row[], packChecksum: Buffer): Buffer {
  const sorted = [...rows].sort((a, b) => (a.oid < b.oid ? -1 : 1));
  const counts = new Uint32Array(256);
  for (const row of sorted) {
    const first = Number.parseInt(row.oid.slice(0, 2), 16);
    counts[first] = (counts[first] ?? 0) + 1;
  }
  let sum = 0;
  const fanout = [...counts].map((count) => {
    sum += count;
    return sum;
  });
  const body = Buffer.concat([
    Buffer.from('ff744f6300000002', 'hex'),
    words(fanout),
    Buffer.from(sorted.map((row) => row.oid).join(''), 'hex'),
    words(sorted.map((row) => row.crc)),
    words(sorted.map((row) => row.offset)),
    packChecksum,
  ]);
  return Buffer.concat([body, sha1(body)]);
}

function words(values: readonly number[]): Buffer {
  const data = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, at) => {
    data.writeUInt32BE(value, at * 4);
  });
  return data;
}

function sha1(data: Buffer): Buffer {
  return createHash('sha1').update(data).digest();
}

// Git looks for indexes: a pack without one is garbage, an index without its pack is damage.
async function install(
  folder: string,
  name: string,
  pack: Buffer,
  index: Buffer,
  durable: boolean,
) {
  // `git prune` sweeps files called tmp_* here.
  const temporaries = [pack, index].map(() => temporaryBeside(join(folder, name)));
  const [packFile = '', indexFile = ''] = temporaries;
  try {
    makeFolders(folder);
    const how = { durable, mode: 0o444 };
    await Promise.all([writeNew(packFile, pack, how), writeNew(indexFile, index, how)]);
    renameSync(packFile, join(folder, `${name}.pack`));
    renameSync(indexFile, join(folder, `${name}.idx`));
    if (durable) await syncFolder(folder);
  } catch (error) {
    for (const file of temporaries) await removeIfPresent(file).catch(() => {});
    throw explainFileError(error, 'write objects to', folder);
  }
}
