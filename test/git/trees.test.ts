import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { EMPTY_TREE, type GitObject, hashObject } from '../../src/git/objects.ts';
import { editTree, findPath, findPaths } from '../../src/git/trees.ts';
import { bareRepository, gitEnv } from './fixture.ts';

/** Trees kept in memory, as the publish loop keeps them. */
function store() {
  const objects = new Map<string, GitObject>([
    [EMPTY_TREE, { type: 'tree', data: Buffer.alloc(0) }],
  ]);
  let reads = 0;
  return {
    objects,
    reads: () => reads,
    read: async (oid: string) => {
      reads++;
      const object = objects.get(oid);
      assert.ok(object, `tree ${oid} is missing`);
      return object.data;
    },
  };
}

const blob = (text: string) => ({ oid: hashObject('blob', Buffer.from(text)) });

test('edits give the tree that git update-index and write-tree give', async (t) => {
  const gitDir = bareRepository(t);
  const part = fc.constantFrom('a', 'b', 'a.b', 'a0', 'ü', 'z-1');
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const change = fc.option(
    fc.integer({ min: 0, max: 9 }).map((n) => blob(`${n}`)),
    { nil: null },
  );
  const batch = fc.dictionary(path, change, { minKeys: 1, maxKeys: 6 });
  const history = fc.array(batch, { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(history, async (batches) => {
    const { objects, read } = store();
    const expected = new Map<string, { oid: string }>();
    let root: string | undefined;
    for (const edits of batches) {
      const files = new Map(Object.entries(edits));
      let made: Awaited<ReturnType<typeof editTree>>;
      try {
        made = await editTree(read, root, files);
      } catch (error) {
        assert.equal((error as { code: string }).code, 'path-conflict');
        return;
      }
      for (const [oid, object] of made.objects) objects.set(oid, object);
      root = made.root;
      for (const [path, file] of files) {
        if (file) expected.set(path, file);
        else expected.delete(path);
      }
    }
    assert.equal(root, writeTree(gitDir, expected));
  });
  await fc.assert(property, { numRuns: 60 });
});

function writeTree(gitDir: string, files: Map<string, { oid: string }>): string {
  const env = { ...gitEnv, GIT_INDEX_FILE: join(gitDir, `i${Math.random()}`) };
  const lines = [...files].map(([path, { oid }]) => `100644 ${oid}\t${path}\0`).join('');
  execFileSync('git', ['update-index', '-z', '--index-info'], { cwd: gitDir, env, input: lines });
  return execFileSync('git', ['write-tree', '--missing-ok'], { cwd: gitDir, env })
    .toString()
    .trim();
}

async function filled(paths: string[]) {
  const memory = store();
  const files = new Map(paths.map((path) => [path, blob(path)]));
  const made = await editTree(memory.read, undefined, files);
  for (const [oid, object] of made.objects) memory.objects.set(oid, object);
  return { ...memory, root: made.root };
}

test('an empty directory vanishes, and an emptied root is the empty tree', async () => {
  const { read, root } = await filled(['a/b/c.md', 'd.md']);
  const one = await editTree(read, root, new Map([['a/b/c.md', null]]));
  assert.equal(
    await findPath(async (o) => one.objects.get(o)?.data ?? read(o), one.root, 'a'),
    undefined,
  );
  const none = await editTree(
    read,
    root,
    new Map([
      ['a/b/c.md', null],
      ['d.md', null],
    ]),
  );
  assert.equal(none.root, EMPTY_TREE);
});

test('deleting what is not there changes nothing', async () => {
  const { read, root } = await filled(['a/b.md']);
  for (const path of ['x', 'a/x', 'x/y/z', 'a/b.md/c', 'a']) {
    assert.equal((await editTree(read, root, new Map([[path, null]]))).root, root);
  }
});

test('a file in the way of a directory, and a directory in the way of a file, are named', async () => {
  const { read, root } = await filled(['a/b.md']);
  const conflict = { code: 'path-conflict', message: /^a.*stands/ };
  await assert.rejects(editTree(read, root, new Map([['a/b.md/c', blob('1')]])), conflict);
  await assert.rejects(editTree(read, root, new Map([['a', blob('1')]])), conflict);
});

test('a file and a directory may change places in one edit', async () => {
  const { read, root } = await filled(['a/b.md']);
  const swap = new Map([
    ['a/b.md', null],
    ['a', blob('1')],
  ]);
  const made = await editTree(read, root, swap);
  const back = new Map([
    ['a', null],
    ['a/b.md', blob('a/b.md')],
  ]);
  const look = async (oid: string) => made.objects.get(oid)?.data ?? read(oid);
  assert.equal((await editTree(look, made.root, back)).root, root);
});

test('many paths of one directory build it once', async () => {
  const paths = Array.from({ length: 50 }, (_, n) => `m/2026/${n}.md`);
  const { read, root, reads } = await filled(paths);
  const edits = new Map(Array.from({ length: 20 }, (_, n) => [`m/2026/new-${n}.md`, blob(`${n}`)]));
  const made = await editTree(read, root, edits);
  assert.equal(made.objects.size, 3);
  assert.equal(reads(), 3);
});

test('paths below folders are listed', async () => {
  const { read, root } = await filled(['m/1/a', 'm/2/b', 'n/c', 'o']);
  assert.deepEqual(await findPaths(read, root, ['m', 'missing', 'o']), ['m/1/a', 'm/2/b', 'o']);
  assert.equal((await findPath(read, root, 'm/2/b'))?.oid, blob('m/2/b').oid);
  assert.equal(await findPath(read, root, 'o/x'), undefined);
});
