import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tiers } from '../../src/records/message.ts';
import { sentencesOf } from '../../src/records/sentences.ts';
import {
  formatSignal,
  parseSignal,
  type Signal,
  signalToFields,
} from '../../src/records/signal.ts';
import { checkTier, chooseTier } from '../../src/records/tier.ts';

const LINE = '✓bd-123 backend→frontend [!] 📄api-contract.yaml →integrate-jwt';
const NAME = fc.constantFrom('backend', 'frontend', 'web-2', 'all', 'human', 'ok', 'api@shop');
const WORD = fc
  .string({ unit: fc.constantFrom(...'abzé9._-/@+:#'), minLength: 1, maxLength: 12 })
  .filter((text) => /^[abzé9._]/.test(text) && !text.includes('->'));
const SIGNAL: fc.Arbitrary<Signal> = fc
  .record(
    {
      status: fc.constantFrom('done', 'blocked', 'in-progress', 'failed'),
      task: fc.constantFrom('bd-123', 'bd-a3f8.1', 'ok', 'wip', '7'),
      from: NAME,
      to: fc.array(NAME, { maxLength: 3 }),
      priority: fc.constantFrom('high', 'medium', 'low'),
      artifacts: fc.array(WORD, { maxLength: 3 }),
      action: WORD,
    } as const,
    { requiredKeys: ['status', 'to', 'artifacts'] },
  )
  .map((signal) => ({ ...signal, to: 'from' in signal ? signal.to : [] }) as Signal);

test('the example of the design reads and writes as it stands', () => {
  const signal = parseSignal(LINE);
  assert.deepEqual(signal, {
    status: 'done',
    task: 'bd-123',
    from: 'backend',
    to: ['frontend'],
    priority: 'high',
    artifacts: ['api-contract.yaml'],
    action: 'integrate-jwt',
  });
  assert.equal(formatSignal(signal as Signal), LINE);
});

test('every signal reads back from its line', () => {
  fc.assert(
    fc.property(SIGNAL, (signal) => assert.deepEqual(parseSignal(formatSignal(signal)), signal)),
    { numRuns: 2000 },
  );
});

test('a line that parses keeps its meaning when it is written again', () => {
  const part = fc.constantFrom(
    '✓',
    '⚠️',
    'ok',
    'wip',
    'fail',
    ' ',
    'bd-1',
    'a→b',
    'a->b,c',
    '[!]',
    '[x]',
    '📄f',
    '@file:g',
    '->do',
    '→',
    'a→',
    ',',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const signal = parseSignal(parts.join(''));
      if ('fault' in signal) assert.ok(signal.fault && signal.example);
      else assert.deepEqual(parseSignal(formatSignal(signal)), signal);
    }),
    { numRuns: 5000 },
  );
});

test('ASCII and other spellings', () => {
  const same: [string, string][] = [
    ['ok bd-123 backend->frontend [!] @file:api-contract.yaml ->integrate-jwt', LINE],
    ['done bd-123 [!] backend->frontend ->integrate-jwt @file:api-contract.yaml', LINE],
    ['✔️ bd-123 backend→frontend [!] 📄api-contract.yaml →integrate-jwt', LINE],
    ['blocked bd-9', '⚠bd-9'],
    ['wait bd-9 a->b', '⚠bd-9 a→b'],
    ['⚠️bd-9', '⚠bd-9'],
    ['wip', '⏳'],
    ['fail bd-1 [-]', '❌bd-1 [-]'],
    ['✓ a→b,c', '✓ a→b,c'],
  ];
  for (const [line, canonical] of same) {
    const signal = parseSignal(line);
    assert.ok(!('fault' in signal), line);
    assert.equal(formatSignal(signal), canonical);
  }
});

test('what is not in the dialect says which part, with an example', () => {
  const table: [string, string][] = [
    ['hello', 'hello'],
    ['', ''],
    ['okay bd-1', 'okay bd-1'],
    ['✓bd-1 A→b', 'A→b'],
    ['✓bd-1 a→b→c', 'a→b→c'],
    ['✓bd-1 a→b, c', 'a→b,'],
    ['✓bd-1 [?]', '[?]'],
    ['✓bd-1 [!] [~]', '[~]'],
    ['✓bd-1 bd-2', 'bd-2'],
    ['✓bd-1 📄', '📄'],
    ['✓bd-1 →', '→'],
    ['✓bd-1 →a →b', '→b'],
    ['✓bd-1 well, done', 'well,'],
    ['toString', 'toString'],
    ['constructor', 'constructor'],
    ['✓a\n✓b', '✓a\n✓b'],
  ];
  for (const [line, at] of table) {
    const fault = parseSignal(line);
    assert.ok('fault' in fault, line);
    assert.equal(fault.at, at);
    assert.ok(!('fault' in parseSignal(fault.example)));
  }
  assert.ok('fault' in parseSignal(`✓${'x'.repeat(500)}`));
});

