import type { GitObject, ObjectType, Oid } from './objects.ts';

/** One answer of `git cat-file --batch`: no object when the repository has none of that name. */
export interface Parsed {
  oid: Oid;
  object: GitObject | undefined;
}

const NEWLINE = 10;

/** Cuts the output of `git cat-file --batch`, which comes in chunks of any size, into objects. */
export class BatchParser {
  #chunks: Buffer[] = [];
  #length = 0;
  /** What must be there before it is worth looking again; spares joining the chunks of a large object each time. */
  #needed = 1;

  /** Takes the next chunk and gives the objects that are now complete. */
  push(chunk: Buffer): Parsed[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    const data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#length);
    const found: Parsed[] = [];
    const rest = data.subarray(this.#take(data, found));
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return found;
  }

  #take(data: Buffer, found: Parsed[]): number {
    for (let at = 0; ; ) {
      const end = data.indexOf(NEWLINE, at);
      this.#needed = data.length - at + 1;
      if (end < 0) return at;
      const [oid = '', type = '', size] = data.toString('latin1', at, end).split(' ');
      if (size === undefined) {
        found.push({ oid, object: undefined });
        at = end + 1;
        continue;
      }
      const after = end + 1 + Number(size) + 1;
      this.#needed = after - at;
      if (data.length < after) return at;
      // A copy: a view would keep the whole chunk in memory as long as one small object of it is kept.
      const content = Buffer.from(data.subarray(end + 1, after - 1));
      found.push({ oid, object: { type: type as ObjectType, data: content } });
      at = after;
    }
  }
}
