import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig, setLocal, setWorktree, worktreeInfo } from '../../src/git/config.ts';
import { bareRepository, git, temporaryFolder } from './fixture.ts';

test('outside a repository there is no configuration and no worktree', async (t) => {
  const folder = temporaryFolder(t);
  assert.equal(await readConfig(folder), undefined);
  assert.equal(await worktreeInfo(folder), undefined);
  await assert.rejects(worktreeInfo(join(folder, 'none')), { code: 'config', message: /none/ });
});

test('on an unborn branch keys are set, read and removed', async (t) => {
  const folder = temporaryFolder(t);
  git(folder, ['init', '-q', '-b', 'main']);
  assert.deepEqual(await readConfig(folder), new Map());
  await setLocal(folder, 'comm-node.url', 'a "b"\nc = ü');
  await setLocal(folder, 'comm-nodex.url', 'not ours');
  assert.deepEqual([...((await readConfig(folder)) ?? [])], [['comm-node.url', 'a "b"\nc = ü']]);
  await setLocal(folder, 'comm-node.url', undefined);
  await setLocal(folder, 'comm-node.url', undefined);
  assert.deepEqual(await readConfig(folder), new Map());
  const info = await worktreeInfo(folder);
  assert.deepEqual(
    [info?.gitDir, info?.topLevel, info?.isLinked],
    [join(folder, '.git'), folder, false],
  );
});

test('a worktree’s value is its own, set from the main or a linked worktree', async (t) => {
  const main = join(temporaryFolder(t), 'main ü');
  git('/', ['init', '-q', '-b', 'main', main]);
  git(main, ['commit', '-q', '--allow-empty', '-m', 'x']);
  git(main, ['remote', 'add', 'origin', 'https://example.org/x.git']);
  const linked = ['one', 'two'].map((name) => {
    git(main, ['worktree', 'add', '-q', `../${name}`]);
    return join(main, '..', name);
  });
  const [one = '', two = ''] = linked;
  await setWorktree(one, 'comm-node.agent', 'backend');
  await setLocal(main, 'comm-node.url', 'shared');
  const agents = async () =>
    Promise.all([main, one, two].map(async (at) => (await readConfig(at))?.get('comm-node.agent')));
  assert.deepEqual(await agents(), [undefined, 'backend', undefined]);
  await setWorktree(main, 'comm-node.agent', 'human');
  assert.deepEqual(await agents(), ['human', 'backend', undefined]);
  await setWorktree(one, 'comm-node.agent', undefined);
  assert.deepEqual(await agents(), ['human', undefined, undefined]);
  assert.equal((await readConfig(two))?.get('comm-node.url'), 'shared');
  mkdirSync(join(one, 'deep'));
  const info = await worktreeInfo(join(one, 'deep'));
  assert.deepEqual(info, {
    gitDir: join(main, '.git/worktrees/one'),
    commonDir: join(main, '.git'),
    topLevel: one,
    isLinked: true,
    originUrl: 'https://example.org/x.git',
  });
});

test('a bare repository with worktrees stays usable from all of them', async (t) => {
  const bare = bareRepository(t);
  const tree = join(bare, '..', 'work tree');
  git(bare, ['worktree', 'add', '-q', tree, 'main']);
  await setWorktree(tree, 'comm-node.agent', 'backend');
  assert.equal(git(tree, ['status', '--porcelain']), '');
  assert.equal(git(tree, ['rev-parse', '--is-bare-repository']), 'false');
  assert.equal(git(bare, ['rev-parse', '--is-bare-repository']), 'true');
  assert.equal((await readConfig(bare))?.get('comm-node.agent'), undefined);
  const info = await worktreeInfo(bare);
  assert.deepEqual([info?.gitDir, info?.topLevel, info?.isLinked], [bare, undefined, false]);
});

test('core.worktree moves to the main worktree', async (t) => {
  const folder = temporaryFolder(t);
  const work = join(folder, 'work');
  mkdirSync(work);
  git(folder, ['init', '-q', '-b', 'main', 'repo']);
  const repo = join(folder, 'repo');
  git(repo, ['commit', '-q', '--allow-empty', '-m', 'x']);
  git(repo, ['worktree', 'add', '-q', '../linked']);
  git(repo, ['config', 'core.worktree', work]);
  await setWorktree(join(folder, 'linked'), 'comm-node.agent', 'a');
  assert.equal(
    git(join(folder, 'linked'), ['rev-parse', '--show-toplevel']),
    join(folder, 'linked'),
  );
  assert.equal(git(join(repo, '.git'), ['config', 'core.worktree']), work);
});

test('ten agents set their keys at once', async (t) => {
  const folder = temporaryFolder(t);
  git(folder, ['init', '-q', '-b', 'main']);
  const keys = Array.from({ length: 10 }, (_, n) => `comm-node.key${n}`);
  await Promise.all(keys.map((key) => setWorktree(folder, key, 'x')));
  assert.deepEqual([...((await readConfig(folder)) ?? new Map()).keys()].sort(), keys);
});
