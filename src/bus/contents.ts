import { type Digest, digestBlob } from '../git/blobs.ts';
import { readOrFail, treeOf } from '../git/commits.ts';
import { faultPoint } from '../git/fault-point.ts';
import { type FileChange, fileHistory } from '../git/file-history.ts';
import { hashObject, type Oid } from '../git/objects.ts';
import { writePack } from '../git/pack.ts';
import type { ObjectReader } from '../git/reader.ts';
import { findPath } from '../git/trees.ts';
import type { Hub } from './hub.ts';

export { digestOf } from '../git/blobs.ts';

/** Content in the coordination repository that is no record: that of artifacts. */
export class Contents {
  readonly #hub: Hub;
  readonly #reader: ObjectReader;

  constructor(hub: Hub, reader: ObjectReader) {
    this.#hub = hub;
    this.#reader = reader;
  }

  /**
   * Stores content as a blob that no commit names yet. Whoever is killed after this has left
   * garbage for Git to collect, and nothing else.
   */
  async store(data: Buffer): Promise<Oid> {
    const oid = hashObject('blob', data);
    if (await this.#reader.has(oid)) return oid;
    await writePack(this.#hub.gitDir, [[oid, { type: 'blob', data }]], { durable: true });
    faultPoint('stored');
    return oid;
  }

  /** The content of a blob; undefined when it is not here. */
  async read(blob: Oid): Promise<Buffer | undefined> {
    return (await this.#reader.read(blob))?.data;
  }

  /** The blob at a path of a commit; undefined when there is none. */
  async blobAt(commit: Oid, path: string): Promise<Oid | undefined> {
    const read = async (oid: Oid) => (await readOrFail(this.#reader, oid)).data;
    return (await findPath(read, await treeOf(this.#reader, commit), path))?.oid;
  }

  /** Hashes a blob; see `digestBlob`. */
  digest(blob: Oid, copyTo?: Parameters<typeof digestBlob>[2]): Promise<Digest | undefined> {
    return digestBlob(this.#hub.gitDir, blob, copyTo);
  }

  /** How a file came to be what it is, newest first. */
  history(head: Oid, path: string): Promise<FileChange[]> {
    return fileHistory(this.#hub.gitDir, head, path);
  }
}
