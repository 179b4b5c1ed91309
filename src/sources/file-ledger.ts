import type { FileMemory, Memory, Settled } from '../boundaries/survey.ts';
import { isSetting, languageOf } from '../imports/languages.ts';
import type { ListedTree } from './listed-tree.ts';

/** What is known of a row: one byte. */
const Mark = {
  unknown: 0,
  /** Not asked about: no source file, a link. */
  passed: 1,
  /** Has an owner and imports nothing that matters, with this content. */
  clean: 2,
  /** Belongs to no domain. */
  unowned: 3,
  /** Has an owner; what the gate said of this content stands among the notes. */
  noted: 4,
} as const;

interface Head {
  readonly rows: number;
  readonly width: number;
  /** By row, for those marked `noted`. */
  readonly notes: Record<string, FileMemory>;
  readonly facts: Record<string, unknown>;
}

/**
 * What gates said of all files under the same paths, settings and rules: for each row of the
 * listing a byte, and the name of the content it holds for. So thousands of files that did
 * not change are passed over by comparing bytes, without an object or a path for any of them.
 */
export class FileLedger implements Memory {
  private readonly tree: ListedTree;
  private readonly store: (data: Buffer) => void;
  private readonly head: Head;
  private readonly marks: Uint8Array;
  private readonly contents: Buffer;
  /** The contents that are linted now. */
  private readonly now: Buffer;
  private readonly known: number;
  private fresh = 0;

  constructor(tree: ListedTree, data: Buffer | undefined, store: (data: Buffer) => void) {
    const { width, paths } = tree.listing;
    this.tree = tree;
    this.store = store;
    this.now = tree.contents();
    const past = data && decode(data, paths.length, width);
    this.known = past ? paths.length : 0;
    this.head = past?.head ?? { rows: paths.length, width, notes: {}, facts: {} };
    this.marks = past?.marks ?? new Uint8Array(paths.length);
    this.contents = past?.contents ?? Buffer.alloc(paths.length * width);
  }

  settled(): Settled | undefined {
    if (this.known === 0) return undefined;
    const { paths } = this.tree.listing;
    const open: string[] = [];
    const unowned: string[] = [];
    let clean = 0;
    for (let row = 0; row < this.marks.length; row++) {
      const mark = this.marks[row];
      if (mark === Mark.passed) continue;
      if (mark === Mark.clean && this.isSame(row)) clean++;
      else if (mark === Mark.unowned) unowned.push(paths[row] ?? '');
      else open.push(paths[row] ?? '');
    }
    return { open, clean, unowned };
  }

  get(path: string): FileMemory | undefined {
    const row = this.tree.listing.row(path);
    if (row === undefined || !this.isSame(row)) return undefined;
    if (this.marks[row] === Mark.clean) return nothing;
    return this.marks[row] === Mark.noted ? this.head.notes[row] : undefined;
  }

  set(path: string, memory: FileMemory): void {
    const row = this.tree.listing.row(path);
    if (row === undefined) return;
    const clean = !memory.suspicious && !memory.leaves;
    this.marks[row] = clean ? Mark.clean : Mark.noted;
    if (clean) delete this.head.notes[row];
    else this.head.notes[row] = memory;
    const { width } = this.head;
    this.now.copy(this.contents, row * width, row * width, (row + 1) * width);
    this.fresh++;
  }

  disown(path: string): void {
    const row = this.tree.listing.row(path);
    if (row !== undefined) this.marks[row] = Mark.unowned;
  }

  once<T>(name: string, make: () => T): T {
    const { facts } = this.head;
    if (!Object.hasOwn(facts, name)) facts[name] = make();
    return facts[name] as T;
  }

  /** The files a check will read: one that is known to be clean is not read again. */
  wanted(): readonly string[] {
    const open = this.settled()?.open;
    if (open?.length === 0) return open;
    // What files import leads somewhere only by what the settings say.
    return open ? [...open, ...this.tree.paths().filter(isSetting)] : legible(this.tree);
  }

  /** Writes what is known now, if much of it is new. */
  save(): void {
    // A few files are sooner looked at again than all are written down.
    if (this.fresh <= Math.min(32, this.known / 20)) return;
    for (let row = 0; row < this.marks.length; row++) {
      if (this.marks[row] === Mark.unknown) this.marks[row] = Mark.passed;
    }
    const head = Buffer.from(JSON.stringify(this.head));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head.length);
    this.store(Buffer.concat([length, head, this.marks, this.contents]));
  }

  private isSame(row: number): boolean {
    const { width } = this.head;
    for (let at = row * width; at < (row + 1) * width; at++) {
      if (this.now[at] !== this.contents[at]) return false;
    }
    return true;
  }
}

/** The files of a tree that a check may read: sources, and what resolvers ask. */
export function legible(tree: ListedTree): readonly string[] {
  return tree.paths().filter((path) => isSetting(path) || languageOf(path) !== undefined);
}

const nothing: FileMemory = { suspicious: false, leaves: false, reaches: [] };

function decode(data: Buffer, rows: number, width: number) {
  try {
    const start = 4 + data.readUInt32LE(0);
    const head = JSON.parse(data.toString('utf8', 4, start)) as Head;
    const whole = data.length === start + rows * (1 + width);
    if (!whole || head.rows !== rows || head.width !== width) return undefined;
    return {
      head,
      marks: data.subarray(start, start + rows),
      contents: data.subarray(start + rows),
    };
  } catch {
    return undefined;
  }
}
