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
import type { FileMemory, Memory } from '../boundaries/survey.ts';
import type { Parsed } from '../imports/import.ts';
import { isSetting, languageOf } from '../imports/languages.ts';
import type { SourceTree } from '../imports/source-tree.ts';

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
    return this.read(`report-${key}`);
  }

  /** Keeps a whole report. */
  keepReport(key: string, report: unknown): void {
    this.write(`report-${key}`, report);
  }

  /** What gates said of files, under the same paths, settings and rules. */
  files(key: string): KeptMemory<string> {
    return this.open<string>(`files-${key}`);
  }

  /** What parsers said; valid for a content wherever it stands, as long as its extension is the same. */
  parsed(): KeptMemory<Parsed> {
    return this.open<Parsed>(`parsed-${digest([programStamp()])}`);
  }

  private open<T>(name: string): KeptMemory<T> {
    const content = this.read(name);
    const entries =
      typeof content === 'object' && content !== null ? (content as Record<string, T>) : {};
    return new KeptMemory(entries, (used) => this.write(name, used));
  }

  private read(name: string): unknown {
    const path = join(this.folder, `${name}.json`);
    try {
      const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
      touchDaily(path);
      return content;
    } catch {
      return undefined;
    }
  }

  // A cache that cannot be written costs only time.
  private write(name: string, content: unknown): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      const path = join(this.folder, `${name}.json`);
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify(content));
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

/** Entries of a former run, and those of this one. */
export class KeptMemory<T> {
  private readonly known: Readonly<Record<string, T>>;
  private readonly used: Record<string, T> = {};
  private readonly store: (used: Record<string, T>) => void;
  private fresh = 0;

  constructor(known: Readonly<Record<string, T>>, store: (used: Record<string, T>) => void) {
    this.known = known;
    this.store = store;
  }

  get(key: string): T | undefined {
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
    const few = Math.min(32, Object.keys(this.known).length / 20);
    if (this.fresh > few) this.store(this.used);
  }
}

/** The memory of gates over a cache: nearly all files are clean, and theirs is only the name of a content. */
export function fileMemory(kept: KeptMemory<string>): Memory {
  return {
    once: <T>(name: string, make: () => T): T => {
      // No path begins so.
      const known = kept.get(`/${name}`);
      if (known !== undefined) return JSON.parse(known) as T;
      const made = make();
      kept.set(`/${name}`, JSON.stringify(made));
      return made;
    },
    get: (path, blobId) => {
      const known = kept.get(path);
      if (known === undefined || !known.startsWith(blobId)) return undefined;
      if (known.length === blobId.length) return clean;
      const [flags = '', ...reaches] = known.slice(blobId.length + 1).split('\n');
      return { suspicious: flags.includes('s'), leaves: flags.includes('l'), reaches };
    },
    set: (path, blobId, { suspicious, leaves, reaches }) => {
      const flags = `${suspicious ? 's' : ''}${leaves ? 'l' : ''}`;
      kept.set(path, flags === '' ? blobId : [`${blobId} ${flags}`, ...reaches].join('\n'));
    },
  };
}

const clean: FileMemory = { suspicious: false, leaves: false, reaches: [] };

/** The memory of parsers over a cache. */
export function parsedMemory(kept: KeptMemory<Parsed>): ParsedMemory {
  const key = (path: string, blobId: string) => `${blobId}${path.slice(path.lastIndexOf('.'))}`;
  return {
    get: (_language, path, blobId) => kept.get(key(path, blobId)),
    set: (_language, path, blobId, parsed) => kept.set(key(path, blobId), parsed),
  };
}

/** The files a check will read: one that is known to be clean is not read again, unless it may close a circle. */
export function wantedPaths(tree: SourceTree, memory: Memory | undefined): readonly string[] {
  return tree.paths().filter((path) => {
    if (isSetting(path)) return true;
    if (languageOf(path) === undefined) return false;
    const known = memory?.get(path, tree.blobId(path) ?? '');
    return known === undefined || known.suspicious || known.leaves;
  });
}

/** What the gates' results depend on beside a file's own content: all paths, all settings, the rules. */
export function settingsKey(tree: SourceTree, rules: string): string {
  const parts: string[] = [programStamp(), rules];
  for (const path of tree.paths()) {
    const link = tree.link(path);
    parts.push(path, link ?? (isSetting(path) ? (tree.blobId(path) ?? '') : ''));
  }
  return digest(parts);
}

/** What a whole report depends on: everything. */
export function reportKey(tree: SourceTree, rules: string): string {
  const parts: string[] = [programStamp(), rules];
  for (const path of tree.paths()) parts.push(path, tree.link(path) ?? tree.blobId(path) ?? '');
  return digest(parts);
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
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
