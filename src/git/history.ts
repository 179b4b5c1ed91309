import { GitError } from '../errors.ts';
import { EMPTY_TREE, type Oid } from './objects.ts';
import { gitFailure, gitText, runGit } from './process.ts';

/** A file that differs: its new blob and mode; null and '000000' when it is gone. */
export interface ChangedFile {
  path: string;
  oid: Oid | null;
  mode: string;
}

/** A commit of a range. `author` is the name alone, `at` the author's time in milliseconds. */
export interface CommitSummary {
  oid: Oid;
  author: string;
  at: number;
  subject: string;
  trailers: Map<string, string>;
}

export interface ListedFile {
  path: string;
  oid: Oid;
}

const DIFF = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev'];

/** The files that differ between two commits or trees; all of `to` when `from` is undefined. Throws GitError when one is missing. */
export async function changedFiles(
  gitDir: string,
  from: Oid | undefined,
  to: Oid,
): Promise<ChangedFile[]> {
  const text = await gitText(['diff-tree', ...DIFF, from ?? EMPTY_TREE, to], { gitDir });
  return parseRaw(text)[0] ?? [];
}

/** Many such differences in one process, in the order of the pairs. The names are of trees, not of commits. */
export async function diffPairs(
  gitDir: string,
  pairs: readonly (readonly [Oid | undefined, Oid])[],
): Promise<ChangedFile[][]> {
  if (pairs.length === 0) return [];
  const input = pairs.map(([from, to]) => `${from ?? EMPTY_TREE} ${to}\n`).join('');
  const text = await gitText(['diff-tree', '--stdin', ...DIFF], { gitDir, input });
  const differences = parseRaw(text);
  if (differences.length === pairs.length) return differences;
  throw new GitError('git diff-tree did not answer for every pair: are all of them trees?');
}

// `:oldmode newmode oldoid newoid status NUL path NUL`; with --stdin a line with both names goes before each pair's files.
function parseRaw(text: string): ChangedFile[][] {
  const differences: ChangedFile[][] = [];
  const items = text.split('\0');
  for (let at = 0; at < items.length; ) {
    let item = items[at++] ?? '';
    for (
      let end = item.indexOf('\n');
      end >= 0 && !item.startsWith(':');
      end = item.indexOf('\n')
    ) {
      differences.push([]);
      item = item.slice(end + 1);
    }
    if (!item.startsWith(':')) continue;
    const [, mode = '', , oid = '', status] = item.split(' ');
    const path = items[at++] ?? '';
    if (differences.length === 0) differences.push([]);
    differences.at(-1)?.push({ path, oid: status === 'D' ? null : oid, mode });
  }
  return differences;
}

/** The commits that `to` has and `from` has not, oldest first. Throws GitError when one of them is missing. */
export async function commitsBetween(
  gitDir: string,
  from: Oid | undefined,
  to: Oid,
): Promise<CommitSummary[]> {
  const format = '%H%n%an%n%at%n%s%n%(trailers:only,unfold)';
  const range = from === undefined ? [to] : [to, `^${from}`];
  const args = [
    'log',
    '-z',
    '--reverse',
    '--topo-order',
    '--no-show-signature',
    '--no-color',
    '--no-mailmap',
  ];
  const text = await gitText([...args, `--format=${format}`, ...range, '--'], { gitDir });
  const items = text.split('\0').filter((item) => item.trim() !== '');
  return items.map(parseSummary);
}

function parseSummary(text: string): CommitSummary {
  const [oid = '', author = '', seconds = '', subject = '', ...rest] = text.split('\n');
  const trailers = new Map<string, string>();
  for (const line of rest) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const key = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    trailers.set(key, trailers.has(key) ? `${trailers.get(key)}\n${value}` : value);
  }
  return { oid, author, at: Number(seconds) * 1000, subject, trailers };
}

/**
 * When each author of the latest commits wrote the last one, by the author's own clock, in
 * milliseconds since 1970. @param limit so many commits are looked at
 */
export async function latestByAuthor(
  gitDir: string,
  to: Oid,
  limit: number,
): Promise<Map<string, number>> {
  const args = ['log', '-z', '--no-show-signature', '--no-mailmap', '--format=%an%n%at'];
  const text = await gitText([...args, `--max-count=${limit}`, to, '--'], { gitDir });
  const latest = new Map<string, number>();
  for (const item of text.split('\0')) {
    const [author = '', seconds = ''] = item.split('\n');
    const at = Number(seconds) * 1000;
    if (author !== '' && at > (latest.get(author) ?? 0)) latest.set(author, at);
  }
  return latest;
}

/** Whether `b` descends from `a` or is it. Throws GitError when one of them is missing. */
export async function isAncestor(gitDir: string, a: Oid, b: Oid): Promise<boolean> {
  if (a === b) return true;
  const args = ['merge-base', '--is-ancestor', a, b];
  const { code, stderr } = await runGit(args, { gitDir });
  if (code > 1) throw gitFailure(args, `failed with exit code ${code}`, stderr, code);
  return code === 0;
}

/** All files of a commit or tree, or those below some paths (taken literally), in the tree's order. */
export async function listTree(
  gitDir: string,
  commit: Oid,
  paths: readonly string[] = [],
): Promise<ListedFile[]> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths];
  const text = await gitText(args, { gitDir });
  return text
    .split('\0')
    .slice(0, -1)
    .map((line) => {
      const tab = line.indexOf('\t');
      return { path: line.slice(tab + 1), oid: line.slice(0, tab).split(' ')[2] ?? '' };
    });
}

/** Whether the repository holds an object. */
export async function hasObject(gitDir: string, oid: Oid): Promise<boolean> {
  return (await runGit(['cat-file', '-e', oid], { gitDir })).code === 0;
}
