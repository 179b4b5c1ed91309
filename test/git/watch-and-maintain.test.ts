import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { maintainIfNeeded, packCount } from '../../src/git/maintain.ts';
import { hashObject } from '../../src/git/objects.ts';
import { writePack } from '../../src/git/pack.ts';
import { swapRef } from '../../src/git/refs.ts';
import { waitForRefChange } from '../../src/git/watch.ts';
import { bareRepository, commitOf, git } from './fixture.ts';

const MAIN = 'refs/heads/main';

test('a waiter wakes at once when its ref moves', async (t) => {
  const gitDir = bareRepository(t);
  const one = git(gitDir, ['rev-parse', 'main']);
  const two = commitOf(gitDir, { a: '2' }, [one]);
  const waiting = waitForRefChange(gitDir, MAIN, one, { timeoutMs: 5000 });
  await sleep(50);
  const began = Date.now();
  await swapRef(gitDir, MAIN, one, two, { stateDir: join(gitDir, 'state') });
  assert.equal(await waiting, 'changed');
  assert.ok(Date.now() - began < 500);
  assert.equal(await waitForRefChange(gitDir, MAIN, one, { timeoutMs: 5000 }), 'changed');
});

test('a waiter is woken by other refs of the folder, and waits on', async (t) => {
  const gitDir = bareRepository(t);
  const one = git(gitDir, ['rev-parse', 'main']);
  const waiting = waitForRefChange(gitDir, MAIN, one, { timeoutMs: 300 });
  git(gitDir, ['update-ref', 'refs/heads/other', one]);
  git(gitDir, ['pack-refs', '--all']);
  assert.equal(await waiting, 'timeout');
});

test('a ref whose folder does not exist yet is noticed within a second or so', async (t) => {
  const gitDir = bareRepository(t);
  const one = git(gitDir, ['rev-parse', 'main']);
  const waiting = waitForRefChange(gitDir, 'refs/new/x', undefined, { timeoutMs: 5000 });
  await sleep(20);
  git(gitDir, ['update-ref', 'refs/new/x', one]);
  assert.equal(await waiting, 'changed');
});

test('a waiter can be called off', async (t) => {
  const gitDir = bareRepository(t);
  const one = git(gitDir, ['rev-parse', 'main']);
  const abort = new AbortController();
  const options = { timeoutMs: 60_000, signal: abort.signal };
  const waiting = waitForRefChange(gitDir, MAIN, one, options);
  abort.abort();
  assert.equal(await waiting, 'timeout');
  assert.equal(await waitForRefChange(gitDir, MAIN, one, options), 'timeout');
});

test('many packs are joined in the background, by one process, losing nothing', async (t) => {
  const gitDir = bareRepository(t);
  const oids: string[] = [];
  for (let n = 0; n < 30; n++) {
    const data = Buffer.from(`unreferenced ${n}`);
    const oid = hashObject('blob', data);
    oids.push(oid);
    await writePack(gitDir, [[oid, { type: 'blob', data }]], { durable: false });
  }
  assert.equal(await packCount(gitDir), 30);
  assert.equal(await maintainIfNeeded(gitDir, { limit: 50 }), false);
  const began = Date.now();
  const started = await Promise.all([1, 2, 3].map(() => maintainIfNeeded(gitDir, { limit: 20 })));
  assert.equal(started.filter(Boolean).length, 1);
  assert.ok(Date.now() - began < 1000);
  while ((await packCount(gitDir)) > 5) await sleep(20);
  for (const oid of oids) git(gitDir, ['cat-file', '-e', oid]);
  assert.equal(await maintainIfNeeded(join(gitDir, 'none'), { limit: 0 }), false);
});
