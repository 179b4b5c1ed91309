import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hashObject } from '../git/objects.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import type { Checkout } from './checkout.ts';
import { isUnchanged } from './index-file.ts';
import { type Listing, Place, symbolicLink } from './listing.ts';

/**
 * The tree of a listing. Rules are judged without waiting, so what may be asked for is
 * prepared before: what the disk does not hold is read from Git's objects, all at once.
 */
export class ListedTree implements SourceTree {
  readonly listing: Listing;
  private readonly checkout: Checkout;
  private readonly blobs = new Map<string, Buffer>();
  private readonly prepared = new Set<number>();
  private readonly unnamed = new Map<string, Buffer | undefined>();
  private readonly linkPaths: readonly string[];
  private named: Buffer | undefined;

  private constructor(checkout: Checkout, listing: Listing) {
    this.checkout = checkout;
    this.listing = listing;
    const { modes, paths } = listing;
    this.linkPaths = modes.includes(symbolicLink)
      ? paths.filter((_, row) => modes[row] === symbolicLink)
      : [];
  }

  /** Opens a listing, its symbolic links prepared. */
  static async open(checkout: Checkout, listing: Listing): Promise<ListedTree> {
    const tree = new ListedTree(checkout, listing);
    await tree.prepare(tree.linkPaths);
    return tree;
  }

  /** Makes the contents of these paths readable. */
  async prepare(paths: Iterable<string>): Promise<void> {
    const oids = new Set<string>();
    for (const path of paths) {
      const row = this.listing.row(path);
      if (row === undefined || this.prepared.has(row)) continue;
      this.prepared.add(row);
      const oid = this.listing.oid(row);
      if (oid !== undefined && !this.blobs.has(oid) && !this.isOnDisk(path, row, oid))
        oids.add(oid);
    }
    if (oids.size > 0) await this.fetch([...oids]);
  }

  private async fetch(names: readonly string[]): Promise<void> {
    const { ObjectReader } = await import('../git/reader.ts');
    const reader = new ObjectReader(this.checkout.gitDir, this.checkout.env);
    let at = 0;
    for await (const object of reader.readMany(names)) {
      const oid = names[at++];
      if (object && oid !== undefined) this.blobs.set(oid, object.data);
    }
    reader.close();
  }

  paths(): readonly string[] {
    return this.listing.paths;
  }

  has(path: string): boolean {
    return this.listing.row(path) !== undefined;
  }

  links(): readonly string[] {
    return this.linkPaths;
  }

  read(path: string): string | undefined {
    const row = this.listing.row(path);
    if (row === undefined || this.listing.modes[row] === symbolicLink) return undefined;
    const oid = this.listing.oid(row);
    if (oid === undefined) return this.readUnnamed(path)?.toString();
    const blob = this.blobs.get(oid);
    if (blob) return blob.toString();
    if (this.listing.place(row) === Place.store || !this.prepared.has(row)) return undefined;
    return readText(this.onDisk(path));
  }

  blobId(path: string): string | undefined {
    const row = this.listing.row(path);
    if (row === undefined) return undefined;
    return this.listing.oid(row) ?? this.nameOf(path);
  }

  link(path: string): string | undefined {
    const row = this.listing.row(path);
    if (row === undefined || this.listing.modes[row] !== symbolicLink) return undefined;
    const blob = this.blobs.get(this.listing.oid(row) ?? '');
    if (blob) return blob.toString();
    try {
      return readlinkSync(this.onDisk(path));
    } catch {
      return undefined;
    }
  }

  /** The names of all contents, in the order of the listing; what had none is named here. */
  contents(): Buffer {
    this.named ??= this.nameAll();
    return Buffer.from(this.named);
  }

  private nameAll(): Buffer {
    const { listing } = this;
    const named = Buffer.from(listing.oids);
    for (const row of listing.nameless()) {
      const path = listing.paths[row] ?? '';
      const target = this.link(path);
      const name =
        target === undefined ? this.nameOf(path) : hashObject('blob', Buffer.from(target));
      named.write(name ?? '', row * listing.width, 'hex');
    }
    return named;
  }

  private nameOf(path: string): string | undefined {
    const data = this.readUnnamed(path);
    return data && hashObject('blob', data);
  }

  // What has no name is read to be named, and again to be parsed.
  private readUnnamed(path: string): Buffer | undefined {
    if (!this.unnamed.has(path)) this.unnamed.set(path, readDisk(this.onDisk(path)));
    return this.unnamed.get(path);
  }

  /** Whether the file on disk is what was listed: by what the index remembers of it, else by its content. */
  private isOnDisk(path: string, row: number, oid: string): boolean {
    const place = this.listing.place(row);
    if (place !== Place.unsure) return place === Place.disk;
    const now = lstatSync(this.onDisk(path), { bigint: true, throwIfNoEntry: false });
    const isLink = this.listing.modes[row] === symbolicLink;
    if (!now || now.isSymbolicLink() !== isLink) return false;
    const stat = this.listing.stat(row);
    if (stat && isUnchanged(stat, now)) return true;
    const data = isLink ? undefined : readDisk(this.onDisk(path));
    return data !== undefined && hashObject('blob', data) === oid;
  }

  private onDisk(path: string): string {
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
