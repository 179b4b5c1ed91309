import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the index holds what it knows of a file on disk; it is read only when asked for. */
export interface IndexStat {
  readonly data: Buffer;
  readonly at: number;
  /** When the index was written: a file changed in that very moment may look unchanged. */
  readonly written: bigint;
}

/** Whether a file on disk is the one the index remembers. */
export function isUnchanged({ data, at, written }: IndexStat, now: BigIntStats): boolean {
  const mtime = time(data, at + 8);
  if (mtime >= written || mtime !== now.mtimeNs || time(data, at) !== now.ctimeNs) return false;
  return data.readUInt32BE(at + 36) === Number(now.size & 0xffffffffn);
}

/** One entry of an index file. */
export interface IndexEntry {
  readonly path: string;
  readonly mode: string;
  readonly oid: string;
  readonly stage: number;
  /** Git was told not to look at the file on disk. */
  readonly hidden: boolean;
  readonly intentToAdd: boolean;
  readonly stat: IndexStat;
}

const assumeValid = 0x8000;
const extended = 0x4000;
const skipWorktree = 0x4000;
const intentToAdd = 0x2000;

/**
 * Reads an index file of the plain kinds: versions 2 and 3, whole, SHA-1.
 * @returns undefined for any other kind: then Git itself is asked.
 */
export function readIndexFile(
  gitDir: string,
  commonDir: string,
  path: string | undefined,
): readonly IndexEntry[] | undefined {
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

function parseIndex(data: Buffer, written: bigint): IndexEntry[] | undefined {
  const version = data.readUInt32BE(4);
  if (data.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 3) return undefined;
  const count = data.readUInt32BE(8);
  const entries: IndexEntry[] = [];
  let at = 12;
  for (let index = 0; index < count; index++) {
    const flags = data.readUInt16BE(at + 60);
    const more = version === 3 && (flags & extended) !== 0;
    const more16 = more ? data.readUInt16BE(at + 62) : 0;
    const start = at + (more ? 64 : 62);
    const end = data.indexOf(0, start);
    const mode = data.readUInt32BE(at + 24).toString(8);
    // A folder that stands for its files: a sparse index.
    if (mode === '40000') return undefined;
    entries.push({
      path: data.toString('utf8', start, end),
      mode,
      oid: data.toString('hex', at + 40, at + 60),
      stage: (flags >> 12) & 3,
      hidden: (flags & assumeValid) !== 0 || (more16 & skipWorktree) !== 0,
      intentToAdd: (more16 & intentToAdd) !== 0,
      stat: { data, at, written },
    });
    at += (end - at + 8) & ~7;
  }
  return extensionsAllow(data, at) ? entries : undefined;
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
