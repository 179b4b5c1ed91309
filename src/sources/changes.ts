import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gitDirOf } from '../git/config-file.ts';
import { gitFailure, gitText, runGit } from '../git/process.ts';
import { runGitNow } from '../git/process-sync.ts';
import { isSetting, languageOf } from '../imports/languages.ts';
import { type Checkout, findCheckout } from './checkout.ts';

/** The repository that a hook was called for. */
export interface HookedRepository {
  /** Where Git started the hook: the top of the worktree, or the bare repository. */
  readonly cwd: string;
  /** What Git told the hook of itself; see `repositoryVariables`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One path that is about to change. A rename is two: what goes and what comes. */
export interface Change {
  /** `/`-separated, from the top of the repository. */
  readonly path: string;
  readonly status: 'added' | 'changed' | 'deleted';
  /** Whether a symbolic link stands there now. */
  readonly isLink: boolean;
}

/** One commit, and what its maker changed: of a merge, what differs from every parent. */
export interface CommitChanges {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly subject: string;
  /** The last `Agent:` trailer, if there is one. */
  readonly agent: string | undefined;
  readonly changes: readonly Change[];
}

/**
 * Git's own variables of a hook: the index that a commit in progress uses, the quarantine of a
 * push that is not accepted yet. Commands about this very repository need them, all others must not see them.
 */
const VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
];

/** Picks what commands about the hooked repository must be told, from the environment of the hook. */
export function hookedRepository(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): HookedRepository {
  const known = VARIABLES.filter((name) => env[name] !== undefined);
  return { cwd, env: Object.fromEntries(known.map((name) => [name, env[name]])) };
}

const RAW = ['--raw', '-z', '--no-renames', '--no-abbrev', '--ignore-submodules=none'];

/**
 * What the commit that is being made changes: its index against HEAD. Of a merge whose conflicts
 * somebody resolved, only what neither side has and Git itself did not make of them.
 */
export async function stagedChanges(repository: HookedRepository): Promise<Change[]> {
  const own = await indexAgainst(repository, 'HEAD');
  const merged = mergeHeads(repository);
  const sides = await Promise.all(merged.map((commit) => indexAgainst(repository, commit)));
  const changes = presentInAll(own, sides);
  return withoutAutomatic(repository, ['HEAD', ...merged], changes, (tree) =>
    indexAgainst(repository, tree),
  );
}

/** What a merge brings that Git makes by itself: nothing of it is anybody's own work. */
export async function mergedChanges(repository: HookedRepository): Promise<Change[]> {
  return indexAgainst(repository, 'HEAD');
}

function presentInAll(
  changes: readonly Change[],
  others: readonly (readonly Change[])[],
): Change[] {
  const sets = others.map((list) => new Set(list.map(({ path }) => path)));
  return changes.filter(({ path }) => sets.every((paths) => paths.has(path)));
}

/**
 * Leaves out what Git makes of two sides without anybody's help: a file that both changed differs
 * from each of them. `git merge-tree` came with Git 2.38; without it nothing is left out.
 */
async function withoutAutomatic(
  repository: HookedRepository,
  parents: readonly string[],
  changes: Change[],
  against: (tree: string) => Promise<readonly Change[]>,
): Promise<Change[]> {
  if (parents.length !== 2 || changes.length === 0) return changes;
  const args = ['merge-tree', '--write-tree', '--no-messages', ...parents];
  const { code, stdout } = await runGit(args, options(repository));
  const tree = /^[0-9a-f]{40,64}(?=\n|$|\0)/.exec(stdout.toString())?.[0];
  // 1 says that there are conflicts: they stand in the tree as they would in the files.
  return code > 1 || tree === undefined ? changes : presentInAll(changes, [await against(tree)]);
}

async function indexAgainst(repository: HookedRepository, commit: string): Promise<Change[]> {
  const args = ['diff-index', '--cached', ...RAW, commit, '--'];
  const { code, stdout, stderr } = runGitNow(args, options(repository));
  if (code === 0) return readRaw(stdout.toString().split('\0'));
  // Where nothing was committed yet, all is new: that is a difference from Git's empty tree.
  if (commit === 'HEAD' && !(await hasCommit(repository, 'HEAD'))) {
    const empty = { ...options(repository), input: '' };
    const tree = await gitText(['hash-object', '-t', 'tree', '--stdin'], empty);
    return indexAgainst(repository, tree.trim());
  }
  throw gitFailure(args, `failed with exit code ${code}`, stderr, code);
}