test('a signal stands for the fields of a message', () => {
  const types = ['✓a', '✓a 📄f', '⚠a', '⏳a', '❌a'].map(
    (line) => signalToFields(parseSignal(line) as Signal).type,
  );
  assert.deepEqual(types, ['completion', 'artifact_ready', 'blocked', 'announcement', 'error']);
  assert.deepEqual(signalToFields(parseSignal(LINE) as Signal), {
    type: 'artifact_ready',
    to: ['frontend'],
    task: 'bd-123',
    priority: 'high',
    artifacts: ['api-contract.yaml'],
  });
});

test('sentences', () => {
  const table: [string, number][] = [
    ['', 0],
    ['Ready', 1],
    ['Ready.', 1],
    ['One. Two! Three?', 3],
    ['one. two. three. four.', 4],
    ['See e.g. the docs, i.e. README.md, by J. Doe et al. for v1.2.3.', 1],
    ['Use Node 20.19.0 and yargs 18.0. It takes 3.5 s, approx. 2 MB.', 2],
    ['Tests, docs, etc. are done. No. 5 is open.', 2],
    ['It was tests, docs, etc. Next comes the API.', 2],
    ['See https://example.com/a.b?c=d! Then call `foo.bar(). Baz!` once.', 2],
    ['Look at https://example.com. Then go.', 2],
    ['Hm... what now? Well… Fine.', 3],
    ['He said "done." Then left.', 2],
    ['First\n\nSecond\n\nThird', 3],
    ['Wrapped\nover two lines.', 1],
    ['完了しました。次は？はい！', 3],
    ['Done!!! Really?!', 2],
    ['src/a.ts:12 fails. Fix src/b.ts.', 2],
    ['---', 0],
    ['👍', 1],
  ];
  for (const [text, count] of table) assert.equal(sentencesOf(text).length, count, text);
});

test('the tier follows from the text', () => {
  assert.equal(chooseTier(LINE), 'signal');
  assert.equal(chooseTier('✓bd-1'), 'signal');
  assert.equal(chooseTier('ok bd-1 a->b'), 'signal');
  assert.equal(chooseTier('ok thanks'), 'coordination');
  assert.equal(chooseTier('Auth API ready. Use it. Ask me.'), 'coordination');
  assert.equal(chooseTier(''), 'coordination');
  assert.equal(chooseTier('One. Two. Three. Four.'), 'detailed');
  for (const body of [
    '# Why\n\nx',
    'Why\n===\n',
    'a\n- b',
    '1. a\n2. b',
    '```\nx\n```',
    '> a',
    '| a | b |',
    'word '.repeat(150),
  ]) {
    assert.equal(chooseTier(body), 'detailed', body);
  }
  assert.equal(chooseTier('a - b is #5 of 3 * 4 > 2'), 'coordination');
});

test('a misfit says why and how to mend it', () => {
  const refusal = checkTier('coordination', 'One. Two. Three. Four.');
  assert.equal(refusal?.code, 'tier-misfit');
  assert.match(refusal?.message ?? '', /at most 3 sentences, and this has 4/);
  assert.match(checkTier('coordination', '# T\n\nx')?.message ?? '', /a heading/);
  assert.match(checkTier('coordination', 'word '.repeat(150))?.message ?? '', /160 tokens/);
  assert.match(checkTier('signal', 'Hello')?.hint ?? '', /✓bd-123/);
  assert.equal(checkTier('detailed', '# T'), undefined);
});

test('the tier chosen always fits, quickly', () => {
  const start = performance.now();
  for (const body of [
    '\n'.repeat(1_000_000),
    ' '.repeat(1_000_000),
    '. '.repeat(500_000),
    '|'.repeat(1_000_000),
    '- '.repeat(500_000),
    '→'.repeat(1_000_000),
  ]) {
    assert.equal(checkTier(chooseTier(body), body), undefined);
  }
  assert.ok(performance.now() - start < 5_000);
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), SIGNAL.map(formatSignal)),
      (body) => {
        const tier = chooseTier(body);
        assert.ok(tiers.includes(tier));
        assert.equal(checkTier(tier, body), undefined);
      },
    ),
  );
});
