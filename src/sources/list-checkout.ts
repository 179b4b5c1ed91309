import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { gitText, runGit } from '../git/process.ts';
import type { Checkout } from './checkout.ts';
import { readIndexFile } from './index-file.ts';
import { gitLink, Listing, Place, type Row, symbolicLink } from './listing.ts';

/** The entries of the index, as the next commit will have them. */
export async function listIndex(checkout: Checkout): Promise<Listing> {
  const plain = readIndexOf(checkout);
  if (plain) return plain;
  const rows = await askIndex(checkout);
  const added = await readChanges(checkout, 'A');
  // An intent to add is in the index, but will not be in the commit.
  return Listing.of(rows.filter(({ path }) => !added.has(path)));
}

/** The files on disk: tracked ones that are there, and new ones that are not ignored. */
export async function listWorkingTree(checkout: Checkout): Promise<Listing> {
  // Git looks at the disk on another core while the index is read here.
  const asking = askWorkingTree(checkout);
  asking.catch(() => {});
  const plain = readIndexOf(checkout);
  const index = plain ?? Listing.of(await askIndex(checkout));
  const { gone, changed, fresh } = await asking;
  const files = index.checkedOut(changed);
  if (gone.size === 0 && fresh.length === 0) return files;
  const tracked = files.paths
    .map((_, row) => files.at(row))
    .filter(({ path, place }) => place === Place.store || !gone.has(path));
  const untracked = fresh.flatMap((path): Row[] => {
    const stat = lstatSync(join(checkout.top, path), { throwIfNoEntry: false });
    const mode = stat?.isSymbolicLink() ? symbolicLink : 0o100644;
    return stat ? [{ path, mode, oid: '', place: Place.disk }] : [];
  });
  return Listing.of([...tracked, ...untracked].sort(byPath));
}

function readIndexOf({ gitDir, commonDir, env }: Checkout): Listing | undefined {
  if (gitDir === undefined || commonDir === undefined) return undefined;
  return readIndexFile(gitDir, commonDir, env['GIT_INDEX_FILE']);
}

/** The entries of a commit; `like` tells which contents lie on disk. */
export async function listCommit(
  checkout: Checkout,
  commit: string,
  like: Listing,
): Promise<Listing> {
  const { top: cwd, env } = checkout;
  const text = await gitText(['ls-tree', '-r', '-z', '--full-tree', commit], { cwd, env });
  const rows = text.split('\0').flatMap((line): Row[] => {
    const match = /^(\d+) (\w+) (\w+)\t([\s\S]*)$/.exec(line);
    const [, mode = '', type, oid = '', path = ''] = match ?? [];
    if (type !== 'blob') return [];
    const row = like.row(path);
    const same = row !== undefined && like.oid(row) === oid;
    return [
      { path, mode: Number.parseInt(mode, 8), oid, place: same ? Place.unsure : Place.store },
    ];
  });
  return Listing.of(rows);
}

/** The commit where a branch left another. @throws ConfigError when there is no such revision. */
export async function mergeBase(checkout: Checkout, revision: string): Promise<string> {
  const { code, stdout, stderr } = await runGit(['merge-base', '--', revision, 'HEAD'], {
    cwd: checkout.top,
  });
  if (code === 0) return stdout.toString().trim();
  // Unrelated histories have no common commit: then the revision itself is what is compared with.
  const whole = await runGit(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
    cwd: checkout.top,
  });
  if (whole.code === 0) return whole.stdout.toString().trim();
  const hint = 'fetch it first; in CI, check out with enough history (fetch-depth: 0)';
  throw new ConfigError(`there is no revision ${revision}`, {
    code: 'no-revision',
    hint,
    data: { revision, stderr: stderr.trim() },
  });
}

/** What the working tree has that the index has not. */
interface Differences {
  /** Tracked, but not on disk. */
  readonly gone: ReadonlySet<string>;
  /** Tracked, on disk with another content. */
  readonly changed: ReadonlySet<string>;
  /** Neither tracked nor ignored. */
  readonly fresh: readonly string[];
}

// One process for all three questions: starting one costs more than most answers.
async function askWorkingTree({ top, env }: Checkout): Promise<Differences> {
  const args = ['ls-files', '-t', '-z', '-d', '-m', '-o', '--exclude-standard'];
  const text = await gitText(args, { cwd: top, env });
  const gone = new Set<string>();
  const changed = new Set<string>();
  const fresh: string[] = [];
  for (const line of text.split('\0')) {
    const path = line.slice(2);
    if (line.startsWith('R ')) gone.add(path);
    else if (line.startsWith('? ')) {
      // Another repository inside this one is named as a folder.
      if (!path.endsWith('/')) fresh.push(path);
    } else if (line !== '') changed.add(path);
  }
  return { gone, changed, fresh };
}

async function askIndex({ top, env }: Checkout): Promise<Row[]> {
  const text = await gitText(['ls-files', '-s', '-v', '-z'], { cwd: top, env });
  const rows: Row[] = [];
  for (const line of text.split('\0')) {
    // "H 100644 <oid> 0\t<path>"
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const [tag = '', octal = '', oid = '', stage = ''] = line.slice(0, tab).split(' ');
    const path = line.slice(tab + 1);
    const mode = Number.parseInt(octal, 8);
    if (mode === gitLink) continue;
    // Git was told not to look at the file on disk: a small letter, or S for a sparse checkout.
    const hidden = tag !== 'H' && tag !== 'M';
    const row = { path, mode, oid, place: hidden ? Place.store : Place.unsure };
    // Of a path in conflict, ours stands for it, else what there is.
    if (rows.at(-1)?.path !== path) rows.push(row);
    else if (stage === '2') rows[rows.length - 1] = row;
  }
  return rows;
}

/** The paths that differ from the index in this way. */
async function readChanges({ top, env }: Checkout, status: string): Promise<ReadonlySet<string>> {
  const args = ['diff-files', '--raw', '--no-renames', '-z', '--ignore-submodules'];
  const fields = (await gitText(args, { cwd: top, env })).split('\0');
  const found = new Set<string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    if (fields[at]?.split(' ').at(-1) === status) found.add(fields[at + 1] ?? '');
  }
  return found;
}

function byPath(a: Row, b: Row): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
