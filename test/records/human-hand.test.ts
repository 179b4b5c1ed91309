import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { boardOf } from '../../src/records/lock-changes.ts';
import { lostLocks } from '../../src/records/lost-lock.ts';
import { type OpenQuestion, withMessage } from '../../src/records/open-question.ts';
import { haltOf, orderBoard } from '../../src/records/order-board.ts';
import { tasksOf } from '../../src/records/task.ts';
import { formatTime } from '../../src/records/time.ts';
import { ringsOf, whoWaits } from '../../src/records/waiting.ts';
import { addTask, message, shop } from './fixture.ts';

describe('reassign', () => {
  test('gives the task to another, frees its locks, and tells the first one why', async () => {
    const tree = await shop();
    await tree.grant('join', 'second', { domain: 'backend', repo: 'shop-api' });
    const lock = await tree.grant('lock', 'backend', {
      repo: 'shop-api',
      paths: ['src/**'],
      ttl_ms: 90_000,
      task: 'shop-7',
    });
    const { id } = lock.result['lock'] as { id: string };
    addTask(tree, 'shop-7', { status: 'in_progress', claimed_by: 'backend', claim_locks: [id] });
    assert.equal(
      (await tree.refuse('reassign', 'second', { task: 'shop-7', to: 'second' })).code,
      'only-human',
    );
    await tree.grant('reassign', 'human', { task: 'shop-7', to: 'second', why: 'backend is slow' });
    const task = tasksOf(tree.state.live).get('shop-7');
    assert.deepEqual(
      [task?.status, task?.claimed_by, task?.assignee],
      ['open', undefined, 'second'],
    );
    assert.deepEqual(boardOf(tree.state).locks, []);
    assert.equal(lostLocks(tree.state.live)[0]?.id, id);
    const done = await tree.refuse('done', 'backend', { task: 'shop-7', contract: [] });
    assert.equal(done.code, 'task-lost');
    assert.match(done.message, /goes to second.*backend is slow/);
    const again = await tree.unneeded('reassign', 'human', { task: 'shop-7', to: 'second' });
    assert.equal(again['to'], 'second');
  });

  test('done by somebody else since is no success of the one that lost it', async () => {
    const tree = await shop();
    await tree.grant('join', 'second', { domain: 'backend', repo: 'shop-api' });
    addTask(tree, 'shop-7', { status: 'in_progress', claimed_by: 'backend' });
    await tree.grant('reassign', 'human', { task: 'shop-7', to: 'second' });
    addTask(tree, 'shop-7', { status: 'done', done_by: 'second', claimed_by: 'second' });
    const done = await tree.refuse('done', 'backend', { task: 'shop-7', contract: [] });
    assert.match(done.message, /second has done it since/);
  });
});

describe('pauses', () => {
  test('of any sequence of orders, the last one to an agent counts', async () => {
    const names = ['all', 'backend', 'frontend', 'web'] as const;
    const order = fc.record({
      kind: fc.constantFrom('pause', 'stop', 'resume'),
      to: fc.constantFrom(...names),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 8 }), async (orders) => {
        const tree = await shop();
        const stands = new Map([
          ['backend', 'resume'],
          ['frontend', 'resume'],
        ]);
        for (const { kind, to } of orders) {
          // A clock that goes back must not change which of two came last.
          tree.now -= 60_000;
          await tree.grant('order', 'human', { kind, to: [to] }).catch(() => undefined);
          for (const [agent, domain] of [
            ['backend', 'backend'],
            ['frontend', 'web'],
          ] as const) {
            if (to === 'all' || to === agent || to === domain) stands.set(agent, kind);
          }
        }
        const board = orderBoard(tree.state);
        for (const [agent, kind] of stands) {
          const known = tree.state.agents.get(agent);
          const halt = known && haltOf(board, known);
          const found = halt === undefined ? 'resume' : 'order' in halt ? halt.order.kind : '';
          assert.equal(found, kind);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('who waits on whom', () => {
  test('locks, questions and tasks are told apart, and a ring of them is named', async () => {
    const tree = await shop();
    await tree.grant('join', 'second', { domain: 'backend', repo: 'shop-api' });
    await tree.grant('lock', 'backend', { repo: 'shop-api', paths: ['a'], ttl_ms: 90_000 });
    await tree.grant('lock', 'second', {
      repo: 'shop-api',
      paths: ['a'],
      ttl_ms: 90_000,
      wait: { until: formatTime(tree.now + 60_000), grace_ms: 1000 },
    });
    addTask(tree, 'shop-1', { status: 'in_progress', claimed_by: 'second' });
    addTask(tree, 'shop-2', {
      status: 'in_progress',
      claimed_by: 'frontend',
      depends_on: ['shop-1'],
    });
    const open = new Map<string, OpenQuestion>();
    const asked = message({
      type: 'question',
      from: 'backend',
      to: ['web'],
      blocks_progress: true,
    });
    withMessage(open, new Set(), asked);
    const meant = (name: string) => (name === 'web' ? ['frontend'] : [name]);
    const { state } = tree;
    const source = {
      board: boardOf(state),
      questions: open.values(),
      tasks: tasksOf(state.live),
      meant,
    };
    const waits = whoWaits(source, tree.now);
    assert.deepEqual(
      waits.map(({ agent, on, kind }) => `${agent} ${on} ${kind}`),
      ['second backend lock', 'backend frontend question', 'frontend second task'],
    );
    assert.deepEqual(ringsOf(waits), [['backend', 'frontend', 'second']]);
    withMessage(open, new Set(), message({ from: 'frontend', in_reply_to: asked.id }));
    assert.equal(open.size, 0);
    assert.deepEqual(ringsOf(waits.slice(1)), []);
  });

  test('an answer that is known before its question settles it all the same', () => {
    const open = new Map<string, OpenQuestion>();
    const early = new Set<string>();
    const answer = message({ from: 'frontend' });
    const question = message({ type: 'question' });
    withMessage(open, early, { ...answer, in_reply_to: question.id });
    withMessage(open, early, question);
    assert.deepEqual([open.size, early.size], [0, 0]);
  });
});
