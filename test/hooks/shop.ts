import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { createIds } from '../../src/records/ids.ts';
import { formatLock } from '../../src/records/lock-file.ts';
import { lockPath } from '../../src/records/paths.ts';
import { formatTime } from '../../src/records/time.ts';
import { BIN, type CliResult, runCli, runProcess } from '../support/cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/**
 * A product of two domains in one repository: backend has src/api (main worktree `shop`), frontend
 * has src/ui (linked worktree `ui`); a third worktree `api-two` is backend-two's, of the domain api too.
 * `origin.git` is their remote.
 */
export interface Shop extends Sandbox {
  readonly hub: string;
  readonly origin: string;
  /** A worktree's folder. */
  place(worktree: Worktree): string;
  /** Runs Git in a folder, whatever its exit code. */
  run(cwd: string, args: readonly string[], env?: Record<string, string>): Promise<CliResult>;
  /** Runs comm-node in a folder. */
  node(cwd: string, ...args: string[]): Promise<CliResult>;
  /** Runs one hook as its host does. */
  hook(
    cwd: string,
    words: readonly string[],
    input?: string,
    env?: Record<string, string>,
  ): Promise<CliResult>;
  /** Publishes a lock, as an ordinary commit in the coordination repository. */
  lock(holder: string, paths: readonly string[], more?: object): string;
  /** Changes files of the coordination repository by hand. */
  edit(change: (clone: string) => void): void;
  write(cwd: string, file: string, text: string): void;
}

export type Worktree = 'shop' | 'ui' | 'api-two';

const now = () => Date.now();
const ids = createIds(now);

export async function openShop(t: TestContext, { hooks = true } = {}): Promise<Shop> {
  return furnish(createSandbox(t), { hooks });
}

/** The shop in a sandbox of the caller's. */
export async function furnish(sandbox: Sandbox, { hooks = true } = {}): Promise<Shop> {
  const { root, env, git } = sandbox;
  const hub = join(root, 'hub.git');
  const origin = join(root, 'origin.git');
  const place = (worktree: Worktree) => join(root, worktree);
  const node = (cwd: string, ...args: string[]) => runCli(args, { cwd, env });
  const must = async (run: Promise<CliResult>) => {
    const { code, stdout, stderr } = await run;
    if (code !== 0) throw new Error(`${stdout}${stderr}`);
  };
  const write = (cwd: string, file: string, text: string) => {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  };
  await must(node(root, 'init', hub, '--project', 'shop'));
  const shop = sandbox.repository('shop');
  write(shop, 'src/api/a.ts', 'export const a = 1;\n');
  write(shop, 'src/ui/u.ts', 'export const u = 1;\n');
  git(shop, 'add', '-A');
  git(shop, 'commit', '--quiet', '-m', 'Begin the shop');
  git(root, 'init', '--quiet', '--bare', origin);
  git(shop, 'remote', 'add', 'origin', origin);
  git(shop, 'push', '--quiet', 'origin', 'main');
  git(shop, 'worktree', 'add', '--quiet', '-b', 'ui', '../ui');
  git(shop, 'worktree', 'add', '--quiet', '-b', 'api-two', '../api-two');
  const without = hooks ? [] : ['--no-hooks'];
  const join_ = (worktree: Worktree, agent: string, domain: string) =>
    must(
      node(
        place(worktree),
        'join',
        hub,
        '--agent',
        agent,
        '--domain',
        domain,
        '--repo',
        'shop',
        ...without,
      ),
    );
  await join_('shop', 'backend', 'api');
  await join_('ui', 'frontend', 'ui');
  await join_('api-two', 'backend-two', 'api');
  git(root, 'clone', '--quiet', hub, 'hub-clone');
  const clone = join(root, 'hub-clone');
  const edit = (change: (folder: string) => void) => {
    git(clone, 'pull', '--quiet');
    change(clone);
    git(clone, 'add', '-A');
    git(clone, 'commit', '--quiet', '-m', 'By hand');
    git(clone, 'push', '--quiet');
  };
  edit((folder) => {
    const file = join(folder, 'comm-node.toml');
    const text = readFileSync(file, 'utf8')
      .replace('[domains.api]', '[domains.api]\nscope = ["src/api/**"]')
      .replace('[domains.ui]', '[domains.ui]\nscope = ["src/ui/**"]');
    writeFileSync(file, text);
  });
  return {
    ...sandbox,
    hub,
    origin,
    place,
    node,
    edit,
    write,
    async run(cwd, args, more = {}) {
      const ran = await runProcess('git', args, { cwd, env: { ...env, ...more } });
      return { ...ran, json: () => JSON.parse(ran.stdout) };
    },
    async hook(cwd, words, input = '', more = {}) {
      const ran = await runProcess(process.execPath, [BIN, 'hook', ...words], {
        cwd,
        env: { ...env, ...more },
        input,
      });
      return { ...ran, json: () => JSON.parse(ran.stdout) };
    },
    lock(holder, paths, more = {}) {
      const id = ids();
      const at = now();
      const lock = {
        id,
        holder,
        repo: 'shop',
        paths,
        exclusive: true,
        why: 'Rewriting it',
        fence: 1,
        created: formatTime(at),
        expires: formatTime(at + 3_600_000),
        extra: {},
        body: '',
        ...more,
      };
      edit((folder) => write(folder, lockPath(id), formatLock(lock)));
      return id;
    },
  };
}

/** Adds a line to a file that is there. */
export function addLine(cwd: string, file: string, line = '// more'): void {
  appendFileSync(join(cwd, file), `${line}\n`);
}
