// Code that is in no Git repository: an unpacked archive, a container, another system's checkout.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runCli } from '../support/cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const rules =
  '[domains.a]\nscope = "a/**"\nforbidden_imports = ["b/**"]\n[domains.b]\nscope = "b/**"\n';

function open(t: TestContext, files: Record<string, string>) {
  const sandbox = createSandbox(t);
  const folder = sandbox.folder('plain');
  for (const [path, text] of Object.entries({ 'boundaries.toml': rules, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const run = (cwd: string, ...args: string[]) =>
    runCli(args, { cwd: join(folder, cwd), env: sandbox.env });
  return { folder, run };
}

const broken = {
  'a/f.ts': "import '../b/x';\n",
  'a/deep/g.ts': 'export {};\n',
  'b/x.ts': 'export {};\n',
  'node_modules/c/index.ts': 'nobody (reads this',
};

describe('outside a Git repository', () => {
  it('all below the rules is linted, and that is said', async (t) => {
    const { folder, run } = open(t, broken);
    const { code, stdout, stderr } = await run('.', 'lint-boundaries');
    assert.equal(code, 1);
    assert.match(stdout, /^a\/f\.ts:1:8 forbidden-import\n/);
    assert.match(stdout, /\n1 violation: 3 files, 2 domains\n$/);
    assert.ok(stderr.includes(`no Git repository here: all files below ${folder} are linted`));
    assert.equal(existsSync(join(folder, '.git')), false, 'nothing is left behind');
  });

  it('from below it is the same, and a path chooses what is told', async (t) => {
    const { run } = open(t, broken);
    const below = await run('a/deep', 'lint-boundaries', '--json', '--quiet');
    assert.equal(below.stderr, '');
    const { violations, files } = below.json().data;
    assert.deepEqual(
      (violations as { file: string }[]).map(({ file }) => file),
      ['a/f.ts'],
    );
    assert.equal(files, 3);
    assert.equal((await run('.', 'lint-boundaries', 'b')).code, 0);
  });

  it('what changed is seen at once, with and without the gate', async (t) => {
    const { folder, run } = open(t, broken);
    assert.equal((await run('.', 'lint-boundaries', '--no-gate')).code, 1);
    writeFileSync(join(folder, 'a/f.ts'), "import './deep/g';\n");
    assert.equal((await run('.', 'lint-boundaries')).code, 0);
    assert.equal((await run('.', 'lint-boundaries', '--no-gate')).code, 0);
  });

  it('the tools work too', async (t) => {
    const { run } = open(t, broken);
    const told = await run('.', 'boundaries', 'explain', 'a/f.ts');
    assert.match(told.stdout, /refused: forbidden-import/);
    assert.match((await run('.', 'boundaries', 'graph', '--format', 'mermaid')).stdout, /a/);
    assert.equal((await run('.', 'boundaries', 'baseline')).code, 0);
    assert.equal((await run('.', 'lint-boundaries')).code, 0);
  });

  for (const option of ['--staged', '--base=main']) {
    it(`${option} says that it needs one`, async (t) => {
      const { run } = open(t, broken);
      const result = await run('.', 'lint-boundaries', option, '--json');
      assert.equal(result.code, 2);
      const { error } = result.json();
      assert.equal(error.code, 'no-repository');
      assert.match(error.message, /is in no Git repository, and --(staged|base) asks for one/);
    });
  }

  it('without rules it says where they are looked for', async (t) => {
    const sandbox = createSandbox(t);
    const cwd = sandbox.folder('empty');
    const result = await runCli(['lint-boundaries', '--json'], { cwd, env: sandbox.env });
    assert.equal(result.code, 2);
    assert.equal(result.json().error.code, 'no-boundaries');
  });

  it('a repository without a working tree is no plain folder', async (t) => {
    const sandbox = createSandbox(t);
    const cwd = sandbox.folder('bare.git');
    sandbox.git(cwd, 'init', '--quiet', '--bare');
    const result = await runCli(['lint-boundaries', '--json'], { cwd, env: sandbox.env });
    assert.equal(result.code, 2);
    assert.equal(result.json().error.code, 'no-repository');
  });
});
