// Beside those who look after hooks already: the real packages, from the npm registry, in a folder
// of the test's own; they are never dependencies. Where they cannot be had, the test says so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeSandbox } from '../support/sandbox.ts';
import { addLine, furnish, type Shop } from './shop.ts';

const PACKAGES = ['husky@9', 'lefthook@2', 'simple-git-hooks@2'];
const packages = mkdtempSync(join(tmpdir(), 'comm-node packages '));
let missing: string | undefined;
/** Where the shop stands, as new for each test: what Git and comm-node keep names its path. */
const root = join(packages, 'the shop');
let asNew: Shop;

before(async () => {
  try {
    writeFileSync(join(packages, 'package.json'), '{ "private": true }\n');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', ...PACKAGES], {
      cwd: packages,
      stdio: 'pipe',
      timeout: 180_000,
    });
  } catch (error) {
    missing = `COULD NOT INSTALL ${PACKAGES.join(', ')}: ${String(error).split('\n')[0]}`;
  }
  mkdirSync(root);
  asNew = await furnish(makeSandbox(root), { hooks: false });
  cpSync(root, `${root}, as new`, { recursive: true, verbatimSymlinks: true });
  lookForLefthook(asNew);
});
after(() => rmSync(packages, { recursive: true, force: true }));

/** The shop, whatever a test has made of it before. */
function newShop(): Shop {
  rmSync(root, { recursive: true, force: true });
  cpSync(`${root}, as new`, root, { recursive: true, verbatimSymlinks: true });
  return asNew;
}

/** A hook of theirs: it leaves a trace, and says no to a commit whose message says so. */
const THEIRS = 'echo theirs >> "$(git rev-parse --git-common-dir)/traces"; test ! -e refuse';

interface Manager {
  readonly name: string;
  /** Sets it up, with a pre-commit hook of theirs. */
  setUp(shop: Shop, cwd: string, bin: (name: string) => string): void;
}

const npmManifest = (more: object) =>
  `${JSON.stringify({ name: 'shop', private: true, ...more }, null, 2)}\n`;

const MANAGERS: readonly Manager[] = [
  {
    name: 'husky',
    setUp(shop, cwd, bin) {
      shop.write(
        cwd,
        'package.json',
        npmManifest({ scripts: { prepare: 'husky' }, devDependencies: { husky: '^9' } }),
      );
      execFileSync(process.execPath, [bin('husky')], { cwd, env: shop.env });
      shop.write(cwd, '.husky/pre-commit', `${THEIRS}\n`);
    },
  },
  {
    name: 'lefthook',
    setUp(shop, cwd, bin) {
      const job = `pre-commit:\n  commands:\n    theirs:\n      run: '${THEIRS}'\n`;
      shop.write(cwd, 'lefthook.yml', `# How we check\n${job}`);
      execFileSync(bin('lefthook'), ['install'], { cwd, env: shop.env });
    },
  },
  {
    name: 'simple-git-hooks',
    setUp(shop, cwd, bin) {
      shop.write(
        cwd,
        'package.json',
        npmManifest({ 'simple-git-hooks': { 'pre-commit': THEIRS } }),
      );
      execFileSync(process.execPath, [bin('simple-git-hooks')], { cwd, env: shop.env });
    },
  },
  {
    name: 'a hook of its own',
    setUp(_shop, cwd) {
      const file = join(cwd, '.git/hooks/pre-commit');
      writeFileSync(file, `#!/usr/bin/env bash\n# ours\n${THEIRS}`);
      chmodSync(file, 0o755);
    },
  },
  {
    name: 'a hook in another language',
    setUp(_shop, cwd) {
      const file = join(cwd, '.git/hooks/pre-commit');
      const code = `require('child_process').execSync(${JSON.stringify(THEIRS)}, { stdio: 'inherit' });`;
      writeFileSync(file, `#!${process.execPath}\n${code}\n`);
      chmodSync(file, 0o755);
    },
  },
  {
    name: 'core.hooksPath in the repository',
    setUp(shop, cwd) {
      shop.write(cwd, '.githooks/pre-commit', `#!/bin/sh\n${THEIRS}\n`);
      chmodSync(join(cwd, '.githooks/pre-commit'), 0o755);
      shop.git(cwd, 'config', 'core.hooksPath', '.githooks');
    },
  },
  {
    name: 'core.hooksPath of all repositories',
    setUp(shop) {
      const folder = shop.folder('home/hooks');
      writeFileSync(join(folder, 'pre-commit'), `#!/bin/sh\n${THEIRS}\n`);
      chmodSync(join(folder, 'pre-commit'), 0o755);
      shop.git(shop.root, 'config', '--global', 'core.hooksPath', folder);
    },
  },
];

