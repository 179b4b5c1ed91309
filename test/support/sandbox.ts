import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** A folder of one test's own, and an environment in which Git and comm-node are the same everywhere. */
export interface Sandbox {
  /** Has spaces and a letter beyond ASCII in its path, like some users' home folders. */
  readonly root: string;
  /** For every process the test starts: nothing of the developer's own settings. */
  readonly env: Readonly<Record<string, string>>;
  /** A new folder below the root. */
  folder(name: string): string;
  /** A new Git repository below the root, with one empty commit on `main`. */
  repository(name: string): string;
  /** Runs Git; the result is its output without the last newline. */
  git(cwd: string, ...args: string[]): string;
}

const GIT_CONFIG = `[user]
\tname = Sandbox
\temail = sandbox@example.com
[init]
\tdefaultBranch = main
[core]
\tabbrev = 12
[gc]
\tauto = 0
[maintenance]
\tauto = false
[commit]
\tgpgsign = false
[tag]
\tgpgsign = false
[protocol "file"]
\tallow = always
[advice]
\tdetachedHead = false
`;

/** Makes a sandbox that is gone when the test ends. */
export function createSandbox(t: TestContext): Sandbox {
  const root = mkdtempSync(join(tmpdir(), 'comm-node tést '));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return makeSandbox(root);
}

/** Makes a sandbox in an empty folder, or in one of its own made before, for whoever tidies up alone. */
export function makeSandbox(root: string): Sandbox {
  const env = environment(root);
  const folder = (name: string) => {
    const path = join(root, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  folder('home');
  shareCompiledCode(env['COMM_NODE_HOME']);
  writeFileSync(join(root, 'home', 'gitconfig'), GIT_CONFIG);
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', args, { cwd, env, encoding: 'utf8' }).trimEnd();
  return {
    root,
    env,
    folder,
    git,
    repository(name) {
      const path = folder(name);
      git(path, 'init', '--quiet');
      git(path, 'commit', '--quiet', '--allow-empty', '--message', 'Begin');
      return path;
    },
  };
}

const COMPILED = fileURLToPath(
  new URL('../../node_modules/.cache/comm-node-code', import.meta.url),
);

/**
 * Gives a new home of comm-node the compiled code of all: it is named by build and Node, and
 * without it every start of the program compiles anew, which is a quarter of what a verb costs.
 */
export function shareCompiledCode(home: string): void {
  for (const folder of [COMPILED, home]) mkdirSync(folder, { recursive: true });
  const own = join(home, 'code-cache');
  if (!existsSync(own)) symlinkSync(COMPILED, own);
}

function environment(root: string) {
  const home = join(root, 'home');
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'false',
    COMM_NODE_HOME: join(home, 'comm-node'),
  };
}
