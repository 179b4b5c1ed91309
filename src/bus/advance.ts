import { RecordError } from '../errors.ts';
import { NEAR, readOrFail, treeOf, walkBack } from '../git/commits.ts';
import { isAncestor, listTree } from '../git/history.ts';
import type { Oid } from '../git/objects.ts';
import type { ObjectReader } from '../git/reader.ts';
import { type Difference, diffTrees } from '../git/tree-diff.ts';
import type { Archive } from '../records/archive.ts';
import { decodeUtf8 } from '../records/codec.ts';
import { type Folded, foldFile } from '../records/fold.ts';
import { isDated, isImmutable, recordId, roomOf } from '../records/paths.ts';
import type { Event } from './event.ts';
import { emptySnapshot } from './snapshot.ts';
import { StateFold } from './state-fold.ts';

/** A file of a tree: where it stands and which blob it is; null when it is gone. */
interface Found {
  readonly path: string;
  readonly oid: Oid | null;
}

/** Where the commits to fold are. */
export interface Source {
  readonly gitDir: string;
  readonly reader: ObjectReader;
}

/** As many records are parsed between two writes of the index. */
const REBUILD_BATCH = 5000;

/**
 * Moves a fold from its commit to `to`, an heir of it, by the difference of the
 * two trees, and through the tip of every archive commit on the way: what was
 * sent and archived in between stands in none of the two trees.
 * @returns false when `to` does not descend from the fold's commit: build it anew.
 */
export async function advance(fold: StateFold, to: Oid, source: Source): Promise<boolean> {
  const from = fold.commit;
  if (from === undefined) return false;
  if (!(await descends(source, from, to))) return false;
  const changes = await changesBetween(source, from, to).catch(() => undefined);
  if (!changes || isRewriting(changes)) return false;
  await foldArchived(fold, changes, from, source);
  await foldFiles(fold, changes, source);
  for (const { path, oid } of changes) if (oid === null) fold.apply(path, null);
  fold.commit = to;
  return true;
}

/**
 * Whether somebody changed or deleted by hand what never changes: then the log of
 * the index is wrong, and only building it anew tells what stands.
 */
function isRewriting(changes: readonly Difference[]): boolean {
  const touched = changes.filter(({ path, stood }) => stood && isImmutable(path));
  const cut = changes.some(({ path, oid }) => oid !== null && roomOf(path) === 'archives');
  return touched.some(({ path, oid }) => oid !== null || !cut || !isDated(path));
}

/** Asks the objects themselves as far as is quick, then Git. */
async function descends({ gitDir, reader }: Source, from: Oid, to: Oid): Promise<boolean> {
  const steps = await walkBack(reader, to, new Set([from]), NEAR);
  return steps !== undefined || isAncestor(gitDir, from, to);
}

async function changesBetween({ reader }: Source, from: Oid, to: Oid): Promise<Difference[]> {
  const read = async (oid: Oid) => (await readOrFail(reader, oid)).data;
  return diffTrees(read, await treeOf(reader, from), await treeOf(reader, to));
}

/** Folds what came after `from` and was archived before now, archive by archive. */
async function foldArchived(
  fold: StateFold,
  changes: readonly Found[],
  from: Oid,
  source: Source,
): Promise<void> {
  const added = changes.filter((change) => roomOf(change.path) === 'archives');
  const seen = new Set(changes.map(({ path }) => path));
  for (const { tip } of await readArchives(added, source)) {
    const passed = await changesBetween(source, from, tip);
    const gone = passed.filter(({ path }) => isDated(path) && !seen.has(path));
    for (const { path } of gone) seen.add(path);
    await recallFiles(fold, gone, source);
  }
}

/**
 * Folds a whole commit: the records that stand in its tree, and those that its
 * archives took out. Dated records come in order of their ids, handed to
 * `store` in portions, so that 100 000 of them need no memory to speak of.
 */
