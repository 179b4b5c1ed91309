import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Depositor } from '../../src/bus/depositor.ts';
import { CALM, writePace } from '../../src/bus/pace.ts';
import { pushRefs } from '../../src/git/transport.ts';
import { createIds } from '../../src/records/ids.ts';
import type { Request } from '../../src/records/request.ts';
import { formatTime } from '../../src/records/time.ts';
import { foundShop } from '../support/lock-shop.ts';
import { createSandbox } from '../support/sandbox.ts';
import { type Desk, enter, openDesk } from './setting.ts';

// A lock is never kept for later, yet another machine may land it: whoever asked
// hears of it, and whoever was told no is not given it behind its back.

const ids = createIds(Date.now);

async function shop(t: TestContext) {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundShop(sandbox, ['backend', 'frontend']);
  const [a, b] = [
    await openDesk(`file://${path}`, join(sandbox.root, 'a')),
    await openDesk(`file://${path}`, join(sandbox.root, 'b')),
  ];
  t.after(() => {
    a.bus.close();
    b.bus.close();
  });
  const outboxes = () => sandbox.git(path, 'for-each-ref', 'refs/comm-node/outbox');
  const locks = () => sandbox.git(path, 'ls-tree', '--name-only', 'main', 'locks/');
  return { path, a, b, outboxes, locks };
}

function lock(agent: string): Request {
  const payload = { repo: 'shop', paths: ['src/**'], ttl_ms: 3_600_000 };
  return { id: ids(), kind: 'lock', agent, at: formatTime(Date.now()), payload };
}

/** Leaves a request in a machine's outbox on the remote, as a push that came second does. */
async function leave({ bus }: Desk, request: Request): Promise<void> {
  const { hub } = bus;
  const outbox = new Depositor(hub, { ids } as never);
  const entry = { request, base: undefined, waiter: undefined, deferrable: false, helpable: true };
  const deposit = await outbox.make([entry]);
  assert.ok(deposit);
  assert.ok((await pushRefs(hub.gitDir, hub.url, [deposit.spec], {})).ok);
  await outbox.remember(deposit);
}

const warn = ({ bus }: Desk) => writePace(bus.hub, { ...CALM, pushMs: 50, rivalAt: Date.now() });

test('a lock that lies in an outbox is granted by whoever pushes next, and its owner hears of it', async (t) => {
  const { a, b, outboxes, locks } = await shop(t);
  const request = lock('backend');
  await leave(a, request);
  await warn(b);
  assert.ok('published' in (await b.send('frontend', 'backend', 'Passing by.')));
  assert.match(locks(), new RegExp(request.id));
  await warn(a);
  const answer = await a.bus.publish(request, { deferrable: false, helpable: true });
  assert.ok('published' in answer);
  assert.equal((answer.published['lock'] as { id: string }).id, request.id);
  for (const { bus } of [a, b]) await bus.receive();
  assert.equal(outboxes(), '', 'what has landed is cleared away');
});

test('who was told no is not granted it later: what was left is taken back first', async (t) => {
  const { a, b, outboxes, locks } = await shop(t);
  const held = lock('frontend');
  assert.ok('published' in (await b.bus.publish(held, { deferrable: false, helpable: true })));
  const request = lock('backend');
  await leave(a, request);
  await warn(a);
  const answer = await a.bus.publish(request, { deferrable: false, helpable: true });
  assert.ok('refused' in answer);
  assert.equal(answer.refused.code, 'lock-held');
  assert.equal(outboxes(), '', 'nothing of it is left for others');
  assert.ok('published' in (await b.ask('frontend', 'unlock', { ids: [held.id] })));
  await warn(b);
  assert.ok('published' in (await b.send('frontend', 'backend', 'It is free now.')));
  assert.doesNotMatch(locks(), new RegExp(request.id));
});
