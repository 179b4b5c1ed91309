import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import { runGit } from '../git/process.ts';

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
