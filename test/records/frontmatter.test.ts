import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../src/errors.ts';
import { readOwnForm, readYaml } from '../../src/records/frontmatter-read.ts';

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
