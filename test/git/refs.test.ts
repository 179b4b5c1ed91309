import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listRefs, readRef, refFormat, swapRef } from '../../src/git/refs.ts';
import { bareRepository, commitOf, git, startWorker } from './fixture.ts';

const MAIN = 'refs/heads/main';

function repository(t: Parameters<typeof bareRepository>[0]) {
  const gitDir = bareRepository(t);
  const one = git(gitDir, ['rev-parse', 'main']);
  const two = commitOf(gitDir, { 'a.md': '2' }, [one]);
  const notices: string[] = [];
  const options = {
    stateDir: join(gitDir, 'state'),
    onNotice: (text: string) => void notices.push(text),
  };
  return { gitDir, one, two, notices, options };
}

test('a ref is read loose, packed, symbolic, or not at all', async (t) => {
  const { gitDir, one, two } = repository(t);
  assert.equal(await readRef(gitDir, 'HEAD'), one);
  git(gitDir, ['update-ref', 'refs/heads/ü/x', two]);
  git(gitDir, ['pack-refs', '--all']);
  assert.equal(existsSync(join(gitDir, MAIN)), false);
  assert.equal(await readRef(gitDir, MAIN), one);
  assert.equal(await readRef(gitDir, 'refs/heads/ü/x'), two);
  git(gitDir, ['update-ref', MAIN, two]);
  assert.equal(await readRef(gitDir, MAIN), two);
  assert.equal(await readRef(gitDir, 'refs/heads/none'), undefined);
  assert.equal(await readRef(gitDir, 'refs/heads'), undefined);
});

test('refs are listed as git for-each-ref lists them', async (t) => {
  const { gitDir, one, two } = repository(t);
  for (const name of ['a', 'b/c', 'b/d', 'ma'])
    git(gitDir, ['update-ref', `refs/heads/${name}`, one]);
  git(gitDir, ['pack-refs', '--all']);
  git(gitDir, ['update-ref', 'refs/heads/b/c', two]);
  writeFileSync(join(gitDir, 'refs/heads/b/x.lock'), '');
  for (const prefix of ['refs/', 'refs/heads/', 'refs/heads/b/', 'refs/none/']) {
    const lines = git(gitDir, ['for-each-ref', '--format=%(refname) %(objectname)', prefix]);
    const expected = lines === '' ? [] : lines.split('\n').map((line) => line.split(' '));
    assert.deepEqual([...(await listRefs(gitDir, prefix))], expected);
  }
  assert.deepEqual([...(await listRefs(gitDir, 'refs/heads/m')).keys()], ['refs/heads/ma', MAIN]);
});

test('a swap needs the expected value', async (t) => {
  const { gitDir, one, two, options } = repository(t);
  const swap = (from: string | undefined, to: string | undefined) =>
    swapRef(gitDir, MAIN, from, to, options);
  assert.equal(await swap(two, one), 'changed');
  assert.equal(await swap(undefined, one), 'changed');
  assert.equal(await swap(one, two), 'swapped');
  assert.equal(git(gitDir, ['rev-parse', 'main']), two);
  git(gitDir, ['pack-refs', '--all']);
  assert.equal(await swap(one, two), 'changed');
  assert.equal(await swap(two, one), 'swapped');
  assert.equal(await swap(one, undefined), 'swapped');
  assert.equal(await readRef(gitDir, MAIN), undefined);
  assert.equal(await swap(one, undefined), 'changed');
  assert.equal(await swap(undefined, one), 'swapped');
  assert.deepEqual(readdirSync(join(gitDir, 'state')), []);
  assert.deepEqual(readdirSync(join(gitDir, 'refs/heads')), ['main']);
});

test('refs in new folders, and names that clash', async (t) => {
  const { gitDir, one, options } = repository(t);
  const create = (name: string) => swapRef(gitDir, name, undefined, one, options);
  assert.equal(await create('refs/comm-node/outbox/hub'), 'swapped');
  const conflict = { code: 'ref-conflict' };
  await assert.rejects(create('refs/comm-node/outbox'), conflict);
  await assert.rejects(create('refs/comm-node/outbox/hub/x'), conflict);
  git(gitDir, ['pack-refs', '--all']);
  await assert.rejects(create('refs/comm-node/outbox'), conflict);
  await assert.rejects(create('refs/comm-node/outbox/hub/x'), conflict);
  mkdirSync(join(gitDir, 'refs/heads/old/empty'), { recursive: true });
  assert.equal(await create('refs/heads/old'), 'swapped');
  for (const bad of ['HEAD', 'refs/../x', 'refs/a b', 'refs/a.lock', 'refs/', 'refs/a/']) {
    await assert.rejects(create(bad), { code: 'bad-ref' });
  }
});

test('a damaged ref file is a clear error, and hides no other ref', async (t) => {
  const { gitDir, one } = repository(t);
  git(gitDir, ['update-ref', 'refs/heads/x', one]);
  writeFileSync(join(gitDir, 'refs/heads/x'), '');
  await assert.rejects(readRef(gitDir, 'refs/heads/x'), {
    code: 'corrupt',
    message: /refs\/heads\/x/,
  });
  assert.deepEqual([...(await listRefs(gitDir, 'refs/heads/'))], [[MAIN, one]]);
});

test('a lock that is held is waited for, then called busy', async (t) => {
  const { gitDir, one, two, options } = repository(t);
  const lock = join(gitDir, `${MAIN}.lock`);
  writeFileSync(lock, '');
  const began = Date.now();
  assert.equal(await swapRef(gitDir, MAIN, one, two, options), 'busy');
  assert.ok(Date.now() - began > 1800);
  assert.deepEqual(readdirSync(options.stateDir), []);
  const waiting = swapRef(gitDir, MAIN, one, two, options);
  await sleep(100);
  const { rmSync } = await import('node:fs');
  rmSync(lock);
  assert.equal(await waiting, 'swapped');
});