export async function rebuild(
  fold: StateFold,
  commit: Oid,
  source: Source,
  store: (events: readonly Event[]) => Promise<void>,
  progress: (done: number, all: number) => void,
): Promise<void> {
  const tree = await listTree(source.gitDir, commit);
  await foldFiles(
    fold,
    tree.filter(({ path }) => !isDated(path)),
    source,
  );
  fold.commit = commit;
  const dated = tree.filter(({ path }) => isDated(path));
  for (const { path } of dated) fold.count(path);
  const archives = [...fold.archives].sort((a, b) => (a.id < b.id ? -1 : 1));
  const all = [...dated, ...(await archivedFiles(archives, dated, source))];
  inOrderOfId(all);
  for (let at = 0; at < all.length; at += REBUILD_BATCH) {
    await recallFiles(fold, all.slice(at, at + REBUILD_BATCH), source);
    await store(fold.events.splice(0));
    progress(Math.min(at + REBUILD_BATCH, all.length), all.length);
  }
}

/** Sorts by id, which is by age; each id is taken out of its path once, not at every comparison. */
function inOrderOfId(files: Found[]): void {
  const ids = new Map(files.map((file) => [file, recordId(file.path)]));
  files.sort((a, b) => ((ids.get(a) ?? '') < (ids.get(b) ?? '') ? -1 : 1));
}

/**
 * The dated files that archives took out of the tree: those that stood in the tip
 * of one and are older than its cut. From tip to tip only what differs is read.
 */
async function archivedFiles(
  archives: readonly Archive[],
  standing: readonly Found[],
  { reader }: Source,
): Promise<Found[]> {
  const read = async (oid: Oid) => (await readOrFail(reader, oid)).data;
  const kept = new Set(standing.map(({ path }) => path));
  const there = new Map<string, { oid: Oid; id: string }>();
  const files: Found[] = [];
  let before: Oid | undefined;
  for (const { tip, cut } of archives) {
    // A shallow clone may lack an old tip: what it holds cannot be shown here.
    const tree = await treeOf(reader, tip).catch(() => undefined);
    const changes = tree && (await diffTrees(read, before, tree).catch(() => undefined));
    if (!changes) continue;
    before = tree;
    for (const { path, oid } of changes) {
      if (oid === null) there.delete(path);
      else if (isDated(path)) there.set(path, { oid, id: recordId(path) });
    }
    for (const [path, { oid, id }] of there) {
      if (id >= cut) continue;
      there.delete(path);
      if (!kept.has(path)) files.push({ path, oid });
    }
  }
  return files;
}

async function readArchives(found: readonly Found[], source: Source): Promise<Archive[]> {
  const scratch = new StateFold(emptySnapshot);
  await foldFiles(scratch, found, source);
  return scratch.archives.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function foldFiles(fold: StateFold, found: readonly Found[], source: Source): Promise<void> {
  const files = found.filter(({ path }) => roomOf(path) !== undefined);
  await readEach(files, source, (path, folded, text) => fold.apply(path, folded, text));
}

async function recallFiles(
  fold: StateFold,
  files: readonly Found[],
  source: Source,
): Promise<void> {
  await readEach(files, source, (_path, folded) => fold.recall(folded));
}

async function readEach(
  found: readonly Found[],
  source: Source,
  visit: (path: string, folded: Folded, text: string) => void,
): Promise<void> {
  const files = found.filter((file): file is { path: string; oid: Oid } => file.oid !== null);
  let at = 0;
  for await (const object of source.reader.readMany(files.map(({ oid }) => oid))) {
    const file = files[at++];
    if (file && object) visitFile(file.path, object.data, visit);
  }
}

/** Bytes that are no text make a malformed record, like any other fault. */
function visitFile(
  path: string,
  data: Buffer,
  visit: (path: string, folded: Folded, text: string) => void,
): void {
  try {
    const text = decodeUtf8(data, path);
    visit(path, foldFile(path, text), text);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    const { line } = error.fault;
    visit(path, { malformed: { path, line, message: error.message } }, '');
  }
}
