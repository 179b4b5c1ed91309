import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readIfPresent, removeIfPresent, writeFileAtomic } from '../../src/git/files.ts';
import { ProcessLock } from '../../src/git/lock.ts';
import { hashObject } from '../../src/git/objects.ts';
import { writePack } from '../../src/git/pack.ts';
import { readRef, swapRef } from '../../src/git/refs.ts';
import { fetchRefs, pushRefs } from '../../src/git/transport.ts';
import { bareRepository, commitOf, git, startWorker, temporaryFolder } from './fixture.ts';

const MAIN = 'refs/heads/main';

/** A small disk of its own, or undefined where this user may not mount one. */
function smallDisk(t: TestContext, size: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], {
      stdio: 'pipe',
    });
  } catch {
    t.skip('NOT TESTED: a small disk cannot be mounted here (needs root)');
    return undefined;
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  return folder;
}

function fill(folder: string): void {
  try {
    for (let n = 0; ; n++) writeFileSync(join(folder, `filler-${n}`), Buffer.alloc(4096));
  } catch {}
}

test('an atomic write replaces whole files, makes folders, and leaves nothing beside them', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a', 'b');
  for (const durable of [true, false]) await writeFileAtomic(path, `${durable}`, { durable });
  assert.equal((await readIfPresent(path))?.toString(), 'false');
  assert.deepEqual(readdirSync(join(folder, 'a')), ['b']);
  await assert.rejects(writeFileAtomic(join(path, 'below a file'), ''), { code: 'file' });
  assert.equal(await removeIfPresent(path), true);
  assert.equal(await removeIfPresent(path), false);
  assert.equal(await readIfPresent(path), undefined);
});

test('a full disk: a clear error, nothing half written, and all works once there is room', async (t) => {
  const disk = smallDisk(t, '400k');
  if (disk === undefined) return;
  const gitDir = join(disk, 'hub');
  cpSync(bareRepository(t), gitDir, { recursive: true });
  const data = randomBytes(100_000);
  const batch = [[hashObject('blob', data), { type: 'blob', data }]] as const;
  const options = { stateDir: join(gitDir, 'state') };
  const head = await readRef(gitDir, MAIN);
  const next = commitOf(gitDir, { x: 'x' }, [head ?? '']);
  writeFileSync(join(disk, 'f'), 'old');
  fill(disk);
  const full = { code: 'disk-full', hint: /free some space/ };
  await assert.rejects(writePack(gitDir, batch), full);
  await assert.rejects(writeFileAtomic(join(disk, 'f'), data), full);
  await assert.rejects(swapRef(gitDir, MAIN, head, next, options), full);
  await assert.rejects(new ProcessLock().tryAcquire(join(disk, 'l')), full);
  assert.equal(readFileSync(join(disk, 'f'), 'utf8'), 'old');
  assert.equal(await readRef(gitDir, MAIN), head);
  for (const name of readdirSync(disk))
    if (name.startsWith('filler')) await removeIfPresent(join(disk, name));
  assert.deepEqual(readdirSync(options.stateDir), []);
  assert.deepEqual(readdirSync(join(gitDir, 'objects/pack')), []);
  await writePack(gitDir, batch);
  assert.equal(await swapRef(gitDir, MAIN, head, next, options), 'swapped');
  git(gitDir, ['fsck', '--strict', '--no-dangling']);
});

test('a full disk at the remote is named', async (t) => {
  const disk = smallDisk(t, '400k');
  if (disk === undefined) return;
  const hub = bareRepository(t);
  const remote = join(disk, 'remote');
  cpSync(hub, remote, { recursive: true });
  writeFileSync(join(hub, 'noise'), randomBytes(300_000));
  const blob = git(hub, ['hash-object', '-w', 'noise']);
  const tree = git(hub, ['mktree'], `100644 blob ${blob}\tnoise\n`);
  const next = git(hub, ['commit-tree', tree, '-p', 'main', '-m', 'x']);
  fill(disk);
  const outcome = await pushRefs(hub, remote, [`${next}:${MAIN}`]);
  const said = outcome.ok ? outcome.refs.get(MAIN) : outcome;
  assert.match(JSON.stringify(said), /No space left on device/);
  assert.equal(
    outcome.ok ? outcome.refs.get(MAIN)?.status : outcome.reason,
    outcome.ok ? 'error' : 'other',
  );
});

test('a read-only disk: reading works, writing is a clear error', async (t) => {
  const disk = smallDisk(t, '2m');
  if (disk === undefined) return;
  const gitDir = join(disk, 'hub');
  cpSync(bareRepository(t), gitDir, { recursive: true });
  const head = await readRef(gitDir, MAIN);
  const next = commitOf(gitDir, { x: 'x' }, [head ?? '']);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const data = Buffer.from('x');
  const readOnly = { code: 'read-only', message: /read-only/, hint: /writable/ };
  await assert.rejects(
    writePack(gitDir, [[hashObject('blob', data), { type: 'blob', data }]]),
    readOnly,
  );
  await assert.rejects(
    swapRef(gitDir, MAIN, head, next, { stateDir: join(gitDir, 'state') }),
    readOnly,
  );
  await assert.rejects(new ProcessLock().tryAcquire(join(disk, 'l')), readOnly);
  await assert.rejects(writeFileAtomic(join(disk, 'f'), 'x'), readOnly);
  assert.equal(await readRef(gitDir, MAIN), head);
  const fetched = await fetchRefs(gitDir, bareRepository(t), ['+refs/heads/*:refs/x/*']);
  assert.equal(fetched.ok, false);
});

test('a kill between pack and ref leaves a hub that is whole and goes on', async (t) => {
  const gitDir = bareRepository(t);
  const packs = join(gitDir, 'objects/pack');
  for (let n = 0; n < 12; n++) {
    const worker = startWorker('advance-ref', [gitDir, MAIN, 'ours', '100000']);
    while (!worker.output().includes('\n')) await new Promise((resolve) => setTimeout(resolve, 2));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
    worker.child.kill('SIGKILL');
    await worker.ended;
    git(gitDir, ['fsck', '--strict', '--no-dangling']);
    for (const name of readdirSync(packs).filter((file) => file.endsWith('.idx'))) {
      git(gitDir, ['verify-pack', join(packs, name)]);
    }
  }
});

test('a pack whose index never came is ignored', async (t) => {
  const gitDir = bareRepository(t);
  const data = Buffer.from('orphan');
  const oid = hashObject('blob', data);
  const batch = [[oid, { type: 'blob', data }]] as const;
  const name = await writePack(gitDir, batch);
  await removeIfPresent(join(gitDir, 'objects/pack', `${name}.idx`));
  mkdirSync(join(gitDir, 'objects/pack'), { recursive: true });
  writeFileSync(join(gitDir, 'objects/pack', 'tmp_1_2_3'), 'half a pack');
  assert.throws(() => git(gitDir, ['cat-file', '-e', oid]));
  git(gitDir, ['fsck', '--strict', '--no-dangling']);
  await writePack(gitDir, batch);
  git(gitDir, ['cat-file', '-e', oid]);
});
