import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const identity = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

/** The environment of the Git that tests compare with: no configuration of this machine. */
export const gitEnv = {
  ...process.env,
  ...identity,
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** A new folder that goes away with the test; its name holds a space and a letter beyond ASCII. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'git ü '));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Changes this process's environment until the end of a test. */
export function setEnvironment(t: TestContext, changes: Record<string, string>): void {
  const before = Object.keys(changes).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, changes);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

/** Runs the real Git in a folder and returns what it printed, without the last line feed. */
export function git(cwd: string, args: string[], input?: string | Uint8Array): string {
  const output = execFileSync('git', args, {
    cwd,
    input,
    env: gitEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
  return output.toString().replace(/\n$/, '');
}

/** A bare repository with one commit of a few files on `main`. */
export function bareRepository(t: TestContext): string {
  const gitDir = join(temporaryFolder(t), 'hub.git');
  git(tmpdir(), ['init', '-q', '--bare', '-b', 'main', gitDir]);
  git(gitDir, ['update-ref', 'refs/heads/main', commitOf(gitDir, { 'README.md': 'hello\n' })]);
  return gitDir;
}

/** Stores a commit whose tree holds exactly these files; moves no ref. */
export function commitOf(
  gitDir: string,
  files: Record<string, string>,
  parents: string[] = [],
  message = 'a commit',
): string {
  const lines = Object.entries(files).map(([path, text]) => {
    const blob = git(gitDir, ['hash-object', '-w', '--stdin'], text);
    return `100644 ${blob}\t${path}`;
  });
  const index = join(gitDir, `index-${Math.random()}`);
  const options = {
    cwd: gitDir,
    env: { ...gitEnv, GIT_INDEX_FILE: index, GIT_DIR: gitDir },
    stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'],
  };
  execFileSync('git', ['update-index', '--add', '--index-info'], {
    ...options,
    input: `${lines.join('\n')}\n`,
  });
  const tree = execFileSync('git', ['write-tree'], options).toString().trim();
  rmSync(index, { force: true });
  const flags = parents.flatMap((parent) => ['-p', parent]);
  return git(gitDir, ['commit-tree', tree, ...flags], message);
}

/** Starts a script of `workers/` as a process of its own; gives its output when it ends, however it ends. */
export function startWorker(name: string, args: string[]) {
  const child = spawn(process.execPath, [bundled(name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: gitEnv,
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(output)));
  return { child, ended, output: () => output };
}

const bundles = new Map<string, string>();

// Compiling in each of a hundred short-lived processes would take longer than what they do.
function bundled(name: string): string {
  const known = bundles.get(name);
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, `${name}.mjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL(`./workers/${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  bundles.set(name, outfile);
  return outfile;
}
