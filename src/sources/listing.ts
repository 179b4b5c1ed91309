import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import { gitFailure, gitText, runGit } from '../git/process.ts';
import { type IndexEntry, type IndexStat, readIndexFile } from './index-file.ts';

/** Where a repository is, and which index is meant. */
export interface Checkout {
  /** The top of the working tree; absolute. */
  readonly top: string;
  /** This worktree's Git directory. */
  readonly gitDir: string;
  /** The Git directory that all worktrees share. */
  readonly commonDir: string;
  /** Laid over Git's environment: the index that a commit in progress uses. */
  readonly env: Readonly<Record<string, string>>;
}

/** One entry of an index, a commit or a working tree. */
export interface Listed {
  readonly path: string;
  readonly mode: string;
  /** Empty when the content has no name yet: an untracked or changed file. */
  readonly oid: string;
  /** Whether the file on disk holds this very content; undefined: not known, `stat` tells. */
  readonly onDisk: boolean | undefined;
  /** What the index remembers of the file on disk. */
  readonly stat?: IndexStat;
}

/**
 * Finds the repository around a folder.
 * @param index the GIT_INDEX_FILE of a hook: `commit -a` and `commit PATH` use one of their own.
 * @throws ConfigError `no-repository` when there is none.
 */
export async function findCheckout(cwd: string, index: string | undefined): Promise<Checkout> {
  const { top, gitDir, commonDir } = findByHand(cwd) ?? (await findByGit(cwd));
  const env: Record<string, string> = index
    ? { GIT_INDEX_FILE: isAbsolute(index) ? index : resolve(top, index) }
    : {};
  return { top, gitDir, commonDir, env };
}

// The common case needs no process: a folder `.git` above, of a repository with nothing special.
function findByHand(cwd: string): Omit<Checkout, 'env'> | undefined {
  for (let top = cwd; ; top = dirname(top)) {
    const gitDir = join(top, '.git');
    const stat = statSync(gitDir, { throwIfNoEntry: false });
    if (stat) {
      const plain =
        stat.isDirectory() &&
        existsSync(join(gitDir, 'HEAD')) &&
        existsSync(join(gitDir, 'objects'));
      if (!plain || /^\s*worktree\s*=/m.test(readFileSync(join(gitDir, 'config'), 'utf8')))
        return undefined;
      return { top, gitDir, commonDir: gitDir };
    }
    if (top === dirname(top)) return undefined;
  }
}

async function findByGit(cwd: string): Promise<Omit<Checkout, 'env'>> {
  const args = [
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-dir',
    '--git-common-dir',
  ];
  const { code, stdout, stderr } = await runGit(args, { cwd });
  if (code !== 0) {
    throw new ConfigError(`${cwd} is in no working tree of a Git repository`, {
      code: 'no-repository',
      hint: 'run it inside a clone, or name one with -C DIR',
      data: { path: cwd, stderr: stderr.trim() },
    });
  }
  const [top = '', gitDir = '', commonDir = ''] = stdout.toString().split('\n');
  return { top, gitDir, commonDir };
}

/** The entries of the index, as the next commit will have them, sorted by path. */
export async function listIndex(checkout: Checkout): Promise<Listed[]> {
  const file = readIndexFile(checkout.gitDir, checkout.commonDir, checkout.env['GIT_INDEX_FILE']);
  if (file) return fromFile(file);
  const [entries, changes] = await Promise.all([readIndex(checkout), readChanges(checkout)]);
  return entries.flatMap(({ path, mode, oid, hidden }) => {
    const change = changes.get(path);
    // An intent to add is in the index, but will not be in the commit.
    if (change === 'A') return [];
    return [{ path, mode, oid, onDisk: change === undefined && !hidden }];
  });
}

