import { GitError } from '../errors.ts';
import { encodeTree, isDirectory, type TreeEntry } from './objects.ts';

const SPACE = 0x20;
const SLASH = 0x2f;
/** After the zero that ends a name, the object's name in 20 bytes. */
const OID = 20;

/**
 * A directory as Git stores it, without taking it apart: folders of records have a thousand rows, and a commit
 * changes one. Rows stand in Git's order (by name, a directory's as if it ended with a slash).
 */
export class TreeRows {
  readonly #data: Buffer;
  /** Where each row begins, and last where the last one ends. */
  readonly #starts: number[];

  /** Throws GitError `corrupt` for a damaged tree. */
  constructor(data: Buffer) {
    this.#data = data;
    this.#starts = startsOf(data);
  }

  get size(): number {
    return this.#starts.length - 1;
  }

  /** The entry of this name, a file's or a directory's. */
  find(name: string): TreeEntry | undefined {
    const row = this.#rowOf(name);
    return row === undefined ? undefined : this.#entry(row);
  }

  /** The content with some names changed, undefined for those that go. Throws GitError for a name Git would refuse. */
  edit(changes: ReadonlyMap<string, TreeEntry | undefined>): Buffer {
    const cuts = [...changes].map(([name]) => this.#rowOf(name)).filter((row) => row !== undefined);
    const added = [...changes.values()]
      .filter((entry) => entry !== undefined)
      .map((entry) => ({ key: keyOf(entry.name, entry.mode), bytes: encodeTree([entry]) }))
      .map((row) => ({ ...row, before: this.#firstNotBelow(row.key) }))
      .sort((a, b) => a.before - b.before || a.key.compare(b.key));
    const pieces: Buffer[] = [];
    let at = 0;
    const copyTo = (row: number) => {
      pieces.push(this.#data.subarray(this.#starts[at], this.#starts[row]));
      at = row;
    };
    cuts.sort((a, b) => a - b);
    for (const { before, bytes } of added) {
      while (cuts[0] !== undefined && cuts[0] < before) {
        copyTo(cuts.shift() as number);
        at++;
      }
      copyTo(before);
      pieces.push(bytes);
    }
    for (const cut of cuts) {
      copyTo(cut);
      at++;
    }
    copyTo(this.size);
    return Buffer.concat(pieces);
  }

  #rowOf(name: string): number | undefined {
    for (const mode of ['100644', '40000']) {
      const key = keyOf(name, mode);
      const row = this.#firstNotBelow(key);
      if (row < this.size && this.#compare(row, key) === 0) return row;
    }
    return undefined;
  }

  /** The first row whose key is not less than this one. */
  #firstNotBelow(key: Buffer): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(middle, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below 0, 0 or above 0: how a row stands to a key. */
  #compare(row: number, key: Buffer): number {
    const { name, zero, isFolder } = this.#partsOf(row);
    const shared = Math.min(zero - name, key.length);
    const order = this.#data.compare(key, 0, shared, name, name + shared);
    if (order !== 0) return order;
    const next = name + shared < zero ? this.#data[name + shared] : isFolder ? SLASH : undefined;
    return (next ?? -1) - (key[shared] ?? -1);
  }

  #entry(row: number): TreeEntry {
    const { start, name, zero } = this.#partsOf(row);
    return {
      mode: this.#data.toString('latin1', start, name - 1),
      name: this.#data.toString('utf8', name, zero),
      oid: this.#data.toString('hex', zero + 1, zero + 1 + OID),
    };
  }

  #partsOf(row: number): { start: number; name: number; zero: number; isFolder: boolean } {
    const start = this.#starts[row] as number;
    const name = this.#data.indexOf(SPACE, start) + 1;
    const zero = (this.#starts[row + 1] as number) - OID - 1;
    return {
      start,
      name,
      zero,
      isFolder: isDirectory(this.#data.toString('latin1', start, name - 1)),
    };
  }
}

/**
 * What two contents of a directory do not share at their beginning and end, each in whole rows: two versions of a
 * folder of records are alike but for a few. Throws GitError `corrupt` for a damaged tree.
 */
export function differentRows(one: Buffer, other: Buffer): [Buffer, Buffer] {
  const [starts, others] = [startsOf(one), startsOf(other)];
  const length = Math.min(one.length, other.length);
  const same = sharedLength(length, (from, to) => one.compare(other, from, to, from, to) === 0);
  const begin = starts.findLast((start) => start <= same) ?? 0;
  const longer = other.length - one.length;
  const tail = sharedLength(length - begin, (from, to) => {
    const [at, end] = [one.length - to, one.length - from];
    return one.compare(other, at + longer, end + longer, at, end) === 0;
  });
  // Bytes of an object's name may look like anything: rows end where they end in both.
  const end =
    starts.find((start) => start >= one.length - tail && others.includes(start + longer)) ??
    one.length;
  return [one.subarray(begin, end), other.subarray(begin, end + longer)];
}

/** How many bytes are the same, from 0 on: asked in halves, which costs no loop over bytes. */
function sharedLength(length: number, isSame: (from: number, to: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isSame(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function keyOf(name: string, mode: string): Buffer {
  return Buffer.from(isDirectory(mode) ? `${name}/` : name);
}

function startsOf(data: Buffer): number[] {
  const starts = [0];
  for (let at = 0; at < data.length; ) {
    const zero = data.indexOf(0, at);
    // The mode is five or six digits; a name has at least one byte.
    if (zero < at + 7 || zero + OID >= data.length) {
      throw new GitError(`a directory object is damaged at byte ${at}`, { code: 'corrupt' });
    }
    at = zero + OID + 1;
    starts.push(at);
  }
  return starts;
}