test('a lock of a killed process of ours is removed at once', async (t) => {
  const { gitDir, one, two, options, notices } = repository(t);
  mkdirSync(options.stateDir);
  const live = await ownName(gitDir);
  const dead = join(options.stateDir, live.replace(/\.\d+-\d+-/, '.999999-77-'));
  for (const name of [MAIN, 'refs/heads/other']) {
    writeFileSync(`${dead}${name.length}`, `${two}\n`);
    linkSync(`${dead}${name.length}`, join(gitDir, `${name}.lock`));
  }
  const began = Date.now();
  assert.equal(await swapRef(gitDir, MAIN, one, two, options), 'swapped');
  assert.equal(await swapRef(gitDir, 'refs/heads/other', undefined, two, options), 'swapped');
  assert.ok(Date.now() - began < 500);
  assert.deepEqual(notices, []);
  assert.deepEqual(readdirSync(options.stateDir), []);
});

/** How this process would call its temporary file. */
async function ownName(gitDir: string): Promise<string> {
  const { ownedName } = await import('../../src/git/owned-files.ts');
  const { basename } = await import('node:path');
  return basename(ownedName(join(gitDir, 'ref')));
}

test('a foreign lock older than 30 s is moved aside and reported, once', async (t) => {
  const { gitDir, one, two, options, notices } = repository(t);
  const lock = join(gitDir, `${MAIN}.lock`);
  writeFileSync(lock, 'left by a crash');
  const then = Date.now() / 1000 - 60;
  utimesSync(lock, then, then);
  utimesSync(join(gitDir, MAIN), then - 60, then - 60);
  const racing = Array.from({ length: 4 }, () => swapRef(gitDir, MAIN, one, two, options));
  const results = await Promise.all(racing);
  assert.equal(results.filter((result) => result === 'swapped').length, 1);
  assert.equal(notices.length, 1);
  const aside = /it is now (.*) and may/.exec(notices[0] ?? '')?.[1] ?? '';
  assert.equal(readFileSync(aside, 'utf8'), 'left by a crash');
  assert.deepEqual([...(await listRefs(gitDir, 'refs/'))], [[MAIN, two]]);
});

test('the formats of a repository are read from its configuration', async (t) => {
  const { gitDir } = repository(t);
  assert.deepEqual(await refFormat(gitDir), { objectFormat: 'sha1', refStorage: 'files' });
  writeFileSync(
    join(gitDir, 'config'),
    '[core]\n\tobjectFormat = x\n[Extensions]\n\tobjectFormat = SHA256\n\trefstorage=reftable\n',
  );
  assert.deepEqual(await refFormat(gitDir), { objectFormat: 'sha256', refStorage: 'reftable' });
});

test('eight processes of ours and three of Git lose no update', async (t) => {
  const { gitDir } = repository(t);
  const start = (mode: string, count: number) =>
    startWorker('advance-ref', [gitDir, MAIN, mode, `${count}`]);
  const ours = Array.from({ length: 8 }, () => start('ours', 60));
  const theirs = Array.from({ length: 3 }, () => start('git', 12));
  const outputs = await Promise.all([...ours, ...theirs].map((worker) => worker.ended));
  const landed = outputs.flatMap((text) => text.trim().split('\n'));
  const history = new Set(git(gitDir, ['rev-list', 'main']).split('\n'));
  assert.equal(landed.length, 8 * 60 + 3 * 12);
  assert.deepEqual(
    landed.filter((oid) => !history.has(oid)),
    [],
  );
  assert.equal(history.size, landed.length + 1);
  git(gitDir, ['fsck', '--strict', '--no-dangling']);
});

test('SIGKILL at any moment loses no landed update and leaves no lock that stops others', async (t) => {
  const { gitDir, options, notices } = repository(t);
  const start = () => startWorker('advance-ref', [gitDir, MAIN, 'ours', '100000']);
  const workers = Array.from({ length: 5 }, start);
  const all = [...workers];
  for (let kills = 0; kills < 25; kills++) {
    const at = kills % workers.length;
    while (!workers[at]?.output().includes('\n')) await sleep(5);
    await sleep(Math.random() * 30);
    workers[at]?.child.kill('SIGKILL');
    workers[at] = start();
    all.push(workers[at]);
  }
  // As long as a busy machine takes to land enough for the check to mean something.
  const lines = () => all.reduce((sum, worker) => sum + worker.output().split('\n').length - 1, 0);
  for (let waited = 0; lines() <= 100 && waited < 30_000; waited += 50) await sleep(50);
  await sleep(300);
  for (const { child } of workers) child.kill('SIGKILL');
  const outputs = await Promise.all(all.map((worker) => worker.ended));
  // The last line of a killed process may be cut short.
  const landed = outputs.flatMap((text) => text.split('\n').filter((line) => line.length === 40));
  const history = new Set(git(gitDir, ['rev-list', 'main']).split('\n'));
  assert.ok(landed.length > 100, `only ${landed.length} landed`);
  assert.deepEqual(
    landed.filter((oid) => !history.has(oid)),
    [],
  );
  const head = await readRef(gitDir, MAIN);
  const next = commitOf(gitDir, { 'b.md': 'after' }, [head ?? '']);
  assert.equal(
    await swapRef(gitDir, MAIN, head, next, { ...options, stateDir: join(gitDir, 'state') }),
    'swapped',
  );
  assert.deepEqual(notices, []);
  git(gitDir, ['fsck', '--strict', '--no-dangling']);
  t.diagnostic(`${landed.length} landed, ${all.length} processes killed`);
});
