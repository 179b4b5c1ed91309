import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import { runGit } from '../git/process.ts';

/** Where the code is, in which repository, and which index is meant. */
export interface Checkout {
  /** The top of the working tree, or of a plain folder; absolute. */
  readonly top: string;
  /** This worktree's Git directory; undefined outside a repository. */
  readonly gitDir: string | undefined;
  /** The Git directory that all worktrees share; undefined outside a repository. */
  readonly commonDir: string | undefined;
  /** Laid over Git's environment: the index that a commit in progress uses. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the repository around a folder; where there is none, the plain folder to lint.
 * @param index the GIT_INDEX_FILE of a hook: `commit -a` and `commit PATH` use one of their own.
 * @throws ConfigError `no-repository` inside a repository that has no working tree.
 */
export async function findCheckout(cwd: string, index: string | undefined): Promise<Checkout> {
  const { top, gitDir, commonDir } = findByHand(cwd) ?? (await findByGit(cwd)) ?? plainFolder(cwd);
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

// Without Git the rules say how far the code reaches: it is what lies beside and below them.
function plainFolder(cwd: string): Omit<Checkout, 'env'> {
  let top = cwd;
  while (!existsSync(join(top, 'boundaries.toml')) && top !== dirname(top)) top = dirname(top);
  const found = existsSync(join(top, 'boundaries.toml'));
  return { top: found ? top : cwd, gitDir: undefined, commonDir: undefined };
}

async function findByGit(cwd: string): Promise<Omit<Checkout, 'env'> | undefined> {
  const args = [
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-dir',
    '--git-common-dir',
  ];
  const { code, stdout, stderr } = await runGit(args, { cwd });
  if (/not a git repository/i.test(stderr)) return undefined;
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
