import { isDirectory, type Oid, parseTree, type TreeEntry } from './objects.ts';
import { differentRows } from './tree-rows.ts';
import type { ReadTree } from './trees.ts';

/** A file that differs between two trees; `oid` is null where the newer one has it no more. */
export interface Difference {
  readonly path: string;
  readonly oid: Oid | null;
  /** Whether the older tree has the file too. */
  readonly stood: boolean;
}

/**
 * The files in which `newer` differs from `older` (undefined: an empty tree).
 * Only folders that differ are read, so that a small change costs little however
 * large the trees are, and no process.
 */
export async function diffTrees(
  read: ReadTree,
  older: Oid | undefined,
  newer: Oid | undefined,
  folder = '',
): Promise<Difference[]> {
  if (older === newer) return [];
  const both = await Promise.all([contentOf(read, older), contentOf(read, newer)]);
  const [before, after] = differentRows(...both).map(entriesByName) as [Entries, Entries];
  const names = new Set([...before.keys(), ...after.keys()]);
  const found: Promise<Difference[]>[] = [];
  for (const name of names) {
    const [was, is] = [before.get(name), after.get(name)];
    if (was?.oid === is?.oid && was?.mode === is?.mode) continue;
    found.push(compare(read, was, is, `${folder}${name}`));
  }
  return (await Promise.all(found)).flat();
}

/** A folder may have become a file, or a file a folder: then all of both sides counts. */
async function compare(
  read: ReadTree,
  was: TreeEntry | undefined,
  is: TreeEntry | undefined,
  path: string,
): Promise<Difference[]> {
  const below = await diffTrees(read, folderOf(was), folderOf(is), `${path}/`);
  const stood = was !== undefined && !isDirectory(was.mode);
  if (is !== undefined && !isDirectory(is.mode)) return [...below, { path, oid: is.oid, stood }];
  return stood ? [...below, { path, oid: null, stood }] : below;
}

function folderOf(entry: TreeEntry | undefined): Oid | undefined {
  return entry !== undefined && isDirectory(entry.mode) ? entry.oid : undefined;
}

type Entries = ReadonlyMap<string, TreeEntry>;

async function contentOf(read: ReadTree, oid: Oid | undefined): Promise<Buffer> {
  return oid === undefined ? Buffer.alloc(0) : read(oid);
}

function entriesByName(rows: Buffer): Entries {
  return new Map(parseTree(rows).map((entry) => [entry.name, entry]));
}
