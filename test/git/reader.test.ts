import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BatchParser } from '../../src/git/batch-parser.ts';
import { type GitObject, hashObject } from '../../src/git/objects.ts';
import { writePack } from '../../src/git/pack.ts';
import { ObjectReader } from '../../src/git/reader.ts';
import { bareRepository, git, gitEnv, temporaryFolder } from './fixture.ts';

function blobs(count: number): Map<string, GitObject> {
  const made = new Map<string, GitObject>();
  for (let n = 0; n < count; n++) {
    const data = Buffer.from(`blob ${n}\n`.repeat(n % 90));
    made.set(hashObject('blob', data), { type: 'blob', data });
  }
  return made;
}

test('objects of all types are read, and a missing one is undefined', async (t) => {
  const gitDir = bareRepository(t);
  const reader = new ObjectReader(gitDir);
  t.after(() => reader.close());
  const names = ['main', 'main^{tree}', 'main:README.md'].map((n) => git(gitDir, ['rev-parse', n]));
  const [commit, tree, blob] = await Promise.all(names.map((oid) => reader.read(oid)));
  assert.deepEqual(
    [commit?.type, tree?.type, blob?.data.toString()],
    ['commit', 'tree', 'hello\n'],
  );
  assert.equal(await reader.read('1'.repeat(40)), undefined);
  await assert.rejects(reader.read('main\nHEAD'), { code: 'bad-oid' });
});

test('a pack written while the reader runs is found', async (t) => {
  const gitDir = bareRepository(t);
  const reader = new ObjectReader(gitDir);
  t.after(() => reader.close());
  const [first] = blobs(3);
  assert.ok(first);
  assert.equal(await reader.read(first[0]), undefined);
  await writePack(gitDir, blobs(3));
  assert.deepEqual(await reader.read(first[0]), first[1]);
});

test('many objects come in order, whether few, many, known, missing or twice', async (t) => {
  const gitDir = bareRepository(t);
  const stored = blobs(3000);
  await writePack(gitDir, stored, { durable: false });
  for (const count of [0, 5, 3000]) {
    const reader = new ObjectReader(gitDir);
    const oids = [...stored.keys()].slice(0, count);
    reader.remember('a'.repeat(40), { type: 'blob', data: Buffer.from('made') });
    oids.splice(1, 0, 'a'.repeat(40), '2'.repeat(40), ...oids.slice(0, 1));
    oids.push('a'.repeat(40));
    const got: (string | undefined)[] = [];
    for await (const object of reader.readMany(oids)) got.push(object?.data.toString());
    const expected = oids.map((oid) =>
      oid === 'a'.repeat(40) ? 'made' : stored.get(oid)?.data.toString(),
    );
    assert.deepEqual(got, expected);
    reader.close();
  }
});

test('a consumer may stop early', async (t) => {
  const gitDir = bareRepository(t);
  const stored = blobs(1000);
  await writePack(gitDir, stored, { durable: false });
  const reader = new ObjectReader(gitDir);
  t.after(() => reader.close());
  for await (const object of reader.readMany([...stored.keys()])) if (object) break;
  assert.ok(await reader.read([...stored.keys()][5] ?? ''));
});

test('what was remembered is there until it is forgotten', async (t) => {
  const reader = new ObjectReader(bareRepository(t));
  t.after(() => reader.close());
  const oid = '3'.repeat(40);
  reader.remember(oid, { type: 'blob', data: Buffer.from('x') });
  assert.equal((await reader.read(oid))?.data.toString(), 'x');
  reader.forget();
  assert.equal(await reader.read(oid), undefined);
});

test('a repository that is gone is a clear error, and the next read starts anew', async (t) => {
  const gitDir = bareRepository(t);
  const oid = git(gitDir, ['rev-parse', 'main']);
  const gone = new ObjectReader(`${gitDir}-gone`);
  await assert.rejects(gone.read(oid), { code: 'reader-died', message: /not a git repository/ });
  const reader = new ObjectReader(gitDir);
  const asked = Promise.all([reader.read('4'.repeat(40)), reader.read('5'.repeat(40))]);
  reader.close();
  await assert.rejects(asked, { code: 'closed' });
  assert.equal((await reader.read(oid))?.type, 'commit');
  reader.close();
});

test('a damaged object is an error, not an absence', async (t) => {
  const gitDir = bareRepository(t);
  const oid = git(gitDir, ['hash-object', '-w', '--stdin'], 'precious');
  const file = join(gitDir, 'objects', oid.slice(0, 2), oid.slice(2));
  rmSync(file);
  writeFileSync(file, 'garbage');
  const reader = new ObjectReader(gitDir);
  await assert.rejects(reader.read(oid), { code: 'corrupt', message: /damaged/ });
  assert.equal((await reader.read(git(gitDir, ['rev-parse', 'main'])))?.type, 'commit');
  reader.close();
});

test('a reader that was not closed does not keep the process alive', (t) => {
  const gitDir = bareRepository(t);
  const oid = git(gitDir, ['rev-parse', 'main']);
  const source = fileURLToPath(new URL('../../src/git/reader.ts', import.meta.url));
  const script = join(temporaryFolder(t), 'script.mts');
  writeFileSync(
    script,
    `import { ObjectReader } from ${JSON.stringify(source)};
     const object = await new ObjectReader(${JSON.stringify(gitDir)}).read('${oid}');
     console.log(object?.type);`,
  );
  const run = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
    env: gitEnv,
    timeout: 20_000,
  });
  assert.equal(run.stdout.toString().trim(), 'commit', run.stderr.toString());
  assert.equal(run.status, 0);
});

test('output that comes byte by byte is cut right', () => {
  const oid = 'b'.repeat(40);
  const text = `${oid} blob 3\na\nb\n${oid} missing\n${oid} blob 0\n\n`;
  const parser = new BatchParser();
  const parsed = [...Buffer.from(text)].flatMap((byte) => parser.push(Buffer.from([byte])));
  assert.deepEqual(
    parsed.map((each) => each.object?.data.toString()),
    ['a\nb', undefined, ''],
  );
});
