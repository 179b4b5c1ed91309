import { GitError } from '../errors.ts';
import {
  encodeTree,
  type GitObject,
  hashObject,
  isDirectory,
  type Oid,
  parseTree,
  type TreeEntry,
} from './objects.ts';

/** Gives a tree's content by its name. */
export type ReadTree = (oid: Oid) => Promise<Buffer>;

/** Parsed trees by name; a `Map` will do. What is in it is never changed. */
export interface TreeCache {
  get(oid: Oid): readonly TreeEntry[] | undefined;
  set(oid: Oid, entries: readonly TreeEntry[]): unknown;
}

interface Edit {
  /** The file to put here, null to delete it, undefined when only something below changes. */
  file: { oid: Oid } | null | undefined;
  below: Map<string, Edit>;
}

interface Work {
  read: ReadTree;
  cache: TreeCache;
  objects: Map<Oid, GitObject>;
}

/**
 * Puts and deletes many files of a tree at once; each directory on the way is rebuilt once, empty ones vanish.
 * `files`: path → blob, or null to delete (a path that is not there is no error). New files get mode 100644.
 * Returns the new root and the trees made. Throws GitError `path-conflict` where a file is in the way of a
 * directory or the other way round, `bad-path` for a name Git refuses.
 */
export async function editTree(
  read: ReadTree,
  root: Oid | undefined,
  files: ReadonlyMap<string, { oid: Oid } | null>,
  cache: TreeCache = new Map(),
): Promise<{ root: Oid; objects: Map<Oid, GitObject> }> {
  const work: Work = { read, cache, objects: new Map() };
  const oid = await editFolder(work, root, planEdits(files), '');
  return { root: oid ?? keep(work, []), objects: work.objects };
}

function planEdits(files: ReadonlyMap<string, { oid: Oid } | null>): Map<string, Edit> {
  const root = new Map<string, Edit>();
  for (const [path, file] of files) {
    let level = root;
    let edit: Edit | undefined;
    for (const name of path.split('/')) {
      edit = level.get(name) ?? { file: undefined, below: new Map() };
      level.set(name, edit);
      level = edit.below;
    }
    if (edit) edit.file = file;
  }
  return root;
}

async function editFolder(
  work: Work,
  oid: Oid | undefined,
  edits: ReadonlyMap<string, Edit>,
  folder: string,
): Promise<Oid | undefined> {
  const before = oid === undefined ? [] : await entriesOf(work, oid);
  const entries = new Map(before.map((entry) => [entry.name, entry]));
  for (const [name, edit] of edits) {
    const entry = await editEntry(work, entries.get(name), name, edit, folder);
    if (entry === undefined) entries.delete(name);
    else entries.set(name, entry);
  }
  return entries.size === 0 ? undefined : keep(work, [...entries.values()]);
}

async function editEntry(
  work: Work,
  old: TreeEntry | undefined,
  name: string,
  edit: Edit,
  folder: string,
): Promise<TreeEntry | undefined> {
  const path = `${folder}${name}`;
  const oldTree = old !== undefined && isDirectory(old.mode) ? old.oid : undefined;
  const oldFile = old !== undefined && oldTree === undefined ? old : undefined;
  if (edit.below.size === 0 && edit.file === null) return oldTree === undefined ? undefined : old;
  const tree =
    edit.below.size === 0 ? oldTree : await editFolder(work, oldTree, edit.below, `${path}/`);
  if (edit.file) {
    if (tree !== undefined) throw inTheWay(path, 'a directory stands where a file is to be put');
    return { mode: '100644', name, oid: edit.file.oid };
  }
  if (tree === undefined) return edit.file === null ? undefined : oldFile;
  if (oldFile && edit.file !== null)
    throw inTheWay(path, 'a file stands where a directory is needed');
  return { mode: '40000', name, oid: tree };
}

function inTheWay(path: string, why: string): GitError {
  return new GitError(`${path}: ${why}`, { code: 'path-conflict', data: { path } });
}

async function entriesOf(work: Work, oid: Oid): Promise<readonly TreeEntry[]> {
  const known = work.cache.get(oid);
  if (known) return known;
  const entries = parseTree(await work.read(oid));
  work.cache.set(oid, entries);
  return entries;
}

function keep(work: Work, entries: readonly TreeEntry[]): Oid {
  const data = encodeTree(entries);
  const oid = hashObject('tree', data);
  work.objects.set(oid, { type: 'tree', data });
  work.cache.set(oid, entries);
  return oid;
}

/** The entry at a path below a tree (a file or a directory), or undefined. */
export async function findPath(
  read: ReadTree,
  root: Oid,
  path: string,
  cache: TreeCache = new Map(),
): Promise<TreeEntry | undefined> {
  const work: Work = { read, cache, objects: new Map() };
  let entry: TreeEntry = { mode: '40000', name: '', oid: root };
  for (const name of path.split('/')) {
    if (!isDirectory(entry.mode)) return undefined;
    const next = (await entriesOf(work, entry.oid)).find((candidate) => candidate.name === name);
    if (next === undefined) return undefined;
    entry = next;
  }
  return entry;
}

/** The paths of all files below some folders of a tree, in the tree's order; a folder that is not there has none. */
export async function findPaths(
  read: ReadTree,
  root: Oid,
  folders: readonly string[],
  cache: TreeCache = new Map(),
): Promise<string[]> {
  const work: Work = { read, cache, objects: new Map() };
  const lists = folders.map(async (folder) => {
    const entry = await findPath(read, root, folder, cache);
    if (entry === undefined) return [];
    return isDirectory(entry.mode) ? walk(work, entry.oid, folder) : [folder];
  });
  return (await Promise.all(lists)).flat();
}

async function walk(work: Work, oid: Oid, folder: string): Promise<string[]> {
  const entries = await entriesOf(work, oid);
  const lists = entries.map(({ name, mode, oid: child }) => {
    const path = `${folder}/${name}`;
    return isDirectory(mode) ? walk(work, child, path) : [path];
  });
  return (await Promise.all(lists)).flat();
}
