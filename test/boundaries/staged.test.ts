import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type LintRequest, lintBoundaries } from '../../src/services/linting.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const rules =
  '[domains.a]\nscope = "a/**"\nforbidden_imports = ["b/**"]\n[domains.b]\nscope = "b/**"\n';
const bad = "import '../b/x';\n";

/** A repository with a clean first commit. */
class Repo {
  readonly sandbox: Sandbox;
  readonly path: string;

  constructor(t: TestContext, commit = true) {
    this.sandbox = createSandbox(t);
    this.path = this.sandbox.folder('repo');
    this.git('init', '--quiet');
    this.write({
      'boundaries.toml': rules,
      'a/f.ts': "import './g';\n",
      'a/g.ts': 'export {};\n',
      'b/x.ts': 'export {};\n',
    });
    this.git('add', '.');
    if (commit) this.git('commit', '--quiet', '-m', 'First');
  }

  git(...args: string[]): string {
    return this.sandbox.git(this.path, ...args);
  }

  write(files: Record<string, string>, root = this.path): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  /** The rules broken, as `rule file`. */
  async lint(request: Partial<LintRequest> = {}): Promise<string[]> {
    const home = join(this.sandbox.root, 'home');
    const { report } = await lintBoundaries({ cwd: this.path, env: {}, home, ...request });
    return report.violations.map(({ rule, file }) => `${rule} ${file}`);
  }

  staged(request: Partial<LintRequest> = {}): Promise<string[]> {
    return this.lint({ staged: true, ...request });
  }
}

const hit = ['forbidden-import a/f.ts'];

