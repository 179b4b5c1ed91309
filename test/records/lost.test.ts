import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../src/records/decide.ts';
import { allHoldings, holdingWords } from '../../src/records/decide-lost.ts';
import { boardOf } from '../../src/records/lock-changes.ts';
import { formatLock } from '../../src/records/lock-file.ts';
import { lostLocks } from '../../src/records/lost-lock.ts';
import { parseMessage } from '../../src/records/message-file.ts';
import { orderBoard } from '../../src/records/order-board.ts';
import { lockPath, messagePath } from '../../src/records/paths.ts';
import { tasksOf } from '../../src/records/task.ts';
import { formatTime } from '../../src/records/time.ts';
import { addTask, nextId, shop, type Tree } from './fixture.ts';

const TWO_LOCKS = [['src/auth/**'], ['package.json']];

async function work(): Promise<Tree> {
  const tree = await shop();
  for (const paths of TWO_LOCKS) {
    await tree.grant('lock', 'backend', { repo: 'shop-api', paths, ttl_ms: 7_200_000 });
  }
  addTask(tree, 'shop-7', {
    status: 'in_progress',
    claimed_by: 'backend',
    claimed_at: formatTime(tree.now),
    claim_fence: 9,
  });
  return tree;
}

function payload(tree: Tree, agent = 'backend', heard = tree.now) {
  const held = allHoldings(tree.state).get(agent);
  return {
    machine: 'workshop',
    agents: [
      {
        agent,
        order: nextId(),
        heard: formatTime(heard),
        silent_ms: 150_000,
        held: held === undefined ? [] : holdingWords(held),
      },
    ],
  };
}

const lost = (tree: Tree, more = payload(tree)) =>
  decide(tree.state, tree.request('lost', 'watchdog', more), tree.now);

describe('an agent that is lost', () => {
  test('gives all that it held back in one change, which tells the human and itself', async () => {
    const tree = await work();
    const change = await tree.grant('lost', 'watchdog', payload(tree));
    assert.equal(change.subject, 'lost: backend: what was held is free again');
    assert.deepEqual(boardOf(tree.state).locks, []);
    assert.equal(lostLocks(tree.state.live).length, 2);
    const task = tasksOf(tree.state.live).get('shop-7');
    assert.deepEqual([task?.status, task?.claimed_by, task?.claim_fence], ['open', undefined, 9]);
    const path = messagePath(change.record);
    const message = parseMessage(tree.files.get(path) ?? '', path);
    assert.deepEqual(message.to, ['human', 'backend']);
    assert.match(
      message.body,
      /its locks on src\/auth\/\*\* \(fence 1\), package\.json \(fence 2\) were released; shop-7 went back to the queue/,
    );
  });

  test('is declared lost once: the other watchdogs find nothing to do', async () => {
    const tree = await work();
    const same = payload(tree);
    await tree.grant('lost', 'watchdog', same);
    assert.deepEqual(await lost(tree, { ...same }), { unneeded: { lost: [] } });
    assert.deepEqual(await lost(tree), { unneeded: { lost: [] } });
  });

  test('is passed over if it has renewed, locked or released since it was judged', async () => {
    for (const act of [
      (tree: Tree) => tree.grant('renew', 'backend', { all: true, ttl_ms: 9_000_000 }),
      (tree: Tree) =>
        tree.grant('unlock', 'backend', { repo: 'shop-api', paths: ['package.json'] }),
      (tree: Tree) =>
        tree.grant('lock', 'backend', { repo: 'shop-api', paths: ['a'], ttl_ms: 90_000 }),
    ]) {
      const tree = await work();
      const judged = payload(tree);
      await act(tree);
      assert.deepEqual(await lost(tree, judged), { unneeded: { lost: [] } });
    }
  });

  test('cannot renew or release what was taken, and is told the story and who has it now', async () => {
    const tree = await work();
    await tree.grant('lost', 'watchdog', payload(tree));
    const all = { repo: 'shop-api', all: true, ttl_ms: 7_200_000 };
    const renewed = await tree.refuse('renew', 'backend', all);
    assert.equal(renewed.code, 'lock-lost');
    assert.match(renewed.message, /backend was last heard at .*Nobody holds it now\./);
    await tree.grant('join', 'second', { domain: 'backend', repo: 'shop-api' });
    const taken = { repo: 'shop-api', paths: ['src/auth/login.ts'], ttl_ms: 7_200_000 };
    await tree.grant('lock', 'second', taken);
    const released = await tree.refuse('unlock', 'backend', { repo: 'shop-api', all: true });
    assert.match(released.message, /second holds src\/auth\/login\.ts now \(fence 3\)/);
  });

  test('may write again where it has locked anew, and only there', async () => {
    const tree = await work();
    await tree.grant('lost', 'watchdog', payload(tree));
    await tree.grant('lock', 'backend', {
      repo: 'shop-api',
      paths: ['package.json'],
      ttl_ms: 90_000,
    });
    assert.deepEqual(
      lostLocks(tree.state.live).map(({ paths }) => paths),
      [['src/auth/**']],
    );
    // It was heard again, and is silent again: that is another story.
    tree.now += 600_000;
    const again = await tree.grant(
      'lost',
      'watchdog',
      payload(tree, 'backend', tree.now - 300_000),
    );
    assert.equal(Array.isArray(again.result['lost']), true);
  });

  test('is nobody that holds nothing, and never the human', async () => {
    const tree = await work();
    assert.deepEqual(await lost(tree, payload(tree, 'frontend')), { unneeded: { lost: [] } });
    await tree.grant('lock', 'human', { repo: 'shop-web', paths: ['x'], ttl_ms: 90_000 });
    assert.deepEqual(await lost(tree, payload(tree, 'human')), { unneeded: { lost: [] } });
    assert.equal((await tree.refuse('join', 'watchdog', { domain: 'd' })).code, 'name-reserved');
  });

  test('may have held thousands of locks: all are free, and the order stays short', async () => {
    const tree = await work();
    const at = formatTime(tree.now);
    for (let n = 0; n < 3000; n++) {
      const id = nextId();
      const lock = { id, holder: 'backend', repo: 'shop-api', paths: [`f${n}`], exclusive: true };
      const times = { created: at, expires: formatTime(tree.now + 9e6) };
      const text = formatLock({ ...lock, ...times, fence: n + 10, extra: {}, body: '' });
      tree.files.set(lockPath(id), text);
    }
    const change = await tree.grant('lost', 'watchdog', payload(tree));
    const [{ locks = [] } = {}] = change.result['lost'] as { locks?: string[] }[];
    assert.equal(locks.length, 3002);
    assert.deepEqual(boardOf(tree.state).locks, []);
    const [order] = orderBoard(tree.state).orders;
    assert.equal(order?.locks.length, 500);
    assert.match(order?.body ?? '', /and 2994 more were released/);
  });
});
