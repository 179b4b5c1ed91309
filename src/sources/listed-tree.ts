import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hashObject } from '../git/objects.ts';
import { ObjectReader } from '../git/reader.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import { isUnchanged } from './index-file.ts';
import type { Checkout, Listed } from './listing.ts';

const linkMode = '120000';

/**
 * The tree of a listing. Rules are judged without waiting, so what may be asked for is
 * prepared before: what the disk does not hold is read from Git's objects, all at once.
 */
export class ListedTree implements SourceTree {
  private readonly checkout: Checkout;
  private readonly entries: ReadonlyMap<string, Listed>;
  private readonly all: readonly string[];
  private readonly blobs = new Map<string, Buffer>();
  private readonly prepared = new Set<string>();
  private readonly unnamed = new Map<string, Buffer | undefined>();

  constructor(checkout: Checkout, listed: readonly Listed[]) {
    this.checkout = checkout;
    const entries = new Map<string, Listed>();
    for (const entry of listed) entries.set(entry.path, entry);
    this.entries = entries;
    this.all = listed.map(({ path }) => path);
  }

  /** Opens a listing, its symbolic links prepared. */
  static async open(checkout: Checkout, listed: readonly Listed[]): Promise<ListedTree> {
    const tree = new ListedTree(checkout, listed);
    await tree.prepare(listed.filter(({ mode }) => mode === linkMode).map(({ path }) => path));
    return tree;
  }

  /** Makes the contents of these paths readable. */
  async prepare(paths: Iterable<string>): Promise<void> {
    const oids = new Set<string>();
    for (const path of paths) {
      const entry = this.entries.get(path);
      if (!entry || this.prepared.has(path)) continue;
      this.prepared.add(path);
      if (entry.oid !== '' && !this.isOnDisk(entry) && !this.blobs.has(entry.oid))
        oids.add(entry.oid);
    }
    if (oids.size === 0) return;
    const reader = new ObjectReader(this.checkout.gitDir);
    const names = [...oids];
    let at = 0;
    for await (const object of reader.readMany(names)) {
      const oid = names[at++];
      if (object && oid !== undefined) this.blobs.set(oid, object.data);
    }
    reader.close();
  }

  paths(): readonly string[] {
    return this.all;
  }

  read(path: string): string | undefined {
    const entry = this.entries.get(path);
    if (!entry || entry.mode === linkMode) return undefined;
    const blob = this.blobs.get(entry.oid);
    if (blob) return blob.toString();
    if (entry.onDisk === false || (entry.oid !== '' && !this.prepared.has(path))) return undefined;
    return entry.oid === '' ? this.readUnnamed(path)?.toString() : readText(this.place(path));
  }

  blobId(path: string): string | undefined {
    const entry = this.entries.get(path);
    if (entry?.oid !== '') return entry?.oid;
    const data = this.readUnnamed(path);
    return data && hashObject('blob', data);
  }

  link(path: string): string | undefined {
    const entry = this.entries.get(path);
    if (!entry || (entry.mode !== '' && entry.mode !== linkMode)) return undefined;
    const blob = entry.oid === '' ? undefined : this.blobs.get(entry.oid);
    if (blob) return blob.toString();
    try {
      return readlinkSync(this.place(path));
    } catch {
      return undefined;
    }
  }

  // What has no name is read to be named, and again to be parsed.
  private readUnnamed(path: string): Buffer | undefined {
    if (!this.unnamed.has(path)) this.unnamed.set(path, readDisk(this.place(path)));
    return this.unnamed.get(path);
  }

  /** Whether the file on disk is what was listed: by what the index remembers of it, else by its content. */
  private isOnDisk({ path, oid, mode, onDisk, stat }: Listed): boolean {
    if (onDisk !== undefined) return onDisk;
    const now = lstatSync(this.place(path), { bigint: true, throwIfNoEntry: false });
    if (!now || now.isSymbolicLink() !== (mode === linkMode)) return false;
    if (stat && isUnchanged(stat, now)) return true;
    const data = mode === linkMode ? undefined : readDisk(this.place(path));
    return data !== undefined && hashObject('blob', data) === oid;
  }

  private place(path: string): string {
    return join(this.checkout.top, path);
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