describe('beside', () => {
  for (const { name, setUp } of MANAGERS) {
    test(name, async (t) => {
      if (missing !== undefined && PACKAGES.some((known) => known.startsWith(name)))
        return t.skip(missing);
      const shop = newShop();
      const cwd = shop.place('shop');
      const bin = (program: string) => realBin(program);
      shop.write(cwd, '.gitignore', 'node_modules\nrefuse\n');
      setUp(shop, cwd, bin);
      shop.git(cwd, 'add', '-A');
      shop.git(cwd, '-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '-m', 'Set up');
      await comeAndGo(shop, cwd);
    });
  }

  test('pre-commit', async (t) => {
    if (!hasPreCommit())
      return t.skip('NO pre-commit ON THIS MACHINE (apt-get install pre-commit, or pip)');
    const shop = newShop();
    const cwd = shop.place('shop');
    const hook = `- repo: local\n  hooks:\n  - id: theirs\n    name: theirs\n    entry: sh -c '${THEIRS.replaceAll("'", "''")}'\n    language: system\n    always_run: true\n    pass_filenames: false\n`;
    shop.write(cwd, '.pre-commit-config.yaml', `repos:\n${hook}`);
    shop.write(cwd, '.gitignore', 'refuse\n');
    shop.git(cwd, 'add', '-A');
    shop.git(cwd, 'commit', '--quiet', '-m', 'Set up');
    execFileSync('/usr/bin/pre-commit', ['install'], { cwd, env: shop.env, stdio: 'pipe' });
    await comeAndGo(shop, cwd);
  });
});

/** Ours come in, both run, both can refuse, in a new linked worktree too; ours go, theirs are as they were. */
async function comeAndGo(shop: Shop, cwd: string): Promise<void> {
  const before = snapshot(shop, cwd);
  const installed = await shop.node(cwd, 'hooks', 'install', '--only-git');
  assert.equal(installed.code, 0, installed.stderr);
  const again = await shop.node(cwd, 'hooks', 'install', '--only-git', '--json');
  assert.equal(
    (again.json().data['git'] as { changed: boolean }).changed,
    false,
    'again changes nothing',
  );
  shop.git(cwd, 'add', '-A');
  shop.git(
    cwd,
    '-c',
    'core.hooksPath=/dev/null',
    'commit',
    '--quiet',
    '--allow-empty',
    '-m',
    'Hooks',
  );

  shop.git(cwd, 'worktree', 'add', '--quiet', '-b', 'linked', '../linked');
  const linked = join(shop.root, 'linked');
  const joined = await shop.node(
    linked,
    'join',
    shop.hub,
    '--agent',
    'backend-three',
    '--domain',
    'api',
    '--repo',
    'shop',
    '--no-hooks',
  );
  assert.equal(joined.code, 0, joined.stderr);
  for (const place of [cwd, linked]) await bothRun(shop, place);

  const status = await shop.node(cwd, 'hooks', 'status', '--json');
  assert.equal(status.code, 0, status.stdout);
  shop.git(cwd, 'worktree', 'remove', '--force', linked);

  const uninstalled = await shop.node(cwd, 'hooks', 'uninstall');
  assert.equal(uninstalled.code, 0, uninstalled.stderr);
  assert.deepEqual(snapshot(shop, cwd), before, 'theirs are as they were, byte for byte');
  addLine(cwd, 'src/ui/u.ts', '// nobody minds');
  const free = await shop.run(cwd, ['commit', '-a', '-m', 'x']);
  assert.equal(free.code, 0, 'ours are gone');
  assert.match(traces(cwd), /theirs/);
}

async function bothRun(shop: Shop, place: string): Promise<void> {
  rmSync(join(shop.place('shop'), '.git/traces'), { force: true });
  addLine(place, 'src/api/a.ts', `// ${place.length}`);
  const fine = await shop.run(place, ['commit', '-a', '-m', 'fine']);
  assert.equal(fine.code, 0, fine.stderr);
  assert.match(traces(shop.place('shop')), /theirs/, 'theirs ran');
  assert.match(shop.git(place, 'log', '-1', '--format=%B'), /^Agent: backend/m, 'ours ran');

  addLine(place, 'src/api/a.ts', '// theirs say no');
  shop.write(place, 'refuse', '');
  assert.notEqual(
    (await shop.run(place, ['commit', '-a', '-m', 'x'])).code,
    0,
    'theirs can refuse',
  );
  rmSync(join(place, 'refuse'));
  addLine(place, 'src/ui/u.ts', '// ours say no');
  const refused = await shop.run(place, ['commit', '-a', '-m', 'x']);
  assert.notEqual(refused.code, 0, 'ours can refuse');
  assert.match(refused.stdout + refused.stderr, /belongs to the domain ui/);
  shop.git(place, 'reset', '--quiet', '--hard');
}

function traces(cwd: string): string {
  const file = join(cwd, '.git/traces');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Everything that an installation could have touched. */
function snapshot(shop: Shop, cwd: string): Record<string, string> {
  const files: Record<string, string> = {};
  const folders = [
    '.git/hooks',
    '.husky',
    '.githooks',
    '.git/comm-node/hooks',
    '.git/comm-node/hooks-path',
  ];
  for (const folder of [...folders.map((name) => join(cwd, name)), join(shop.root, 'home/hooks')]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, name);
      const known = statSync(file);
      if (known.isFile()) files[file] = `${(known.mode & 0o777).toString(8)} ${digest(file)}`;
    }
  }
  for (const name of [
    'lefthook.yml',
    'comm-node.lefthook.yml',
    'package.json',
    '.pre-commit-config.yaml',
  ]) {
    const file = join(cwd, name);
    if (existsSync(file)) files[file] = digest(file);
  }
  files['core.hooksPath'] = shop.git(cwd, 'config', '--default', '', '--get', 'core.hooksPath');
  return files;
}

function digest(file: string): string {
  return createHash('sha1').update(readFileSync(file)).digest('hex');
}

/** The program of a package, without a link that a copy of the folder would break. */
function realBin(program: string): string {
  if (program === 'lefthook') return join(packages, 'node_modules/.bin/lefthook');
  const manifest = JSON.parse(
    readFileSync(join(packages, 'node_modules', program, 'package.json'), 'utf8'),
  );
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[program];
  return join(packages, 'node_modules', program, bin);
}

/** Lefthook is looked for on the PATH, by its own hooks and by ours. */
function lookForLefthook(shop: Shop): void {
  (shop.env as Record<string, string>)['PATH'] = [
    join(packages, 'node_modules/.bin'),
    shop.env['PATH'],
  ].join(delimiter);
}

function hasPreCommit(): boolean {
  try {
    execFileSync('/usr/bin/pre-commit', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