function fromFile(entries: readonly IndexEntry[]): Listed[] {
  const listed: Listed[] = [];
  for (const { path, mode, oid, stage, hidden, intentToAdd, stat } of entries) {
    if (mode === '160000' || intentToAdd) continue;
    const sure = !hidden && stage === 0;
    const entry: Listed = {
      path,
      mode,
      oid,
      onDisk: hidden ? false : undefined,
      ...(sure ? { stat } : {}),
    };
    // Of a path in conflict, ours stands for it, else what there is.
    if (listed.at(-1)?.path !== path) listed.push(entry);
    else if (stage === 2) listed[listed.length - 1] = entry;
  }
  return listed;
}

/** The files on disk: tracked ones that are there, and new ones that are not ignored. */
export async function listWorkingTree(checkout: Checkout): Promise<Listed[]> {
  const [entries, changes, others] = await Promise.all([
    readIndex(checkout),
    readChanges(checkout),
    gitText(['ls-files', '-o', '--exclude-standard', '-z'], {
      cwd: checkout.top,
      env: checkout.env,
    }),
  ]);
  const tracked = entries.flatMap(({ path, mode, oid, hidden }): Listed[] => {
    const change = changes.get(path);
    if (change === 'D') return [];
    return [{ path, mode, oid: change === undefined ? oid : '', onDisk: !hidden }];
  });
  const fresh = others.split('\0').filter((path) => path !== '' && !path.endsWith('/'));
  const untracked = fresh.map((path): Listed => ({ path, mode: '', oid: '', onDisk: true }));
  return [...tracked, ...untracked].sort(byPath);
}

/** The entries of a commit, sorted by path; `like` tells which contents lie on disk. */
export async function listCommit(
  checkout: Checkout,
  commit: string,
  like: readonly Listed[],
): Promise<Listed[]> {
  const known = new Map(like.map((entry) => [entry.path, entry]));
  const text = await gitText(['ls-tree', '-r', '-z', '--full-tree', commit], { cwd: checkout.top });
  return text.split('\0').flatMap((line): Listed[] => {
    const match = /^(\d+) (\w+) (\w+)\t([\s\S]*)$/.exec(line);
    const [, mode = '', type, oid = '', path = ''] = match ?? [];
    const same = known.get(path);
    if (type !== 'blob') return [];
    return [same && same.oid === oid ? { ...same, mode } : { path, mode, oid, onDisk: false }];
  });
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

interface IndexLine {
  path: string;
  mode: string;
  oid: string;
  /** Git was told not to look at the file on disk. */
  hidden: boolean;
}

async function readIndex({ top, env }: Checkout): Promise<IndexLine[]> {
  const text = await gitText(['ls-files', '-s', '-v', '-z'], { cwd: top, env });
  const entries: IndexLine[] = [];
  for (const line of text.split('\0')) {
    // "H 100644 <oid> 0\t<path>"
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const [tag = '', mode = '', oid = '', stage = ''] = line.slice(0, tab).split(' ');
    const path = line.slice(tab + 1);
    if (mode === '160000') continue;
    const entry = { path, mode, oid, hidden: tag !== 'H' && tag !== 'M' };
    // Of a path in conflict, ours stands for it, else what there is.
    if (entries.at(-1)?.path !== path) entries.push(entry);
    else if (stage === '2') entries[entries.length - 1] = entry;
  }
  return entries;
}

async function readChanges({ top, env }: Checkout): Promise<ReadonlyMap<string, string>> {
  const args = ['diff-files', '--raw', '--no-renames', '-z', '--ignore-submodules'];
  const { code, stdout, stderr } = await runGit(args, { cwd: top, env });
  if (code !== 0) throw gitFailure(args, `failed with exit code ${code}`, stderr, code);
  const changes = new Map<string, string>();
  const fields = stdout.toString().split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const status = fields[at]?.split(' ').at(-1) ?? '';
    const path = fields[at + 1] ?? '';
    // A path in conflict is listed twice; that it is in conflict counts.
    if (changes.get(path) !== 'U') changes.set(path, status);
  }
  return changes;
}

function byPath(a: Listed, b: Listed): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
