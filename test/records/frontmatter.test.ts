import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../src/errors.ts';
import { readOwnForm } from '../../src/records/frontmatter-read.ts';
import { readYaml } from '../../src/records/frontmatter-yaml.ts';

// Lines that are nearly, or exactly, what we write: the quick reader must never differ from YAML.
const ATOM = fc.constantFrom(
  'a',
  'true',
  'no',
  'null',
  '~',
  '1',
  '-1',
  '-0',
  '017',
  '1.5',
  '1.10',
  '.5',
  '.inf',
  '-Infinity',
  '1e3',
  '1e+21',
  '0x1f',
  '...',
  '---',
  '@a',
  'a@b',
  'a b',
  ' a',
  'a ',
  'a:b',
  'a: b',
  'a:',
  ':a',
  'a #b',
  '#a',
  '"a"',
  '"a\\u00e9"',
  '"\\ud83d\\ude00"',
  '"a',
  "'a'",
  '[]',
  '[a, b]',
  '[a,b]',
  '[a, "b"]',
  '["a", "b, c"]',
  '[1]',
  '["1"]',
  '[a',
  '[a, ]',
  '[ a]',
  '[a b]',
  '[-a]',
  '[a:b]',
  '{}',
  '&a b',
  '*a',
  '!t',
  '|',
  '>',
  '-',
  '- a',
  '?',
  'é',
  '✓',
  '\t',
  'a\tb',
  '_',
  '/x',
  '.',
  '[.]',
  '[/x, _y]',
  '"\\/"',
  '"\\x41"',
  '2026-11-22',
  '2026-11-22T10:00:00.000Z',
  'https://a.b/c',
  '"a\\nb"',
  '[true]',
  '["true"]',
);
const KEY = fc.constantFrom(
  'a',
  'b',
  'null',
  '"null"',
  '"b"',
  'a.b',
  'a b',
  'y',
  '"y"',
  '1',
  '-',
  'é',
);
const LINE = fc.oneof(
  fc
    .tuple(
      KEY,
      fc.constantFrom(': ', ':', ':  ', ' : '),
      ATOM,
      fc.constantFrom('', '', ' ', ' # c'),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('', '# c', '  b: c', 'a'),
);

test('the quick reader and the YAML parser agree on all that the quick one takes', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(LINE, { maxLength: 4 }), (rows) => {
      const text = rows.map((row) => `${row}\n`).join('');
      const quick = readOwnForm(text);
      if (quick === undefined) return;
      taken++;
      assert.deepEqual(quick, readYaml(text, 'x.md'));
    }),
    { numRuns: 20_000 },
  );
  assert.ok(taken > 1000, `only ${taken} texts were compared`);
});

test('the quick reader and the YAML parser agree on any characters', () => {
  const chars = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'aé1:.-_/@+ "[],#\\'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 8,
  });
  fc.assert(
    fc.property(chars, (value) => {
      const text = `key: ${value}\n`;
      const quick = readOwnForm(text);
      if (quick === undefined) return;
      assert.deepEqual(quick, readYaml(text, 'x.md'), JSON.stringify(value));
    }),
    { numRuns: 20_000 },
  );
});

test('what only one of them could read is left to YAML', () => {
  for (const text of [
    'a: b # c\n',
    "a: 'b'\n",
    'a:\n  - b\n',
    '# c\na: b\n',
    'a: 2026-11-22\n',
    'a: 1.10\n',
  ]) {
    assert.equal(readOwnForm(text), undefined, text);
    assert.doesNotThrow(() => readYaml(text, 'x.md'));
  }
  assert.throws(() => readYaml('a: b\na: c\n', 'x.md'), RecordError);
});

// Depth overflowed the parser's stack, which V8 does not always survive: it must not even begin.
const DEEP: Record<string, string> = {
  'flow lists': `a: ${'['.repeat(60_000)}\n`,
  'flow maps': `${'{a: '.repeat(15_000)}\n`,
  'lists on one line': `${'- '.repeat(30_000)}\n`,
  'explicit keys': `${'? '.repeat(30_000)}\n`,
  'maps by indentation': Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:\n`).join(''),
  'a map in a list': 'a:\n  - b: c\n',
  'a pair in a list': 'a: [b: c]\n',
  'a list over lines in a list': 'a: [b,\n  [c]]\n',
  'maps on one line': 'a: b: c\n',
};

for (const [name, text] of Object.entries(DEEP)) {
  test(`depth is refused before it is parsed: ${name}`, () => {
    assert.throws(
      () => readYaml(text, 'x.md'),
      (error) => error instanceof RecordError && /nothing nested, tagged/.test(error.message),
    );
  });
}

test('what is flat passes, however it is laid out', () => {
  const text =
    'a:\n  - b\n  - "c: d"\nlist: [x,\n  y, "z: [1"]\nblock: |\n  - a: b\n    ? c\n  [[\n"quoted": \'k: v\'\nplain: a\n  goes on # c\n';
  assert.deepEqual(readYaml(text, 'x.md').fields, {
    a: ['b', 'c: d'],
    list: ['x', 'y', 'z: [1'],
    block: '- a: b\n  ? c\n[[\n',
    quoted: 'k: v',
    plain: 'a goes on',
  });
});
