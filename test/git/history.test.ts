import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changedFiles,
  commitsBetween,
  diffPairs,
  hasObject,
  isAncestor,
  listTree,
} from '../../src/git/history.ts';
import { hashObject } from '../../src/git/objects.ts';
import { bareRepository, commitOf, git } from './fixture.ts';

const blob = (text: string) => hashObject('blob', Buffer.from(text));

function story(t: Parameters<typeof bareRepository>[0]) {
  const gitDir = bareRepository(t);
  const one = commitOf(gitDir, { 'a ü.md': '1', 'b/c.md': '2' });
  const subject = 'send: a → b: ready\n\nProse: not here\n\nAgent: a\nTask: t-1\n';
  const two = commitOf(gitDir, { 'b/c.md': '3', 'b/d.md': '4' }, [one], subject);
  return { gitDir, one, two };
}

test('changed files: added, replaced, deleted; all of them from nothing', async (t) => {
  const { gitDir, one, two } = story(t);
  assert.deepEqual(await changedFiles(gitDir, one, two), [
    { path: 'a ü.md', oid: null, mode: '000000' },
    { path: 'b/c.md', oid: blob('3'), mode: '100644' },
    { path: 'b/d.md', oid: blob('4'), mode: '100644' },
  ]);
  const all = await changedFiles(gitDir, undefined, one);
  assert.deepEqual(
    all.map(({ path, oid }) => [path, oid]),
    [
      ['a ü.md', blob('1')],
      ['b/c.md', blob('2')],
    ],
  );
  assert.deepEqual(await changedFiles(gitDir, two, two), []);
  await assert.rejects(changedFiles(gitDir, '1'.repeat(40), two), { code: 'git' });
});

test('many pairs of trees in one process give what one by one gives', async (t) => {
  const { gitDir, one, two } = story(t);
  const [a, b] = [one, two].map((oid) => git(gitDir, ['rev-parse', `${oid}^{tree}`]));
  assert.ok(a && b);
  const pairs = [
    [a, b],
    [b, b],
    [undefined, a],
    [b, a],
    [a, a],
  ] as const;
  const expected = await Promise.all(pairs.map(([from, to]) => changedFiles(gitDir, from, to)));
  assert.deepEqual(await diffPairs(gitDir, pairs), expected);
  assert.deepEqual(await diffPairs(gitDir, []), []);
});

test('commits come oldest first, with their trailers', async (t) => {
  const { gitDir, one, two } = story(t);
  const all = await commitsBetween(gitDir, undefined, two);
  assert.deepEqual(
    all.map((commit) => commit.oid),
    [one, two],
  );
  const [last] = await commitsBetween(gitDir, one, two);
  assert.equal(last?.subject, 'send: a → b: ready');
  assert.deepEqual(
    [...(last?.trailers ?? [])],
    [
      ['Agent', 'a'],
      ['Task', 't-1'],
    ],
  );
  assert.deepEqual([last?.author, last?.at], ['Test', 1_700_000_000_000]);
  assert.deepEqual(await commitsBetween(gitDir, two, two), []);
});

test('descent, files of a tree, presence', async (t) => {
  const { gitDir, one, two } = story(t);
  assert.equal(await isAncestor(gitDir, one, two), true);
  assert.equal(await isAncestor(gitDir, two, one), false);
  await assert.rejects(isAncestor(gitDir, '1'.repeat(40), one), { code: 'git' });
  assert.deepEqual(await listTree(gitDir, two, ['b']), [
    { path: 'b/c.md', oid: blob('3') },
    { path: 'b/d.md', oid: blob('4') },
  ]);
  assert.deepEqual(await listTree(gitDir, one, ['none']), []);
  assert.equal((await listTree(gitDir, one))[0]?.path, 'a ü.md');
  assert.deepEqual(
    [await hasObject(gitDir, one), await hasObject(gitDir, '1'.repeat(40))],
    [true, false],
  );
});
