import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GitResult, gitFailure, runGit } from './process.ts';

/** The repository that a folder lies in. Paths are absolute. */
export interface WorktreeInfo {
  /** This worktree's own folder: where its HEAD and index are. */
  gitDir: string;
  /** The repository all its worktrees share. */
  commonDir: string;
  /** The folder of files; undefined in a bare repository. */
  topLevel: string | undefined;
  /** Whether it is a worktree made by `git worktree add`. */
  isLinked: boolean;
  /** The URL of the remote `origin`, as configured. */
  originUrl?: string;
}

/**
 * What Git is configured to below a prefix (`comm-node.`), for a folder: system, user, repository and worktree, the
 * nearest wins. Keys are whole and lower-case. Undefined outside a repository. Throws GitError for a damaged configuration.
 */
export async function readConfig(
  cwd: string,
  prefix = 'comm-node.',
): Promise<Map<string, string> | undefined> {
  if (!isInRepository(cwd)) return undefined;
  const pattern = `^${prefix.toLowerCase().replace(/[.\\[\]*^$+?(){}|]/g, '\\$&')}`;
  const args = ['config', '-z', '--get-regexp', pattern];
  const result = await runGit(args, { cwd });
  if (result.code > 1) throw failure(args, result);
  const values = new Map<string, string>();
  for (const item of result.stdout.toString().split('\0').slice(0, -1)) {
    const end = item.indexOf('\n');
    // A key without a value is Git's way to say yes.
    values.set(end < 0 ? item : item.slice(0, end), end < 0 ? 'true' : item.slice(end + 1));
  }
  return values;
}

// `git config` answers outside a repository too, from the user's file alone; asking Git again would cost a process.
function isInRepository(cwd: string): boolean {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
    if (['HEAD', 'objects', 'refs'].every((name) => existsSync(join(folder, name)))) return true;
    // Inside the folder of a linked worktree.
    if (existsSync(join(folder, 'commondir'))) return true;
    if (dirname(folder) === folder) return false;
  }
}

/** Sets a key for the whole repository, or removes it. Throws GitError when Git refuses. */
export async function setLocal(cwd: string, key: string, value: string | undefined): Promise<void> {
  await write(cwd, ['--local'], key, value);
}

/**
 * Sets a key for this worktree alone, or removes it: other worktrees of the repository do not see it.
 * Switches `extensions.worktreeConfig` on the way git-worktree(1) describes. Throws GitError when Git refuses.
 */
export async function setWorktree(
  cwd: string,
  key: string,
  value: string | undefined,
): Promise<void> {
  await enableWorktreeConfig(cwd);
  await write(cwd, ['--worktree'], key, value);
}

/** `core.bare` and `core.worktree` describe the main worktree; left in the shared file they would hold for all. */
async function enableWorktreeConfig(cwd: string): Promise<void> {
  const info = await worktreeInfo(cwd);
  if (info === undefined) return;
  const shared = ['--file', join(info.commonDir, 'config')];
  const main = ['--file', join(info.commonDir, 'config.worktree')];
  const values = await readFile(cwd, shared);
  const enabled = values.get('extensions.worktreeconfig') === 'true';
  if (!enabled) await write(cwd, shared, 'extensions.worktreeConfig', 'true');
  // Looked at even when it is enabled: a kill may have come between the two.
  const moves = [...values].filter(
    ([key, value]) => (key === 'core.bare' && value === 'true') || key === 'core.worktree',
  );
  for (const [key, value] of moves) {
    await write(cwd, main, key, value);
    await write(cwd, shared, key, undefined);
  }
}

async function readFile(cwd: string, file: string[]): Promise<Map<string, string>> {
  const args = ['config', ...file, '-z', '--list'];
  const result = await runGit(args, { cwd });
  if (result.code !== 0) throw failure(args, result);
  const items = result.stdout.toString().split('\0').slice(0, -1);
  return new Map(
    items.map((item) => [item.split('\n', 1)[0] ?? '', item.slice(item.indexOf('\n') + 1)]),
  );
}

const LOCK_PATIENCE_MS = 3000;
/** `git config --unset-all` of a key that is not there. */
const NOTHING_TO_UNSET = 5;

// Several agents may join at once, and Git does not wait for its own config.lock.
async function write(cwd: string, where: string[], key: string, value: string | undefined) {
  const args = ['config', ...where, ...(value === undefined ? ['--unset-all', key] : [key, value])];
  for (const deadline = Date.now() + LOCK_PATIENCE_MS; ; ) {
    const result = await runGit(args, { cwd });
    if (result.code === 0 || (value === undefined && result.code === NOTHING_TO_UNSET)) return;
    const isLocked = /could not lock config file/.test(result.stderr);
    if (!isLocked || Date.now() > deadline) throw failure(args, result);
    await sleep(10 + Math.random() * 40);
  }
}

/** The repository and worktree that a folder lies in, or undefined outside one. Throws GitError when Git refuses to look. */
export async function worktreeInfo(cwd: string): Promise<WorktreeInfo | undefined> {
  const look = ['rev-parse', '--git-dir', '--git-common-dir', '--show-toplevel'];
  const [found, origin] = await Promise.all([
    runGit(look, { cwd }),
    runGit(['config', '--get', 'remote.origin.url'], { cwd }),
  ]);
  const [gitDir, commonDir, top] = found.stdout.toString().split('\n');
  if (gitDir === undefined || gitDir === '' || commonDir === undefined) {
    if (/not a git repository/.test(found.stderr)) return undefined;
    throw failure(look, found);
  }
  const url = origin.code === 0 ? origin.stdout.toString().trim() : '';
  const own = resolve(cwd, gitDir);
  return {
    gitDir: own,
    commonDir: resolve(cwd, commonDir),
    topLevel: top === undefined || top === '' ? undefined : resolve(top),
    isLinked: basename(dirname(own)) === 'worktrees' && existsSync(join(own, 'commondir')),
    ...(url === '' ? {} : { originUrl: url }),
  };
}

function failure(args: string[], result: GitResult) {
  return gitFailure(args, `failed with exit code ${result.code}`, result.stderr, result.code);
}
