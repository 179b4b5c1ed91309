import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  encodeCommit,
  encodeTree,
  hashObject,
  parseCommit,
  parseTrailers,
  parseTree,
} from '../../src/git/objects.ts';
import { bareRepository, git, gitEnv } from './fixture.ts';

const oid = fc.stringMatching(/^[0-9a-f]{40}$/);
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[/\0\n\ufffd]/.test(text) && !/^(\.|\.\.|\.git)$/i.test(text));

test('an object has the name git hash-object gives it', (t) => {
  const gitDir = bareRepository(t);
  for (const text of ['', 'hello\n', 'ü\0\xff', 'x'.repeat(100_000)]) {
    const expected = git(gitDir, ['hash-object', '--stdin'], text);
    assert.equal(hashObject('blob', Buffer.from(text)), expected);
  }
});

test('a tree is what git mktree makes, whatever the names and their order', (t) => {
  const gitDir = bareRepository(t);
  const mode = fc.constantFrom('100644', '100755', '120000', '40000');
  const entries = fc.uniqueArray(fc.record({ mode, name, oid }), {
    selector: (entry) => entry.name,
    maxLength: 12,
  });
  const type = (mode: string) => (mode === '40000' ? 'tree' : 'blob');
  fc.assert(
    fc.property(entries, (list) => {
      const lines = list.map(
        (e) => `${e.mode.padStart(6, '0')} ${type(e.mode)} ${e.oid}\t${e.name}\0`,
      );
      const expected = git(gitDir, ['mktree', '-z', '--missing'], lines.join(''));
      const data = encodeTree(list);
      assert.equal(hashObject('tree', data), expected);
      const sort = (all: typeof list) => all.map((e) => JSON.stringify(e)).sort();
      assert.deepEqual(sort(parseTree(data) as typeof list), sort(list));
    }),
    { numRuns: 60 },
  );
});

test('directories sort as if their names ended in a slash', () => {
  const data = encodeTree([
    { mode: '40000', name: 'a', oid: '1'.repeat(40) },
    { mode: '100644', name: 'a.b', oid: '2'.repeat(40) },
    { mode: '100644', name: 'a0', oid: '3'.repeat(40) },
  ]);
  assert.deepEqual(
    parseTree(data).map((entry) => entry.name),
    ['a.b', 'a', 'a0'],
  );
});

test('a foreign name that is not UTF-8 survives a rewrite', () => {
  const row = Buffer.concat([Buffer.from('100644 caf\xe9\0', 'latin1'), Buffer.alloc(20, 7)]);
  assert.deepEqual(encodeTree(parseTree(row)), row);
});

test('names Git refuses are refused', () => {
  for (const bad of ['', '.', '..', '.git', '.GIT', 'a/b', 'a\0b']) {
    const entry = { mode: '100644', name: bad, oid: '0'.repeat(40) };
    assert.throws(() => encodeTree([entry]), { code: 'bad-path' });
  }
});

test('a commit is what git commit-tree makes', (t) => {
  const gitDir = bareRepository(t);
  const tree = git(gitDir, ['rev-parse', 'main^{tree}']);
  const parent = git(gitDir, ['rev-parse', 'main']);
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((s) => !s.includes('\0'));
  const sane = text.filter((s) => /[a-z]/.test(s) && !s.includes('\r'));
  fc.assert(
    fc.property(sane, sane, sane, fc.boolean(), (who, email, message, first) => {
      const person = { name: who, email, at: 1_700_000_000_999 };
      const date = { GIT_AUTHOR_DATE: '1700000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000' };
      Object.assign(gitEnv, date, {
        GIT_AUTHOR_NAME: who,
        GIT_COMMITTER_NAME: who,
        GIT_AUTHOR_EMAIL: email,
        GIT_COMMITTER_EMAIL: email,
      });
      const parents = first ? [] : [parent];
      const flags = parents.flatMap((p) => ['-p', p]);
      const expected = git(gitDir, ['commit-tree', tree, ...flags], `${message}\n`);
      const data = encodeCommit({
        tree,
        parents,
        author: person,
        committer: person,
        message: `${message}\n`,
      });
      assert.equal(hashObject('commit', data), expected);
      const parsed = parseCommit(data);
      assert.deepEqual([parsed.tree, parsed.parents], [tree, parents]);
      assert.equal(parsed.author.at, 1_700_000_000_000);
      assert.equal(parsed.message, `${message}\n`);
    }),
    { numRuns: 40 },
  );
});

test('a signed commit in Latin-1 is read', () => {
  const text = `tree ${'1'.repeat(40)}
author José <j@x> 12 +0200
committer José <j@x> 13 +0200
encoding ISO-8859-1
gpgsig -----BEGIN PGP SIGNATURE-----
 tree fake
 -----END PGP SIGNATURE-----

caf\xe9
`;
  const commit = parseCommit(Buffer.from(text, 'latin1'));
  assert.equal(commit.message, 'café\n');
  assert.equal(commit.committer.at, 13_000);
  assert.equal(commit.tree, '1'.repeat(40));
});

test('trailers are the last paragraph, and only when all of it is trailers', () => {
  const message =
    'send: a → b\n\nbody: not me\n\nAgent: a\nTask:  t-1\n and more\nRecord: x/y.md\n';
  assert.deepEqual(
    [...parseTrailers(message)],
    [
      ['Agent', 'a'],
      ['Task', 't-1 and more'],
      ['Record', 'x/y.md'],
    ],
  );
  assert.equal(parseTrailers('Agent: only a subject\n').size, 0);
  assert.equal(parseTrailers('subject\n\nAgent: a\nthis is prose\n').size, 0);
  assert.equal(parseTrailers('s\n\nBy: a\nBy: b\n').get('By'), 'a\nb');
});
