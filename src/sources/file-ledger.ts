import type { FileMemory, Memory, Settled } from '../boundaries/survey.ts';
import { isSetting, languageOf } from '../imports/languages.ts';
import { decodeLedger, encodeLedger, type LedgerHead } from './ledger-format.ts';
import type { ListedTree } from './listed-tree.ts';
import { symbolicLink } from './listing.ts';

/** What is known of a row: one byte. */
const Mark = {
  unknown: 0,
  /** Not asked about: no source file. */
  passed: 1,
  /** Has an owner and imports nothing that matters, with this content. */
  clean: 2,
  /** Belongs to no domain. */
  unowned: 3,
  /** Has an owner; what the gate said of this content stands among the notes. */
  noted: 4,
  /** Beside the others: where imports of other files lead depends on this content. */
  setting: 128,
} as const;

/** Rows that are compared at once: most blocks are the same in two runs. */
const BLOCK = 64;

/**
 * What gates said of all files under the same paths, settings and rules: for each row of the
 * listing a byte, and the name of the content it holds for. So thousands of files that did
 * not change are passed over by comparing bytes, without an object or a path for any of them.
 */
export class FileLedger implements Memory {
  private readonly tree: ListedTree;
  private readonly basis: Buffer;
  private readonly store: (data: Buffer) => void;
  private readonly head: LedgerHead;
  private readonly marks: Uint8Array;
  private readonly contents: Buffer;
  /** The contents that are linted now. */
  private readonly now: Buffer;
  /** Rows whose content is another one than the ledger speaks of. */
  private readonly changed: ReadonlySet<number>;
  private readonly known: number;
  private readonly fresh = new Set<number>();

  /**
   * @param basis all that the marks depend on beside contents: when it differs, nothing is known.
   * @param data a ledger of a former run.
   */
  constructor(
    tree: ListedTree,
    basis: Buffer,
    data: Buffer | undefined,
    store: (data: Buffer) => void,
  ) {
    const { width, paths } = tree.listing;
    this.tree = tree;
    this.basis = basis;
    this.store = store;
    this.now = tree.contents();
    const past = data && decodeLedger(data, basis, paths.length, width);
    const changed = past ? differences(this.now, past.contents, width) : undefined;
    const valid = past && ![...(changed ?? [])].some((row) => isMarked(past.marks, row));
    this.known = valid ? paths.length : 0;
    this.changed = valid && changed ? changed : new Set();
    this.head = valid ? past.head : { id: past?.head.id ?? newId(), notes: {}, facts: {} };
    this.marks = valid ? past.marks : settingMarks(tree);
    this.contents = valid ? past.contents : Buffer.from(this.now);
  }

  /** Names the basis: two ledgers of one id speak of the same paths and rules. */
  get id(): string {
    return this.head.id;
  }

  settled(): Settled | undefined {
    if (this.known === 0) return undefined;
    const { paths } = this.tree.listing;
    const open: string[] = [];
    const unowned: string[] = [];
    let clean = 0;
    for (let row = 0; row < this.marks.length; row++) {
      const mark = (this.marks[row] ?? 0) & ~Mark.setting;
      if (mark === Mark.passed) continue;
      if (mark === Mark.clean && !this.changed.has(row)) clean++;
      else if (mark === Mark.unowned) unowned.push(paths[row] ?? '');
      else open.push(paths[row] ?? '');
    }
    return { open, clean, unowned };
  }

  get(path: string): FileMemory | undefined {
    const row = this.tree.listing.row(path);
    if (row === undefined || (this.changed.has(row) && !this.fresh.has(row))) return undefined;
    const mark = (this.marks[row] ?? 0) & ~Mark.setting;
    if (mark === Mark.clean) return nothing;
    return mark === Mark.noted ? this.head.notes[row] : undefined;
  }

  set(path: string, memory: FileMemory): void {
    const row = this.tree.listing.row(path);
    if (row === undefined) return;
    const clean = !memory.suspicious && !memory.leaves;
    this.mark(row, clean ? Mark.clean : Mark.noted);
    if (clean) delete this.head.notes[row];
    else this.head.notes[row] = memory;
    const { width } = this.tree.listing;
    this.now.copy(this.contents, row * width, row * width, (row + 1) * width);
    this.fresh.add(row);
  }

  disown(path: string): void {
    const row = this.tree.listing.row(path);
    if (row !== undefined) this.mark(row, Mark.unowned);
  }

  once<T>(name: string, make: () => T): T {
    const { facts } = this.head;
    if (!Object.hasOwn(facts, name)) facts[name] = make();
    return facts[name] as T;
  }

  /** What was kept under this name; undefined when nothing was. */
  fact(name: string): unknown {
    return this.head.facts[name];
  }

  /** The files a check will read: one that is known to be clean is not read again. */
  wanted(): readonly string[] {
    const open = this.settled()?.open;
    if (open?.length === 0) return open;
    // What files import leads somewhere only by what the settings say.
    return open ? [...open, ...this.settings()] : legible(this.tree);
  }

  /** Writes what is known now, if much of it is new. */
  save(): void {
    // A few files are sooner looked at again than all are written down.
    if (this.fresh.size <= Math.min(32, this.known / 20)) return;
    for (let row = 0; row < this.marks.length; row++) {
      if (((this.marks[row] ?? 0) & ~Mark.setting) === Mark.unknown) this.mark(row, Mark.passed);
    }
    this.store(encodeLedger(this.head, this.basis, this.marks, this.contents));
  }

  private settings(): readonly string[] {
    const { paths } = this.tree.listing;
    const found: string[] = [];
    for (let row = 0; row < this.marks.length; row++) {
      if (isMarked(this.marks, row)) found.push(paths[row] ?? '');
    }
    return found;
  }

  private mark(row: number, mark: number): void {
    this.marks[row] = ((this.marks[row] ?? 0) & Mark.setting) | mark;
  }
}

const nothing: FileMemory = { suspicious: false, leaves: false, reaches: [] };

/** The files of a tree that a check may read: sources, and what resolvers ask. */
export function legible(tree: ListedTree): readonly string[] {
  return tree.paths().filter((path) => isSetting(path) || languageOf(path) !== undefined);
}

function isMarked(marks: Uint8Array, row: number): boolean {
  return ((marks[row] ?? 0) & Mark.setting) !== 0;
}

function settingMarks({ listing }: ListedTree): Uint8Array {
  return Uint8Array.from(listing.paths, (path, row) =>
    isSetting(path) || listing.modes[row] === symbolicLink ? Mark.setting : Mark.unknown,
  );
}

function newId(): string {
  return `${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

/** The rows in which two lists of names differ. */
function differences(a: Buffer, b: Buffer, width: number): Set<number> {
  const rows = new Set<number>();
  const step = BLOCK * width;
  for (let from = 0; from < a.length; from += step) {
    const to = Math.min(a.length, from + step);
    if (a.compare(b, from, to, from, to) === 0) continue;
    for (let at = from; at < to; at += width) {
      if (a.compare(b, at, at + width, at, at + width) !== 0) rows.add(at / width);
    }
  }
  return rows;
}
