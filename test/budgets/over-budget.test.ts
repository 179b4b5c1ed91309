import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { allocate } from '../../src/records/allocate.ts';
import { allocationOf } from '../../src/records/budget.ts';
import { decide } from '../../src/records/decide.ts';
import { messageTypes } from '../../src/records/message.ts';
import type { WayOut } from '../../src/records/over-budget.ts';
import { cutTo } from '../../src/records/shorten.ts';
import { formatTime } from '../../src/records/time.ts';
import { estimateTokens } from '../../src/records/tokens.ts';
import { nextId, shop, type Tree } from '../records/fixture.ts';

const give = (tree: Tree, total: number) =>
  tree.grant('budget-grant', 'human', { task: 't', agent: 'backend', total });
const left = async (tree: Tree) => {
  const account = (await tree.state.ledger()).accounts.get('t', 'backend');
  return (
    (account?.allocated ?? 0) +
    (account?.granted ?? 0) -
    (account?.sent ?? 0) -
    (account?.read ?? 0)
  );
};

/** Texts of all tiers and some scripts, with what makes trouble when it is cut. */
const texts = fc
  .array(
    fc.oneof(
      fc.lorem({ maxCount: 12, mode: 'sentences' }),
      fc.constantFrom(
        '# Heading',
        '- item one',
        '> quoted',
        '| a | b |',
        '```\ncode();\n```',
        '👍👩‍💻 ✓',
        '日本語の文章です。',
        '✓t →do',
        'ok',
      ),
      fc.string({ maxLength: 60 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join('\n'));

describe('over budget', () => {
  test('every way out is accepted, whatever was written', async () => {
    const tree = await shop();
    await give(tree, 1);
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.constantFrom(...messageTypes),
        fc.nat(200),
        async (body, type, budget) => {
          const account = (await tree.state.ledger()).accounts.get('t', 'backend');
          await decideAndApply(tree, (account?.sent ?? 0) + budget);
          const payload = { to: ['frontend'], type, task: 't', body, artifacts: ['login.yaml'] };
          const decision = await decide(
            tree.state,
            tree.request('send', 'backend', payload),
            tree.now,
          );
          if (!('refused' in decision) || decision.refused.code !== 'over-budget') return;
          refusals++;
          const ways = decision.refused.data?.['ways'] as WayOut[];
          assert.ok(ways.some(({ kind }) => kind === 'request'));
          for (const way of ways) {
            if (way.kind === 'request') {
              const why = 'more to say';
              await accepted(tree, 'budget-request', { task: 't', amount: way.amount, why });
              assert.equal((await left(tree)) + way.amount >= estimateTokens(body), true);
            } else {
              assert.ok(way.tokens <= budget);
              const tier = way.kind === 'tier' ? { tier: way.tier } : {};
              await accepted(tree, 'send', { ...payload, ...tier, body: way.body });
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    assert.ok(refusals > 20, `${refusals} refusals`);
  });

  test('a text is cut to what it may cost, and loses no more than it must', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), fc.nat(80), (body, limit) => {
        const cut = cutTo(body, limit);
        if (cut === undefined) return;
        assert.ok(estimateTokens(cut) <= limit && !/[\ud800-\udbff]$/.test(cut));
      }),
    );
    assert.equal(cutTo('one two three four', 4), 'one two three');
    assert.equal(cutTo('日本語', 2), '日本');
    assert.equal(cutTo('words', 0), undefined);
    assert.equal(cutTo('x'.repeat(1_000_000), 100)?.length, 350);
  });
});

async function decideAndApply(tree: Tree, total: number): Promise<void> {
  const request = tree.request('budget-grant', 'human', { task: 't', agent: 'backend', total });
  const decision = await decide(tree.state, request, tree.now);
  if ('granted' in decision) {
    for (const [path, text] of decision.granted.files) tree.files.set(path, String(text));
  }
}

async function accepted(tree: Tree, kind: string, payload: object): Promise<void> {
  const request = tree.request(kind, 'backend', payload as Record<string, unknown>);
  const decision = await decide(tree.state, request, tree.now);
  assert.ok('granted' in decision, JSON.stringify([decision, payload]));
}

describe('an allocation', () => {
  test('is complexity times efficiency, once an agent and task', async () => {
    const tree = await shop();
    for (const [complexity, amount] of [
      ['simple', 5000],
      ['medium', 15_000],
      ['complex', 40_000],
    ] as const) {
      const claimed = { id: nextId(), task: `t-${complexity}`, agent: 'backend', complexity };
      const given = await allocate(tree.state, claimed, tree.now);
      assert.equal(given?.entry.amount, amount);
      tree.files.set(given?.path ?? '', given?.text ?? '');
      assert.equal(await allocate(tree.state, { ...claimed, id: nextId() }, tree.now), undefined);
    }
    const human = { id: nextId(), task: 't', agent: 'human', complexity: 'simple' } as const;
    assert.equal(await allocate(tree.state, human, tree.now), undefined);
    assert.deepEqual([allocationOf('simple', 0.5), allocationOf('simple', 0)], [2500, 1500]);
  });

  test('shrinks for an agent that is asked back about most of what it says', async () => {
    const tree = await shop();
    for (let i = 0; i < 20; i++) {
      const { record } = await tree.grant('send', 'backend', {
        to: ['frontend'],
        body: `It ${i}.`,
      });
      const back = {
        to: ['backend'],
        in_reply_to: record,
        type: 'question',
        body: 'What do you mean?',
      };
      await tree.grant('send', 'frontend', back);
    }
    const claimed = { id: nextId(), task: 't-1', agent: 'backend', complexity: 'simple' } as const;
    const given = await allocate(tree.state, claimed, tree.now);
    // 10 that count as good, of 30.
    assert.deepEqual([given?.entry.efficiency, given?.entry.amount], [0.333, 1665]);
    assert.equal(given?.entry.created, formatTime(tree.now));
  });
});
