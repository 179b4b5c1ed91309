import { GitError } from '../errors.ts';
import {
  type GitObject,
  hashObject,
  isDirectory,
  type Oid,
  parseTree,
  type TreeEntry,
} from './objects.ts';
import { TreeRows } from './tree-rows.ts';

/** Gives a tree's content by its name. */
export type ReadTree = (oid: Oid) => Promise<Buffer>;

const NOTHING = Buffer.alloc(0);

interface Edit {
  /** The file to put here, null to delete it, undefined when only something below changes. */
  file: { oid: Oid } | null | undefined;
  below: Map<string, Edit>;
}

interface Work {
  read: ReadTree;
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
): Promise<{ root: Oid; objects: Map<Oid, GitObject> }> {
  const work: Work = { read, objects: new Map() };
  const oid = await editFolder(work, root, planEdits(files), '');
  return { root: oid ?? keep(work, NOTHING), objects: work.objects };
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
  const rows = new TreeRows(oid === undefined ? NOTHING : await work.read(oid));
  const changes = new Map<string, TreeEntry | undefined>();
  for (const [name, edit] of edits) {
    const old = rows.find(name);
    const entry = await editEntry(work, old, name, edit, folder);
    if (entry?.oid !== old?.oid || entry?.mode !== old?.mode) changes.set(name, entry);
  }
  if (changes.size === 0) return rows.size === 0 ? undefined : oid;
  const data = rows.edit(changes);
  return data.length === 0 ? undefined : keep(work, data);
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

function keep(work: Work, data: Buffer): Oid {
  const oid = hashObject('tree', data);
  work.objects.set(oid, { type: 'tree', data });
  return oid;
}

/** The entry at a path below a tree (a file or a directory), or undefined. */
export async function findPath(
  read: ReadTree,
  root: Oid,
  path: string,
): Promise<TreeEntry | undefined> {
  let entry: TreeEntry = { mode: '40000', name: '', oid: root };
  for (const name of path.split('/')) {
    if (!isDirectory(entry.mode)) return undefined;
    const next = new TreeRows(await read(entry.oid)).find(name);
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
): Promise<string[]> {
  const lists = folders.map(async (folder) => {
    const entry = await findPath(read, root, folder);
    if (entry === undefined) return [];
    return isDirectory(entry.mode) ? walk(read, entry.oid, folder) : [folder];
  });
  return (await Promise.all(lists)).flat();
}

async function walk(read: ReadTree, oid: Oid, folder: string): Promise<string[]> {
  const lists = parseTree(await read(oid)).map(({ name, mode, oid: child }) => {
    const path = `${folder}/${name}`;
    return isDirectory(mode) ? walk(read, child, path) : [path];
  });
  return (await Promise.all(lists)).flat();
}
