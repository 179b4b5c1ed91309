import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/errors.ts';
import { checkName, isName, isTask, nearest } from '../../src/records/names.ts';
import { estimateTokens } from '../../src/records/tokens.ts';
import { oneLine, visible } from '../../src/records/visible.ts';

test('names', () => {
  for (const name of ['a', 'backend', 'web-2', 'x'.repeat(40), 'human'])
    assert.ok(isName('agent', name), name);
  const bad = [
    '',
    'all',
    'Backend',
    '2web',
    '-a',
    'a-',
    'a_b',
    'a b',
    'con',
    'aux',
    'nul',
    'com1',
    'lpt9',
    'x'.repeat(41),
    'é',
    '../x',
    'a\n',
  ];
  for (const name of bad) {
    assert.ok(!isName('agent', name), name);
    assert.throws(
      () => checkName('agent', name),
      (error) => error instanceof UsageError && error.hint !== undefined,
    );
  }
  assert.ok(!isName('domain', 'human') && !isName('project', 'human'));
  assert.throws(() => checkName('domain', 'Shop API'), { hint: 'choose a name such as shop-api' });
  assert.ok(
    isTask('bd-123') && isTask('bd-a3f8.1') && !isTask('') && !isTask('a b') && !isTask('../x'),
  );
});

test('near names, best first', () => {
  const known = ['backend', 'frontend', 'admin', 'all'];
  assert.deepEqual(nearest('bakend', known), ['backend']);
  assert.deepEqual(nearest('front', known), ['frontend']);
  assert.deepEqual(nearest('Backend', known), ['backend']);
  assert.deepEqual(nearest('zebra', known), []);
  assert.deepEqual(nearest('', known), []);
});

test('what would act on a terminal, or hide, is shown', () => {
  const table: [string, string][] = [
    ['plain ünïcode 日本 ✓', 'plain ünïcode 日本 ✓'],
    ['a\nb\tc', 'a\nb\tc'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\rb\u0007\u009b1m', 'a\\u000db\\u0007\\u009b1m'],
    ['x\u202egnp.exe', 'x\\u202egnp.exe'],
    ['\u2066a\u2069', '\\u2066a\\u2069'],
    ['in\u200bvis\u200dible\ufeff', 'in\\u200bvis\\u200dible\\ufeff'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['\u3164\u00ad', '\\u3164\\u00ad'],
    ['\ud800', '\\ud800'],
    ['👩‍💻 ⚠️ 1️⃣ 👍🏽', '👩‍💻 ⚠️ 1️⃣ 👍🏽'],
    ['👩\u200d\u200d', '👩\\u200d\\u200d'],
  ];
  for (const [text, shown] of table) assert.equal(visible(text), shown);
});

test('whatever comes, nothing raw is left and safe text is untouched', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string()),
      fc.integer({ min: 1, max: 40 }),
      (text, max) => {
        const shown = visible(text);
        assert.doesNotMatch(
          shown.replace(/[\n\t]/g, ''),
          /[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069\p{Cs}]/u,
        );
        assert.equal(visible(shown), shown);
        const line = oneLine(text, max);
        assert.ok(!/[\n\t\p{Cc}]/u.test(line) && Array.from(line).length <= max);
      },
    ),
    { numRuns: 2000 },
  );
});

test('one line, cut by characters', () => {
  assert.equal(oneLine('  a\n\n b\t c ', 20), 'a b c');
  assert.equal(oneLine('abcdef', 6), 'abcdef');
  assert.equal(oneLine('abcdefg', 6), 'abcde…');
  assert.equal(oneLine('👍👍👍👍', 3), '👍👍…');
  assert.equal(oneLine(`${'x'.repeat(5_000_000)}`, 10), 'xxxxxxxxx…');
  assert.equal(oneLine('\n'.repeat(5_000_000), 10).length <= 10, true);
});

test('tokens are estimated near what tokenizers count', () => {
  assert.equal(estimateTokens(''), 0);
  assert.equal(estimateTokens('a'), 1);
  assert.equal(estimateTokens('日本語'), 3);
  assert.equal(estimateTokens('👍👍'), 5);
  // 35 characters of English: 10 tokens at the 3.5 characters that the estimate assumes.
  assert.equal(estimateTokens('The auth API is ready for your use.'), 10);
  assert.equal(estimateTokens('Привет, мир'), 6);
  // 8 + 14 + 28 + 2 × 35 + 8 of 28ths, and so on: nothing is lost between two alphabets.
  assert.equal(estimateTokens('aя日👍\n'.repeat(28)), 128);
  assert.equal(estimateTokens('\x7f\x80\u1fff\u2000\ud800\uffff'), 5);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const whole = estimateTokens(a + b);
      assert.ok(whole <= estimateTokens(a) + estimateTokens(b) && whole >= estimateTokens(a));
      assert.ok(a === '' || estimateTokens(a) > 0);
    }),
  );
});
