import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ParsedMemory } from '../boundaries/check.ts';
import type { Report } from '../boundaries/violation.ts';
import type { Parsed } from '../imports/import.ts';
import { FileLedger } from './file-ledger.ts';
import type { ListedTree } from './listed-tree.ts';

/** How many files of each kind are kept at least: as many states of a repository stay warm. */
const KEPT = 8;

/**
 * Results of former runs, in the Git directory. Every file is whole or absent, holds all that
 * it depends on, and may be deleted at any time. A quick sum finds it; that its basis is the
 * same is seen by comparing, not believed: loading a real hash costs more than all of it.
 */
export class LintCache {
  private readonly folder: string;

  constructor(commonDir: string) {
    this.folder = join(commonDir, 'comm-node', 'boundaries');
  }

  /** What gates said of the files of a tree, under these rules. */
  ledger(tree: ListedTree, rules: string): FileLedger {
    const { paths, modes } = tree.listing;
    const columns = Buffer.from(modes.buffer, modes.byteOffset, modes.byteLength);
    const words = [programStamp(), rules, ...paths].join('\0');
    const basis = Buffer.concat([Buffer.from(words), columns]);
    const name = `files-${quickSum(basis)}`;
    return new FileLedger(tree, basis, this.read(name), (data) => this.write(name, data));
  }

  /** The whole report of a tree, known for exactly these contents. */
  report(tree: ListedTree, ledger: FileLedger): Report | undefined {
    const basis = reportBasis(tree, ledger);
    const data = this.read(`report-${quickSum(basis)}`);
    if (!data?.subarray(0, basis.length).equals(basis)) return undefined;
    return parseJson(data.subarray(basis.length)) as Report | undefined;
  }

  /** Keeps a whole report. */
  keepReport(tree: ListedTree, ledger: FileLedger, report: Report): void {
    const basis = reportBasis(tree, ledger);
    const data = Buffer.concat([basis, Buffer.from(JSON.stringify(report))]);
    this.write(`report-${quickSum(basis)}`, data);
  }

  /** What parsers said; valid for a content wherever it stands, as long as its extension is the same. */
  parsed(): KeptMemory<Parsed> {
    const stamp = programStamp();
    const name = `parsed-${quickSum(Buffer.from(stamp))}`;
    return new KeptMemory(
      () => {
        const kept = asRecord<unknown>(parseJson(this.read(name)));
        return kept['stamp'] === stamp ? kept['parsed'] : undefined;
      },
      (used) => this.write(name, JSON.stringify({ stamp, parsed: used })),
    );
  }

  private read(name: string): Buffer | undefined {
    const path = join(this.folder, name);
    try {
      const data = readFileSync(path);
      touchDaily(path);
      return data;
    } catch {
      return undefined;
    }
  }

  // A cache that cannot be written costs only time.
  private write(name: string, data: string | Buffer): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      const path = join(this.folder, name);
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, data);
      renameSync(temporary, path);
      this.prune(name.replace(/-.*/, ''));
    } catch {
      // Read-only repositories are linted all the same.
    }
  }

  private prune(kind: string): void {
    const files = readdirSync(this.folder).filter((name) => name.startsWith(`${kind}-`));
    // Not at every run: looking at each takes longer than writing one.
    if (files.length <= 2 * KEPT) return;
    const aged = files.map((name) => ({ name, time: statSync(join(this.folder, name)).mtimeMs }));
    aged.sort((a, b) => b.time - a.time);
    for (const { name } of aged.slice(KEPT)) rmSync(join(this.folder, name), { force: true });
  }
}

/** Entries of a former run, read when first asked for, and those of this one. */
export class KeptMemory<T> {
  private readonly load: () => unknown;
  private readonly store: (used: Record<string, T>) => void;
  private readonly used: Record<string, T> = {};
  private known: Readonly<Record<string, T>> | undefined;
  private fresh = 0;

  constructor(load: () => unknown, store: (used: Record<string, T>) => void) {
    this.load = load;
    this.store = store;
  }

  get(key: string): T | undefined {
    this.known ??= asRecord<T>(this.load());
    const value = Object.hasOwn(this.known, key) ? this.known[key] : undefined;
    if (value !== undefined) this.used[key] = value;
    return value;
  }

  set(key: string, value: T): void {
    this.used[key] = value;
    this.fresh++;
  }

  /** Writes what was used in this run, if anything of it is new. */
  save(): void {
    // A few files are sooner looked at again than all are written down.
    const few = Math.min(32, Object.keys(this.known ?? {}).length / 20);
    if (this.fresh > few) this.store(this.used);
  }
}

function asRecord<T>(content: unknown): Readonly<Record<string, T>> {
  return typeof content === 'object' && content !== null ? (content as Record<string, T>) : {};
}

/** The memory of parsers over a cache. */
export function parsedMemory(kept: KeptMemory<Parsed>): ParsedMemory {
  const key = (path: string, blobId: string) => `${blobId}${path.slice(path.lastIndexOf('.'))}`;
  return {
    get: (_language, path, blobId) => kept.get(key(path, blobId)),
    set: (_language, path, blobId, parsed) => kept.set(key(path, blobId), parsed),
  };
}

function reportBasis(tree: ListedTree, { id }: FileLedger): Buffer {
  return Buffer.concat([Buffer.from(`${id}\0`), tree.contents()]);
}

// FNV-1a over some words of 32 bits: all of them would take longer than comparing. It only
// finds a file, and says nothing about what is in it.
function quickSum(data: Buffer): string {
  const whole = data.length & ~3;
  const aligned = data.byteOffset % 4 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, whole / 4);
  const step = Math.max(1, data.length >> 14);
  let sum = data.length;
  for (let at = 0; at < words.length; at += step)
    sum = Math.imul(sum ^ (words[at] ?? 0), 0x01000193);
  for (let at = whole; at < data.length; at++) sum = Math.imul(sum ^ (data[at] ?? 0), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}

function parseJson(data: Buffer | undefined): unknown {
  try {
    return data && JSON.parse(data.toString());
  } catch {
    return undefined;
  }
}

// Another version of the program may see more: its results are its own.
function programStamp(): string {
  const self = import.meta.filename;
  const { mtimeMs, size } = statSync(self);
  return `${process.env['COMM_NODE_VERSION'] ?? 'unbuilt'} ${self} ${mtimeMs} ${size}`;
}

function touchDaily(path: string): void {
  const { mtimeMs } = statSync(path);
  const now = Date.now();
  if (now - mtimeMs > 86_400_000) utimesSync(path, now / 1000, now / 1000);
}
