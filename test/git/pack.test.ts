import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { spliceDelta } from '../../src/git/delta.ts';
import { encodeCommit, encodeTree, type GitObject, hashObject } from '../../src/git/objects.ts';
import { writePack } from '../../src/git/pack.ts';
import { editTree } from '../../src/git/trees.ts';
import { bareRepository, git } from './fixture.ts';

type Batch = Map<string, GitObject>;

function add(batch: Batch, type: GitObject['type'], data: Buffer): string {
  const oid = hashObject(type, data);
  batch.set(oid, { type, data });
  return oid;
}

/** A chain of commits as the publish loop makes it: one new file each. */
async function chain(count: number, files: number): Promise<{ batch: Batch; head: string }> {
  const batch: Batch = new Map();
  const start = new Map(
    Array.from({ length: files }, (_, n) => {
      const oid = add(batch, 'blob', Buffer.from(`old ${n}`));
      return [`messages/2026/11/22/old-${n}.md`, { oid }];
    }),
  );
  const read = async (oid: string) => batch.get(oid)?.data ?? assert.fail(oid);
  let made = await editTree(read, undefined, start);
  for (const [oid, object] of made.objects) batch.set(oid, object);
  const author = { name: 'a', email: 'a@x', at: 1_700_000_000_000 };
  let head = '';
  for (let n = 0; n < count; n++) {
    const oid = add(batch, 'blob', Buffer.from(`message ${n}\n`.repeat(40)));
    made = await editTree(read, made.root, new Map([[`messages/2026/11/22/${n}.md`, { oid }]]));
    for (const [name, object] of made.objects) batch.set(name, object);
    const parents = head === '' ? [] : [head];
    const commit = { tree: made.root, parents, author, committer: author, message: `send ${n}` };
    head = add(batch, 'commit', encodeCommit(commit));
  }
  return { batch, head };
}

test('git verifies and reads a pack of a chain of commits', async (t) => {
  const gitDir = bareRepository(t);
  const { batch, head } = await chain(100, 200);
  const name = await writePack(gitDir, batch);
  const base = join(gitDir, 'objects', 'pack', name);
  const verified = git(gitDir, ['verify-pack', '-v', `${base}.idx`]);
  assert.match(verified, /chain length = 1: /);
  git(gitDir, ['index-pack', '--verify', `${base}.pack`]);
  git(gitDir, ['update-ref', 'refs/heads/new', head]);
  assert.equal(git(gitDir, ['fsck', '--strict', '--full', '--no-dangling']), '');
  assert.equal(git(gitDir, ['rev-list', '--count', 'new']), '100');
  assert.equal(git(gitDir, ['index-pack', '-o', `${base}.again`, `${base}.pack`]), name.slice(5));
  const whole = [...batch.values()].reduce((sum, object) => sum + object.data.length, 0);
  assert.ok(statSync(`${base}.pack`).size < whole / 10, 'directories are stored as differences');
});

test('objects of every size and type come back', async (t) => {
  const gitDir = bareRepository(t);
  const batch: Batch = new Map();
  for (const size of [0, 1, 15, 16, 2047, 2048, 70_000, 1 << 20]) {
    add(batch, 'blob', Buffer.alloc(size, `${size}`));
  }
  add(batch, 'tree', encodeTree([]));
  await writePack(gitDir, batch, { durable: false });
  for (const [oid, { type, data }] of batch) {
    assert.equal(git(gitDir, ['cat-file', '-t', oid]), type);
    assert.equal(Number(git(gitDir, ['cat-file', '-s', oid])), data.length);
  }
  git(gitDir, ['fsck', '--strict', '--no-dangling']);
});

test('large directories with random edits survive as deltas', async (t) => {
  const gitDir = bareRepository(t);
  const row = (n: number) => ({
    mode: '100644',
    name: `${n}`.padStart(6, '0'),
    oid: hashObject('blob', Buffer.from(`${n}`)),
  });
  const edit = fc.record({ at: fc.nat(2999), length: fc.nat(40) });
  const property = fc.asyncProperty(
    fc.array(edit, { minLength: 2, maxLength: 40 }),
    async (edits) => {
      const batch: Batch = new Map();
      let rows = Array.from({ length: 3000 }, (_, n) => row(n * 7));
      for (const { at, length } of edits) {
        rows = rows.toSpliced(at, length, row(100_000 + at * 50 + length));
        add(batch, 'tree', encodeTree(new Map(rows.map((entry) => [entry.name, entry])).values()));
      }
      const name = await writePack(gitDir, batch, { durable: false });
      const base = join(gitDir, 'objects', 'pack', name);
      git(gitDir, ['index-pack', '--verify', `${base}.pack`]);
      rmSync(`${base}.idx`);
      rmSync(`${base}.pack`, { force: true });
    },
  );
  await fc.assert(property, { numRuns: 15 });
});

test('a delta is made only where it saves', () => {
  const base = Buffer.alloc(1000, 1);
  assert.equal(spliceDelta(base, Buffer.alloc(1000, 2)), undefined);
  assert.equal(spliceDelta(Buffer.alloc(10), Buffer.alloc(10)), undefined);
  assert.ok((spliceDelta(base, Buffer.concat([base, Buffer.from('x')]))?.length ?? 99) < 20);
});

test('no objects make no pack, and the same objects twice make one', async (t) => {
  const gitDir = bareRepository(t);
  assert.equal(await writePack(gitDir, []), '');
  const { batch } = await chain(2, 3);
  const first = await writePack(gitDir, batch);
  assert.equal(await writePack(gitDir, batch), first);
  const left = readdirSync(join(gitDir, 'objects', 'pack')).sort();
  assert.deepEqual(left, [`${first}.idx`, `${first}.pack`]);
});

test('an unwritable store is a clear error and leaves nothing behind', async (t) => {
  const gitDir = bareRepository(t);
  const { batch } = await chain(1, 1);
  rmSync(join(gitDir, 'objects', 'pack'), { recursive: true, force: true });
  git(gitDir, ['hash-object', '-w', '--stdin'], 'x');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(gitDir, 'objects', 'pack'), 'a file in the way');
  await assert.rejects(writePack(gitDir, batch), { code: 'file', message: /cannot write objects/ });
  rmSync(join(gitDir, 'objects', 'pack'));
  mkdirSync(join(gitDir, 'objects', 'pack'));
  assert.notEqual(await writePack(gitDir, batch), '');
});
