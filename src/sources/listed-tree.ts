import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hashObject } from '../git/objects.ts';
import { ObjectReader } from '../git/reader.ts';
import { isSetting, languageOf } from '../imports/languages.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import type { Checkout, Listed } from './listing.ts';

const linkMode = '120000';

/**
 * Makes the tree of a listing. What the disk does not hold is read from Git's objects at
 * once, if anyone may ask for it: rules are judged without waiting.
 */
export async function openListedTree(
  checkout: Checkout,
  listed: readonly Listed[],
): Promise<SourceTree> {
  const byPath = new Map(listed.map((entry) => [entry.path, entry]));
  const blobs = await readBlobs(checkout, listed.filter(isWanted));
  const paths = listed.map(({ path }) => path);
  const disk = new Map<string, Buffer | undefined>();
  const content = (path: string): Buffer | undefined => {
    const entry = byPath.get(path);
    if (!entry || entry.mode === linkMode) return undefined;
    const blob = blobs.get(entry.oid);
    if (blob || !entry.onDisk) return blob;
    // What has a name is read once; what has none is read to be named, and again to be parsed.
    if (entry.oid) return readDisk(join(checkout.top, path));
    if (!disk.has(path)) disk.set(path, readDisk(join(checkout.top, path)));
    return disk.get(path);
  };
  return {
    paths: () => paths,
    read: (path) => {
      const entry = byPath.get(path);
      const plain = entry?.onDisk && entry.oid !== '' && entry.mode !== linkMode;
      return plain ? readText(join(checkout.top, path)) : content(path)?.toString();
    },
    blobId: (path) => {
      const entry = byPath.get(path);
      if (entry?.oid) return entry.oid;
      const data = entry && content(path);
      return data && hashObject('blob', data);
    },
    link: (path) => linkTarget(checkout, byPath.get(path), blobs),
  };
}

function isWanted({ path, mode, onDisk, oid }: Listed): boolean {
  if (mode === linkMode) return oid !== '';
  return !onDisk && oid !== '' && (isSetting(path) || languageOf(path) !== undefined);
}

async function readBlobs(
  { gitDir }: Checkout,
  wanted: readonly Listed[],
): Promise<ReadonlyMap<string, Buffer>> {
  const oids = [...new Set(wanted.map(({ oid }) => oid))];
  const blobs = new Map<string, Buffer>();
  if (oids.length === 0) return blobs;
  const reader = new ObjectReader(gitDir);
  let at = 0;
  for await (const object of reader.readMany(oids)) {
    const oid = oids[at++];
    if (object && oid !== undefined) blobs.set(oid, object.data);
  }
  reader.close();
  return blobs;
}

function linkTarget(
  checkout: Checkout,
  entry: Listed | undefined,
  blobs: ReadonlyMap<string, Buffer>,
): string | undefined {
  if (!entry) return undefined;
  if (entry.mode === linkMode && entry.oid) return blobs.get(entry.oid)?.toString();
  if (entry.mode !== '' && entry.mode !== linkMode) return undefined;
  try {
    return readlinkSync(join(checkout.top, entry.path));
  } catch {
    return undefined;
  }
}

// Read as text at once: half the time of reading bytes and decoding them.
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A file's content; undefined when there is none: it may vanish between listing and reading. */
export function readDisk(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
