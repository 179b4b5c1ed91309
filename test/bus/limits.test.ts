import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Queue } from '../../src/bus/queue.ts';
import { writeLock } from '../../src/bus/unsure.ts';
import type { CommError } from '../../src/errors.ts';
import { ProcessLock } from '../../src/git/lock.ts';
import { readRef } from '../../src/git/refs.ts';
import { createIds } from '../../src/records/ids.ts';
import type { Request } from '../../src/records/request.ts';
import { formatTime } from '../../src/records/time.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { audit } from '../support/storm.ts';
import { enter, foundProject, openDesk } from './setting.ts';

// Where waiting ends: a remote that hangs, a hub that stays busy, more that waits
// than one push takes, a push that landed and could not be noted.

const ids = createIds(Date.now);

async function begin(t: TestContext) {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundProject(sandbox, ['backend', 'frontend']);
  const url = `file://${path}`;
  const home = join(sandbox.root, 'machine');
  return { sandbox, path, url, home };
}

function hook(path: string, name: string, script: string): string {
  mkdirSync(join(path, 'hooks'), { recursive: true });
  const file = join(path, 'hooks', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

function message(body: string): Request {
  return {
    id: ids(),
    kind: 'send',
    agent: 'backend',
    at: formatTime(Date.now()),
    payload: {
      type: 'announcement',
      to: ['frontend'],
      cc: [],
      priority: 'medium',
      artifacts: [],
      blocks_progress: false,
      ack_required: false,
      body,
    },
  };
}

function landed(path: string, sandbox: Sandbox): string[] {
  const { landed: there, doubled, fsck } = audit(path, sandbox.env);
  assert.deepEqual({ doubled, fsck }, { doubled: [], fsck: '' });
  return there.map(({ id }) => id);
}

test('a remote that hangs is out of reach: a message is queued, and leaves when it answers again', async (t) => {
  const { sandbox, path, url, home } = await begin(t);
  const desk = await openDesk(url, home, { pushMs: 1_000, fetchMs: 10_000 });
  t.after(() => desk.bus.close());
  await desk.send('backend', 'frontend', 'One.');
  const hanging = hook(path, 'pre-receive', 'exec sleep 4');
  const start = performance.now();
  const answer = await desk.send('backend', 'frontend', 'Two.');
  assert.ok('queued' in answer, JSON.stringify(answer));
  assert.match(answer.queued.reason, /did not answer within 1000 ms/);
  assert.ok(performance.now() - start < 3_500, 'it does not wait for the remote to end');
  await assert.rejects(desk.ask('newbie', 'join', { domain: 'newbie', repo: 'newbie' }), {
    code: 'offline',
  });
  rmSync(hanging);
  const { sent, kept } = await desk.bus.receive();
  assert.deepEqual({ sent, kept }, { sent: 1, kept: 0 });
  assert.equal(landed(path, sandbox).length, 2);
});

test('a hub that stays busy: what may wait is queued, the rest is withdrawn with a clear error', async (t) => {
  const { sandbox, path, home } = await begin(t);
  const desk = await openDesk(path, home);
  t.after(() => desk.bus.close());
  const held = await new ProcessLock().tryAcquire(writeLock(desk.bus.hub));
  assert.ok(held);
  const patient = await desk.bus.publish(message('Later.'), { deferrable: true, timeoutMs: 300 });
  assert.deepEqual(patient, { queued: { reason: 'other writers kept it busy' } });
  await assert.rejects(
    desk.bus.publish(message('Now.'), { deferrable: false, timeoutMs: 300 }),
    (error: CommError) => error.code === 'conflict' && /stayed busy/.test(error.message),
  );
  assert.equal((await desk.bus.waiting()).length, 1);
  await held.release();
  assert.equal((await desk.bus.receive()).sent, 1);
  assert.equal(landed(path, sandbox).length, 1);
});

test('more waits than one push takes: all of it lands, in order', async (t) => {
  const { sandbox, path, url, home } = await begin(t);
  const desk = await openDesk(url, home);
  t.after(() => desk.bus.close());
  const queue = new Queue(desk.bus.hub.state);
  const waiting = Array.from({ length: 450 }, (_, i) => message(`Message ${i}.`));
  const base = await readRef(desk.bus.hub.gitDir, 'refs/heads/main');
  for (const request of waiting) {
    await queue.put({ request, base, waiter: undefined, deferrable: true });
  }
  const answer = await desk.send('backend', 'frontend', 'The last.');
  assert.ok('published' in answer);
  await desk.bus.receive();
  const order = landed(path, sandbox);
  assert.equal(order.length, 451);
  const own = order.filter((id) => id !== answer.published['id']);
  assert.deepEqual(
    own,
    waiting.map(({ id }) => id),
  );
});

test('a push that landed is answered though the mirror cannot be moved along', async (t) => {
  const { sandbox, path, url, home } = await begin(t);
  const desk = await openDesk(url, home);
  t.after(() => desk.bus.close());
  await desk.send('backend', 'frontend', 'One.');
  // Somebody takes the mirror's branch while the push is under way.
  const lock = join(desk.bus.hub.gitDir, 'refs/heads/main.lock');
  const taking = hook(path, 'post-receive', `: > '${lock}'`);
  const answer = await desk.send('backend', 'frontend', 'Two.');
  assert.ok('published' in answer);
  assert.ok(existsSync(lock));
  rmSync(taking);
  rmSync(lock);
  assert.ok('published' in (await desk.send('backend', 'frontend', 'Three.')));
  assert.equal(landed(path, sandbox).length, 3);
});
