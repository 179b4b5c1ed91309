import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../src/records/decide.ts';
import { parseMessage } from '../../src/records/message-file.ts';
import { orderBoard } from '../../src/records/order-board.ts';
import { messagePath, taskPath } from '../../src/records/paths.ts';
import type { Change } from '../../src/records/request.ts';
import { tasksOf } from '../../src/records/task.ts';
import type { FileStep } from '../../src/records/undo.ts';
import { addTask, shop, TIP, type Tree } from './fixture.ts';

/** What a commit did, as the hub reads it from two trees. */
function stepsBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): FileStep[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths
    .map((path) => ({ path, was: before.get(path) ?? null, left: after.get(path) ?? null }))
    .filter(({ was, left }) => was !== left);
}

/** Does something, and returns the payload that undoes it. */
async function recorded(tree: Tree, act: () => Promise<unknown> | unknown) {
  const before = new Map(tree.files);
  await act();
  return { commit: TIP, subject: 'a commit', files: stepsBetween(before, tree.files) };
}

const undo = (tree: Tree, payload: object): Promise<Change> =>
  tree.grant('undo', 'human', { ...payload });

/** Everything but what an undoing adds: its order and its message. */
const lasting = (tree: Tree): Map<string, string> =>
  new Map([...tree.files].filter(([path]) => !/^(?:orders|messages)\//.test(path)));

describe('undo', () => {
  test('puts a task back as it was, tells those concerned, and is an order', async () => {
    const tree = await shop();
    addTask(tree, 'shop-7');
    const text = tree.files.get(taskPath('shop-7'));
    const commit = await recorded(tree, () =>
      tree.grant('block', 'human', { task: 'shop-7', on: ['the law'] }),
    );
    const change = await undo(tree, { ...commit, why: 'It is legal.' });
    assert.equal(tree.files.get(taskPath('shop-7')), text);
    assert.deepEqual(change.result['changes'], [
      {
        path: 'tasks/shop-7.md',
        does: 'changed',
        what: 'status blocked → open, blocked_on ["the law"] → nothing',
      },
    ]);
    const order = orderBoard(tree.state).orders.at(-1);
    assert.deepEqual([order?.kind, order?.commit, order?.tasks], ['undo', TIP, ['shop-7']]);
    const path = messagePath(change.record);
    const message = parseMessage(tree.files.get(path) ?? '', path);
    assert.deepEqual(message.to, ['backend']);
    assert.match(message.body, /I have undone "a commit" .* It is legal\.\n\n- tasks\/shop-7\.md/);
    const again = await tree.unneeded('undo', 'human', commit);
    assert.deepEqual(again['changes'], change.result['changes']);
  });

  test('is the human alone', async () => {
    const tree = await shop();
    const commit = await recorded(tree, () => addTask(tree, 'shop-7'));
    assert.equal((await tree.refuse('undo', 'backend', commit)).code, 'only-human');
  });

  test('refuses what changed again since, and then can go back step by step', async () => {
    const tree = await shop();
    addTask(tree, 'shop-7');
    const first = await recorded(tree, () => addTask(tree, 'shop-7', { priority: 1 }));
    const second = await recorded(tree, () => addTask(tree, 'shop-7', { priority: 0 }));
    const refused = await tree.refuse('undo', 'human', first);
    assert.equal(refused.code, 'changed-since');
    assert.deepEqual(refused.data, { paths: ['tasks/shop-7.md'] });
    await undo(tree, second);
    await undo(tree, first);
    assert.equal(tasksOf(tree.state.live).get('shop-7')?.priority, 2);
  });

  test('takes back an import: its tasks go, unless somebody builds on them or has begun', async () => {
    const tree = await shop();
    const act = () => {
      addTask(tree, 'shop-1');
      addTask(tree, 'shop-2', { depends_on: ['shop-1'] });
    };
    const whole = await recorded(tree, act);
    const half = { ...whole, files: whole.files.filter(({ path }) => path.includes('shop-1')) };
    const refused = await tree.refuse('undo', 'human', half);
    assert.match(refused.message, /shop-2 would wait for shop-1/);
    await undo(tree, whole);
    assert.equal(tasksOf(tree.state.live).size, 0);
    const again = await recorded(tree, act);
    await tree.grant('claim', 'backend', { task: 'shop-1', ttl_ms: 90_000 });
    assert.equal((await tree.refuse('undo', 'human', again)).code, 'changed-since');
  });

  test('says no to whatever others have acted on, and names what to do instead', async () => {
    const lock = { repo: 'shop-api', paths: ['src/**'], ttl_ms: 90_000 };
    const claimed = { status: 'in_progress', claimed_by: 'backend', claim_fence: 3 } as const;
    const cases: [string, RegExp, (tree: Tree) => unknown][] = [
      ['not-undoable', /unlock/, (tree) => tree.grant('lock', 'backend', lock)],
      [
        'not-undoable',
        /lock them anew/,
        async (tree) => {
          await tree.grant('lock', 'backend', lock);
          return recorded(tree, () =>
            tree.grant('unlock', 'backend', { repo: 'shop-api', all: true }),
          );
        },
      ],
      ['not-undoable', /reassign shop-7 AGENT/, (tree) => addTask(tree, 'shop-7', claimed)],
      [
        'not-undoable',
        /reassign shop-7 backend/,
        async (tree) => {
          addTask(tree, 'shop-7', claimed);
          return recorded(tree, () => addTask(tree, 'shop-7', { claim_fence: 3 }));
        },
      ],
      ['not-undoable', /reopen shop-7/, (tree) => addTask(tree, 'shop-7', { status: 'done' })],
      ['not-undoable', /join/, (tree) => tree.grant('leave', 'frontend', {})],
      ['not-undoable', /git revert/, (tree) => tree.files.set('notes.txt', 'x')],
      [
        'nothing-to-undo',
        /resume/,
        (tree) => tree.grant('order', 'human', { kind: 'pause', to: ['all'] }),
      ],
      [
        'nothing-to-undo',
        /reply/,
        (tree) =>
          tree.grant('send', 'backend', {
            type: 'announcement',
            to: ['frontend'],
            body: 'Ready.',
          }),
      ],
    ];
    for (const [code, hint, act] of cases) {
      const tree = await shop();
      let inner: unknown;
      const outer = await recorded(tree, async () => {
        inner = await act(tree);
      });
      const isOwn = typeof inner === 'object' && inner !== null && 'files' in inner;
      const own = inner as { files: unknown };
      const payload = isOwn && Array.isArray(own.files) ? (inner as typeof outer) : outer;
      const refused = await tree.refuse('undo', 'human', payload);
      assert.equal(refused.code, code, refused.message);
      assert.match(refused.hint ?? '', hint);
    }
  });

  test('the first commit cannot go; settings can, and what a hand broke is mended', async () => {
    const empty = new Map<string, string>();
    const tree = await shop();
    const toml = tree.files.get('comm-node.toml') ?? '';
    const init = { commit: TIP, subject: 'init', files: stepsBetween(empty, tree.files) };
    assert.equal((await tree.refuse('undo', 'human', init)).code, 'not-undoable');
    for (const text of [`${toml}\n# A word.\n`, 'this is [ no toml']) {
      const edit = await recorded(tree, () => tree.files.set('comm-node.toml', text));
      assert.deepEqual((await undo(tree, edit)).result['told'], ['all']);
      assert.equal(tree.files.get('comm-node.toml'), toml);
    }
    const order = await tree.grant('order', 'human', { kind: 'pause', to: ['backend'] });
    const path = `orders/${order.record}.md`;
    const broken = await recorded(tree, () => tree.files.set(path, '---\nkind: [\n---\n'));
    assert.equal(orderBoard(tree.state).unreadable.length, 1);
    await undo(tree, broken);
    assert.equal(orderBoard(tree.state).unreadable.length, 0);
  });

  test('an artifact that was withdrawn is back; a version is not taken back', async () => {
    const tree = await shop();
    const publish = await recorded(tree, () => tree.files.set(ARTIFACT, artifact('')));
    const version = await tree.refuse('undo', 'human', publish);
    assert.match(version.hint ?? '', /withdraw backend\/api\.yaml/);
    const withdrawal = await recorded(tree, () =>
      tree.grant('withdraw', 'backend', { artifact: 'backend/api.yaml' }),
    );
    const change = await undo(tree, withdrawal);
    assert.equal(tree.state.artifacts.get('backend/api.yaml')?.withdrawn, undefined);
    assert.deepEqual(change.result['told'], ['backend', 'web']);
    assert.equal((change.result['stays'] as string[]).length, 2, 'its order and its message');
  });

  test('of any row of edits, undone from the last to the first, leaves what was there', async () => {
    const edit = fc.record({
      id: fc.constantFrom('shop-1', 'shop-2', 'shop-3'),
      priority: fc.nat(4),
      goes: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 4 }), async (edits) => {
        const tree = await shop();
        addTask(tree, 'shop-1');
        const start = lasting(tree);
        const commits: Awaited<ReturnType<typeof recorded>>[] = [];
        for (const { id, priority, goes } of edits) {
          const commit = await recorded(tree, () =>
            goes ? tree.files.delete(taskPath(id)) : addTask(tree, id, { priority }),
          );
          if (commit.files.length > 0) commits.push(commit);
        }
        for (const commit of commits.reverse()) {
          const request = tree.request('undo', 'human', commit);
          const once = await decide(tree.state, request, tree.now);
          assert.deepEqual(await decide(tree.state, request, tree.now + 9e6), once);
          await undo(tree, commit);
        }
        assert.deepEqual(lasting(tree), start);
      }),
      { numRuns: 15 },
    );
  });
});

const ARTIFACT = 'artifacts/backend/api.yaml.md';
const artifact = (more: string): string => `---
schema: 1
domain: backend
name: api.yaml
version: 1
kind: openapi
sha256: ${'a'.repeat(64)}
bytes: 3
blob: ${'b'.repeat(40)}
producer: backend
consumers: [web]
published: 2026-11-22T09:30:00.000Z
${more}---
`;
