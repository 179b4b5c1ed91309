import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isProcessAlive, ProcessLock, processStart } from '../../src/git/lock.ts';
import { startWorker, temporaryFolder } from './fixture.ts';

const locks = new ProcessLock();

test('a lock excludes, says who holds it, and is given back without a trace', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'new folder', 'leader.lock');
  const held = await locks.tryAcquire(path);
  assert.equal(held?.takenOver, false);
  assert.equal(await locks.tryAcquire(path), undefined);
  const { pid, start } = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual([pid, start], [process.pid, processStart(process.pid)]);
  assert.equal(await held?.isStillMine(), true);
  await held?.release();
  assert.deepEqual(readdirSync(join(folder, 'new folder')), []);
  await (await locks.tryAcquire(path))?.release();
});

test('the lock of a killed process goes to the next one', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'l');
  const worker = startWorker('hold-lock', [path, join(folder, 'log'), '60000']);
  while (!existsSync(path)) await sleep(5);
  worker.child.kill('SIGSTOP');
  await sleep(20);
  if (!existsSync(path)) writeFileSync(path, '');
  const stillHeld = readFileSync(path, 'utf8').includes(`${worker.child.pid}`);
  if (stillHeld) assert.equal(await locks.tryAcquire(path), undefined);
  worker.child.kill('SIGKILL');
  await worker.ended;
  if (!stillHeld) return t.skip('the worker was stopped between two locks');
  const held = await locks.tryAcquire(path);
  assert.equal(held?.takenOver, true);
  await held?.release();
  assert.deepEqual(readdirSync(folder), ['log']);
});

test('a process number that was given anew does not hold the old lock', async (t) => {
  const path = join(temporaryFolder(t), 'l');
  const held = await locks.tryAcquire(path);
  const text = readFileSync(path, 'utf8').replaceAll(processStart(process.pid) ?? '-', '12345');
  await held?.release();
  writeFileSync(path, text);
  const next = await locks.tryAcquire(path);
  assert.equal(next?.takenOver, true);
  await next?.release();
});

test('an unreadable lock is broken after 5 s, another machine’s after 60 s', async (t) => {
  const path = join(temporaryFolder(t), 'l');
  const foreign = JSON.stringify({ pid: 1, host: 'elsewhere', token: 'l.1-5-00000000-0' });
  for (const [text, seconds] of [
    ['{"pid":', 5],
    ['', 5],
    [foreign, 60],
  ] as const) {
    writeFileSync(path, text);
    age(path, seconds - 3);
    assert.equal(await locks.tryAcquire(path), undefined, `${text} too early`);
    age(path, seconds + 3);
    const held = await locks.tryAcquire(path);
    assert.equal(held?.takenOver, true, text);
    await held?.release();
  }
});

function age(path: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds;
  utimesSync(path, then, then);
}

test('a holder learns that its lock was taken away, and leaves the new one alone', async (t) => {
  const path = join(temporaryFolder(t), 'l');
  const held = await locks.tryAcquire(path);
  const { rmSync } = await import('node:fs');
  rmSync(path);
  const other = await locks.tryAcquire(path);
  assert.equal(await held?.isStillMine(), false);
  await held?.release();
  assert.equal(await other?.isStillMine(), true);
  await other?.release();
});

test('a process is alive until it is killed, and not under another start time', async () => {
  assert.equal(isProcessAlive(process.pid, processStart(process.pid)), true);
  assert.equal(isProcessAlive(process.pid, ''), true);
  assert.equal(isProcessAlive(2 ** 22 + 1), false);
  if (processStart(process.pid)) assert.equal(isProcessAlive(process.pid, '1'), false);
});

test('sixteen processes with random kills: never two holders', async (t) => {
  const folder = temporaryFolder(t);
  const [path, log] = [join(folder, 'l'), join(folder, 'log')];
  const end = Date.now() + 6000;
  const start = () => startWorker('hold-lock', [path, log, `${end - Date.now()}`]);
  const workers = Array.from({ length: 16 }, start);
  const all = [...workers];
  while (Date.now() < end - 1500) {
    await sleep(60 + Math.random() * 80);
    // Now and then the holder itself, else anybody.
    const pid = /"pid":(\d+)/.exec(readIfThere(path))?.[1];
    const holder = workers.findIndex(({ child }) => `${child.pid}` === pid);
    const at = holder >= 0 && Math.random() < 0.7 ? holder : Math.floor(Math.random() * 16);
    const victim = workers[at];
    appendFileSync(log, `k ${victim?.child.pid}\n`);
    victim?.child.kill('SIGKILL');
    workers[at] = start();
    all.push(workers[at]);
  }
  await Promise.all(all.map((worker) => worker.ended));
  const { acquired, takenOver, violations } = judge(readFileSync(log, 'utf8'));
  assert.deepEqual(violations, []);
  assert.ok(acquired > 100 && takenOver > 0, `${acquired} acquired, ${takenOver} taken over`);
  t.diagnostic(`${acquired} acquired, ${takenOver} taken over from killed holders`);
  await (await locks.tryAcquire(path))?.release();
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function judge(log: string) {
  const killed = new Set<string>();
  const violations: string[] = [];
  let holder: string | undefined;
  let acquired = 0;
  let takenOver = 0;
  for (const line of log.trimEnd().split('\n')) {
    const [what, pid = '', over] = line.split(' ');
    if (what === 'k') killed.add(pid);
    if (what === 'lost') violations.push(line);
    if (what === 'r' && holder === pid) holder = undefined;
    if (what !== 'a') continue;
    if (holder !== undefined && !killed.has(holder)) violations.push(`${line} while ${holder}`);
    holder = pid;
    acquired++;
    if (over === 'true') takenOver++;
  }
  return { acquired, takenOver, violations };
}
