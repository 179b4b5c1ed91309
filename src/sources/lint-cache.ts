import { createHash } from 'node:crypto';
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
import { fileURLToPath } from 'node:url';
import type { ParsedMemory } from '../boundaries/check.ts';
import type { Parsed } from '../imports/import.ts';
import { isSetting } from '../imports/languages.ts';
import { FileLedger } from './file-ledger.ts';
import type { ListedTree } from './listed-tree.ts';

/** How many files of each kind are kept: as many states of a repository stay warm. */
const KEPT = 8;

/**
 * Results of former runs, in the Git directory. Every file is whole or absent, is found by
 * a hash of all that it depends on, and may be deleted at any time.
 */
export class LintCache {
  private readonly folder: string;

  constructor(commonDir: string) {
    this.folder = join(commonDir, 'comm-node', 'boundaries');
  }

  /** A whole report, known for exactly these contents. */
  report(key: string): unknown {
    return this.readJson(`report-${key}`);
  }

  /** Keeps a whole report. */
  keepReport(key: string, report: unknown): void {
    this.write(`report-${key}`, JSON.stringify(report));
  }

  /** What gates said of files, under the same paths, settings and rules. */
  files(key: string, tree: ListedTree): FileLedger {
    const name = `files-${key}`;
    return new FileLedger(tree, this.read(name), (data) => this.write(name, data));
  }

  /** What parsers said; valid for a content wherever it stands, as long as its extension is the same. */
  parsed(): KeptMemory<Parsed> {
    const name = `parsed-${digest([programStamp()])}`;
    return new KeptMemory(
      () => this.readJson(name),
      (used) => this.write(name, JSON.stringify(used)),
    );
  }

  private readJson(name: string): unknown {
    const data = this.read(name);
    try {
      return data && JSON.parse(data.toString());
    } catch {
      return undefined;
    }
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
    if (files.length <= KEPT) return;
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

/** What the gates' results depend on beside a file's own content: all paths, all settings, the rules. */
export function settingsKey(tree: ListedTree, rules: string): string {
  const { listing } = tree;
  const named = [...tree.links(), ...listing.paths.filter(isSetting)];
  return digest([
    programStamp(),
    rules,
    listing.paths.join('\0'),
    listing.modes,
    ...named.map((path) => tree.link(path) ?? tree.blobId(path) ?? ''),
  ]);
}

/** What a whole report depends on: everything. */
export function reportKey(tree: ListedTree, rules: string): string {
  const { listing } = tree;
  return digest([programStamp(), rules, listing.paths.join('\0'), listing.modes, tree.contents()]);
}

function digest(parts: readonly (string | Uint8Array | Uint32Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\0`).update(part);
  return hash.digest('hex').slice(0, 32);
}

// Another version of the program may see more: its results are its own.
function programStamp(): string {
  const self = fileURLToPath(import.meta.url);
  const { mtimeMs, size } = statSync(self);
  return `${process.env['COMM_NODE_VERSION'] ?? 'unbuilt'} ${self} ${mtimeMs} ${size}`;
}

function touchDaily(path: string): void {
  const { mtimeMs } = statSync(path);
  const now = Date.now();
  if (now - mtimeMs > 86_400_000) utimesSync(path, now / 1000, now / 1000);
}