/** The commits that the merge in progress takes in: none outside of one. */
function mergeHeads({ cwd, env }: HookedRepository): string[] {
  const told = env['GIT_DIR'];
  const gitDir = told === undefined ? gitDirOf(cwd) : resolve(cwd, told);
  const file = join(gitDir ?? join(cwd, '.git'), 'MERGE_HEAD');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

/**
 * The commits that are reached by `include` and not by `exclude`, oldest first, with what each changes.
 * @param exclude arguments of `git rev-list` after `--not`: names, `--all`, `--remotes`
 */
export async function commitsBetween(
  repository: HookedRepository,
  include: readonly string[],
  exclude: readonly string[],
): Promise<CommitChanges[]> {
  const format = '%x01%H%x00%P%x00%s%x00%(trailers:key=Agent,valueonly,separator=%x2C)%x00';
  const what = ['--topo-order', '--reverse', `--format=${format}`, '--no-show-signature'];
  const args = ['-c', 'log.showRoot=true', 'log', ...what, '-c', ...RAW, ...include];
  const range = exclude.length === 0 ? [] : ['--not', ...exclude];
  const text = await gitText([...args, ...range, '--'], options(repository));
  const records = text.split(/\u0001(?=[0-9a-f]{40,64}\0)/).slice(1);
  return Promise.all(records.map((record) => ownWork(repository, readCommit(record))));
}

async function ownWork(repository: HookedRepository, made: CommitChanges): Promise<CommitChanges> {
  const { commit, parents, changes } = made;
  const against = async (tree: string) => {
    const args = ['diff-tree', '-r', ...RAW, tree, commit, '--'];
    return readRaw((await gitText(args, options(repository))).split('\0'));
  };
  return { ...made, changes: await withoutAutomatic(repository, parents, [...changes], against) };
}

function readCommit(record: string): CommitChanges {
  const [commit = '', parents = '', subject = '', agents = '', ...rest] = record.split('\0');
  return {
    commit,
    parents: parents.split(' ').filter(Boolean),
    subject,
    agent: agents.split(',').at(-1)?.trim() || undefined,
    changes: readRaw(rest),
  };
}

/** Fields of `--raw -z`: `:modes oids status`, then the path. Of a combined diff, one colon a parent. */
function readRaw(fields: readonly string[]): Change[] {
  const changes: Change[] = [];
  for (let at = 0; at + 1 < fields.length; at++) {
    const header = fields[at]?.trimStart() ?? '';
    if (!header.startsWith(':')) continue;
    const path = fields[++at] ?? '';
    changes.push({ path, status: statusOf(header), isLink: modeOf(header) === '120000' });
  }
  return changes;
}

/** The mode that results: after one of each parent. */
function modeOf(header: string): string {
  return header.replace(/^:+/, '').split(' ')[parentsOf(header)] ?? '';
}

function parentsOf(header: string): number {
  return header.search(/[^:]/);
}

function statusOf(header: string): Change['status'] {
  const letters = header.slice(header.lastIndexOf(' ') + 1);
  if (letters.startsWith('D')) return 'deleted';
  return letters.startsWith('A') ? 'added' : 'changed';
}

/** Whether the repository knows the commit: a remote may hold what was never fetched. */
export async function hasCommit(repository: HookedRepository, commit: string): Promise<boolean> {
  return (await runGit(['cat-file', '-e', `${commit}^{commit}`], options(repository))).code === 0;
}

/** A file of a commit (or of the index, with `commit` empty); undefined when it has none. */
export async function readCommitted(
  repository: HookedRepository,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const args = ['cat-file', 'blob', `${commit}:${path}`];
  const { code, stdout } = await runGit(args, options(repository));
  return code === 0 ? stdout.toString() : undefined;
}

/** Whether a change can break an import, its own or one of a file that stays as it is. */
export function mayBreakImports({ path, status, isLink }: Change): boolean {
  // An added or changed page of text cannot; that it goes away can.
  return status === 'deleted' || isLink || isSetting(path) || languageOf(path) !== undefined;
}

/** Where the repository of a hook is, for whoever lists its commits. */
export async function checkoutOf({ cwd, env }: HookedRepository): Promise<Checkout> {
  const set = Object.entries(env).filter(([, value]) => value !== undefined);
  const told = Object.fromEntries(set) as Record<string, string>;
  if (env['GIT_QUARANTINE_PATH'] === undefined && env['GIT_WORK_TREE'] === undefined) {
    const found = await findCheckout(cwd, env['GIT_INDEX_FILE']);
    return { ...found, env: { ...told, ...found.env } };
  }
  const args = ['rev-parse', '--path-format=absolute', '--git-dir', '--git-common-dir'];
  const text = await gitText(args, { cwd, env: told });
  const [gitDir = '', commonDir = ''] = text.split('\n');
  return { top: cwd, gitDir, commonDir, env: told };
}

function options({ cwd, env }: HookedRepository) {
  return { cwd, env: { ...env } };
}