describe('what is staged', () => {
  it('a violation only in the working tree does not fail it', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/f.ts': bad });
    assert.deepEqual(await repo.staged(), []);
    assert.deepEqual(await repo.lint(), hit);
  });

  it('one only in the index does', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/f.ts': bad });
    repo.git('add', 'a/f.ts');
    repo.write({ 'a/f.ts': '' });
    assert.deepEqual(await repo.staged(), hit);
    assert.deepEqual(await repo.lint(), []);
  });

  it('an untracked target is not there yet', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/f.ts': "import './new';\n", 'a/new.ts': '' });
    repo.git('add', 'a/f.ts');
    assert.deepEqual(await repo.staged(), ['unresolved a/f.ts']);
    assert.deepEqual(await repo.lint(), []);
  });

  it('an intent to add is not there yet', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/f.ts': "import './new';\n", 'a/new.ts': '' });
    repo.git('add', 'a/f.ts');
    repo.git('add', '--intent-to-add', 'a/new.ts');
    assert.deepEqual(await repo.staged(), ['unresolved a/f.ts']);
  });

  it('a deleted target breaks a file that did not change', async (t) => {
    const repo = new Repo(t);
    repo.git('rm', '--quiet', 'a/g.ts');
    assert.deepEqual(await repo.staged(), ['unresolved a/f.ts']);
  });

  it('a target moved into another domain breaks a file that follows it', async (t) => {
    const repo = new Repo(t);
    repo.git('mv', 'a/g.ts', 'b/g.ts');
    repo.write({ 'a/f.ts': "import '../b/g';\n" });
    repo.git('add', 'a/f.ts');
    assert.deepEqual(await repo.staged(), hit);
  });

  it('an importer moved into another domain is judged there', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'b/y.ts': "import './x';\n" });
    repo.git('add', '.');
    repo.git('commit', '--quiet', '-m', 'y');
    repo.git('mv', 'b/y.ts', 'a/y.ts');
    assert.deepEqual(await repo.staged(), ['unresolved a/y.ts']);
  });

  it('changed rules hold for the commit that changes them', async (t) => {
    const repo = new Repo(t);
    repo.write({
      'boundaries.toml': rules.replace('forbidden_imports = ["b/**"]', ''),
      'a/f.ts': bad,
    });
    repo.git('add', '.');
    assert.deepEqual(await repo.staged(), []);
    repo.write({ 'boundaries.toml': rules });
    assert.deepEqual(await repo.staged(), []);
    repo.git('add', 'boundaries.toml');
    assert.deepEqual(await repo.staged(), hit);
  });

  it('so does a changed tsconfig', async (t) => {
    const repo = new Repo(t);
    repo.write({
      'a/f.ts': "import '@/x';\n",
      'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./b/*"]}}}',
    });
    repo.git('add', 'a/f.ts');
    assert.deepEqual(await repo.staged(), []);
    repo.git('add', 'tsconfig.json');
    assert.deepEqual(await repo.staged(), hit);
  });

  it('a part of a file', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/f.ts': "import './g';\nimport '../b/x';\n" });
    const patch =
      "diff --git a/a/f.ts b/a/f.ts\n--- a/a/f.ts\n+++ b/a/f.ts\n@@ -1 +1,2 @@\n import './g';\n+// only this line\n";
    repo.write({ '../part.patch': patch });
    repo.git('apply', '--cached', '../part.patch');
    assert.deepEqual(await repo.staged(), []);
    assert.deepEqual(await repo.lint(), hit);
  });

  it('a path that a commit names, by an index of its own', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/f.ts': bad });
    const index = join(repo.path, '.git', 'other-index');
    const env = { ...repo.sandbox.env, GIT_INDEX_FILE: index };
    const { execFileSync } = await import('node:child_process');
    execFileSync('git', ['read-tree', 'HEAD'], { cwd: repo.path, env });
    execFileSync('git', ['add', 'a/f.ts'], { cwd: repo.path, env });
    assert.deepEqual(await repo.staged(), []);
    assert.deepEqual(await repo.staged({ env: { GIT_INDEX_FILE: '.git/other-index' } }), hit);
  });

  it('a branch that is not born yet', async (t) => {
    const repo = new Repo(t, false);
    repo.write({ 'a/f.ts': bad });
    assert.deepEqual(await repo.staged(), []);
    repo.git('add', '.');
    assert.deepEqual(await repo.staged(), hit);
  });

  it('a merge in progress', async (t) => {
    const repo = new Repo(t);
    repo.git('checkout', '--quiet', '-b', 'side');
    repo.write({ 'a/f.ts': bad, 'a/s.ts': bad });
    repo.git('add', '.');
    repo.git('commit', '--quiet', '-m', 'side');
    repo.git('checkout', '--quiet', 'main');
    repo.write({ 'a/f.ts': "import './g';\n// ours\n" });
    repo.git('commit', '--quiet', '-am', 'ours');
    assert.throws(() => repo.git('merge', '--quiet', 'side'));
    assert.deepEqual(await repo.staged(), ['forbidden-import a/s.ts']);
    repo.write({ 'a/f.ts': bad });
    repo.git('add', 'a/f.ts');
    assert.deepEqual(await repo.staged(), [...hit, 'forbidden-import a/s.ts']);
  });

  it('a submodule is another repository', async (t) => {
    const repo = new Repo(t);
    const other = repo.sandbox.repository('other');
    repo.write({ 'z.ts': "import '../../b/x';\n" }, other);
    repo.sandbox.git(other, 'add', '.');
    repo.sandbox.git(other, 'commit', '--quiet', '-m', 'z');
    repo.git('submodule', '--quiet', 'add', other, 'a/sub');
    assert.deepEqual(await repo.staged(), []);
    assert.deepEqual(await repo.lint(), []);
  });

  it('a linked worktree has an index of its own', async (t) => {
    const repo = new Repo(t);
    const linked = join(repo.sandbox.root, 'linked');
    repo.git('worktree', 'add', '--quiet', linked, '-b', 'linked');
    repo.write({ 'a/f.ts': bad }, linked);
    repo.sandbox.git(linked, 'add', '.');
    assert.deepEqual(await repo.staged({ cwd: linked }), hit);
    assert.deepEqual(await repo.staged({ cwd: join(linked, 'a') }), hit);
    assert.deepEqual(await repo.staged(), []);
  });

  it('a symbolic link, and files that are not checked out', async (t) => {
    const repo = new Repo(t);
    symlinkSync('../b', join(repo.path, 'a/link'));
    repo.write({ 'a/f.ts': "import './link/x';\n" });
    repo.git('add', '.');
    assert.deepEqual(await repo.staged(), hit);
    rmSync(join(repo.path, 'a/link'));
    assert.deepEqual(await repo.staged(), hit);
    repo.git('update-index', '--skip-worktree', 'a/f.ts');
    rmSync(join(repo.path, 'a/f.ts'));
    assert.deepEqual(await repo.staged(), hit);
  });

  it('names with blanks, quotes and letters beyond ASCII', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/ä "b" c.ts': bad });
    repo.git('add', '.');
    assert.deepEqual(await repo.staged(), ['forbidden-import a/ä "b" c.ts']);
  });

  it('only what a branch brought, against a base', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/old.ts': bad });
    repo.git('add', '.');
    repo.git('commit', '--quiet', '-m', 'old');
    repo.git('checkout', '--quiet', '-b', 'side');
    repo.write({ 'a/f.ts': bad });
    repo.git('commit', '--quiet', '-am', 'new');
    assert.deepEqual(await repo.lint(), [...hit, 'forbidden-import a/old.ts']);
    assert.deepEqual(await repo.lint({ base: 'main' }), hit);
    await assert.rejects(repo.lint({ base: 'nowhere' }), { code: 'no-revision' });
  });

  it('the cache changes nothing, and may be deleted', async (t) => {
    const repo = new Repo(t);
    repo.write({ 'a/f.ts': bad });
    const first = await repo.lint();
    assert.deepEqual(await repo.lint(), first);
    assert.deepEqual(await repo.lint({ cache: false }), first);
    assert.deepEqual(await repo.lint({ cache: false, gate: false }), first);
    rmSync(join(repo.path, '.git/comm-node'), { recursive: true });
    assert.deepEqual(await repo.lint(), first);
    repo.write({ 'a/f.ts': '' });
    assert.deepEqual(await repo.lint(), []);
    const many = await Promise.all(Array.from({ length: 8 }, () => repo.lint()));
    assert.deepEqual(many.flat(), []);
  });
});
