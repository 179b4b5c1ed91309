import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import matter from 'gray-matter';
import { RecordError, UsageError } from '../../src/errors.ts';
import { decodeUtf8, formatRecord, MAX_RECORD, parseRecord } from '../../src/records/codec.ts';
import { isKey } from '../../src/records/fields.ts';

const KEYS = fc.oneof(
  fc.constantFrom('id', 'to', 'null', 'true', 'no', 'y', 'e5', 'constructor', 'größe', 'a.b'),
  fc.string({ unit: 'binary', maxLength: 8 }).filter(isKey),
);
const TEXT = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'yes',
      '017',
      '1.10',
      '0x1F',
      '1:30',
      '2026-11-22',
      '~',
      '',
      ' ',
      '- a',
      '#x',
      'a: b',
    ),
    fc.constantFrom(
      'a #b',
      '&a',
      '*a',
      '!!js x',
      '<<',
      '---',
      '...',
      '\u202e',
      '\u2028',
      '\ufeff',
      '\r\n',
      '@a',
    ),
    fc.constantFrom(
      '-Infinity',
      '.inf',
      '1e+21',
      '1e3',
      '-0',
      '[a]',
      '{a: b}',
      'a, b',
      '"q"',
      "'",
      '\\',
      'a:',
    ),
  )
  .filter((text) => !text.includes('\0') && !/\p{Cs}/u.test(text));
const NUMBER = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .filter((number) => !Object.is(number, -0));
const FIELDS = fc
  .uniqueArray(
    fc.tuple(KEYS, fc.oneof(TEXT, NUMBER, fc.boolean(), fc.array(TEXT, { maxLength: 4 }))),
    {
      selector: ([key]) => key,
      maxLength: 8,
    },
  )
  .map((entries): Record<string, unknown> => Object.fromEntries(entries));
const BODY = fc
  .array(fc.oneof(TEXT, fc.constantFrom('---', '---js', '\n', '\n\n', '# T', '```', ' ')), {
    maxLength: 8,
  })
  .chain((parts) => fc.constantFrom('', '\n', ' ').map((between) => parts.join(between)))
  .map((body) => body.replace(/\r\n?/g, '\n'));

test('what is written is read again, every field and every byte of the body', () => {
  fc.assert(
    fc.property(FIELDS, BODY, (fields, body) => {
      const text = formatRecord(fields, body, ['id', 'to']);
      const read = parseRecord(text, 'x.md');
      assert.deepEqual({ fields: read.fields, body: read.body }, { fields, body });
      assert.ok(text.endsWith('\n'));
      assert.equal(formatRecord(read.fields, read.body, ['id', 'to']), text);
    }),
    { numRuns: 3000 },
  );
});

test('known keys come in their order, then the others in theirs; undefined is left out', () => {
  const text = formatRecord(
    { zeta: 1, to: ['b', 'c d'], alpha: true, id: 'x', no: undefined },
    'Hi',
    ['id', 'to'],
  );
  assert.equal(text, '---\nid: x\nto: ["b", "c d"]\nzeta: 1\nalpha: true\n---\nHi\n');
});

test('text that YAML would take for something else is quoted', () => {
  const fields = {
    a: 'no',
    b: '017',
    c: '1.10',
    d: '2026-11-22',
    e: '1:30',
    f: '\u001b[31m',
    g: '\u202e',
  };
  const text = formatRecord(fields, '', []);
  assert.match(
    text,
    /a: "no"\nb: "017"\nc: "1.10"\nd: "2026-11-22"\ne: "1:30"\nf: "\\u001b\[31m"\ng: "\\u202e"/,
  );
});

test('a record edited by hand: comments, block lists, quotes, CRLF, a byte order mark', () => {
  const text =
    "\ufeff---\r\n# who\r\nfrom: 'backend'\r\nto:\r\n  - a # first\r\n  - b\r\nversion: 1.10\r\noctal: 017\r\nday: 2026-11-22\r\nnote: >\r\n  folded\r\n  text\r\n---\r\nHi\r\nthere\r\n";
  const { fields, body, lines } = parseRecord(text, 'x.md');
  assert.deepEqual(fields, {
    from: 'backend',
    to: ['a', 'b'],
    version: '1.10',
    octal: '017',
    day: '2026-11-22',
    note: 'folded text\n',
  });
  assert.equal(body, 'Hi\nthere');
  assert.deepEqual([lines.get('from'), lines.get('to'), lines.get('note')], [3, 4, 10]);
});

test('a record may end without a line feed, and without a body', () => {
  assert.equal(parseRecord('---\na: b\n---\nHi', 'x.md').body, 'Hi');
  assert.equal(parseRecord('---\na: b\n---\n', 'x.md').body, '');
  assert.equal(parseRecord('---\na: b\n---', 'x.md').body, '');
});

const HOSTILE: Record<string, [text: string, line: number]> = {
  'javascript by ---js': ['---js\nglobalThis.pwned = 1\n---\n', 1],
  'javascript by --- js': ['--- js\nglobalThis.pwned = 1\n---\n', 1],
  'javascript in full': ['---javascript\n(globalThis.pwned = 1)\n---\n', 1],
  'json fence': ['---json\n{"a":1}\n---\n', 1],
  'coffee fence': ['---coffee\na: 1\n---\n', 1],
  'yaml by name': ['---yaml\na: 1\n---\n', 1],
  'blank behind the fence': ['--- \na: 1\n---\n', 1],
  'four hyphens': ['----\na: 1\n---\n', 1],
  'no frontmatter': ['hello\n', 1],
  'empty file': ['', 1],
  'no closing fence': ['---\na: 1\nhello\n', 4],
  'fence that goes on': ['---\na: 1\n---js\n', 3],
  'anchor and alias': ['---\na: &x [b]\nc: *x\n---\n', 2],
  'alias alone': ['---\na: b\nc: *x\n---\n', 3],
  bomb: ['---\na: &a [l]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\n---\n', 2],
  'merge key': ['---\na: b\n<<: {c: d}\n---\n', 3],
  'type tag': ['---\na: !!js/function "x"\n---\n', 2],
  'tagged map': ['---\n!!set\na: b\n---\n', 2],
  'nested map': ['---\na: b\nc: {d: e}\n---\n', 3],
  'nested list': ['---\na: [[b]]\n---\n', 2],
  'list of numbers': ['---\na: [1, 2]\n---\n', 2],
  'duplicate key': ['---\na: b\nc: d\na: e\n---\n', 4],
  'no value': ['---\na: b\nc:\n---\n', 3],
  'null key': ['---\nnull: b\n---\n', 2],
  __proto__: ['---\n__proto__: b\n---\n', 2],
  infinity: ['---\na: b\nc: [.inf]\nd: {}\n---\n', 4],
  'tab indent': ['---\na:\n\t- b\n---\n', 3],
  'a scalar': ['---\nhello\n---\n', 2],
  'a list': ['---\n- a\n---\n', 2],
  directive: ['---\n%YAML 1.1\na: b\n---\n', 3],
  'NUL in the body': ['---\na: b\n---\nx\n\0\n', 5],
  'NUL in a value': ['---\na: b\0\n---\n', 2],
  'lone surrogate': ['---\na: b\n---\n\ud800\n', 4],
  'escape in the frontmatter': ['---\na: b\nc: \u001b[31mred\n---\n', 3],
  'line separator in the frontmatter': ['---\na: b\u2028c\n---\n', 2],
  'blank lines without end': [`---\n${'\n'.repeat(60_000)}a: b\n---\n`, 2],
};

for (const [name, [text, line]] of Object.entries(HOSTILE)) {
  test(`refused, with the line and nothing raw: ${name}`, () => {
    assert.throws(
      () => parseRecord(text, 'messages/x.md'),
      (error: unknown) => {
        assert.ok(error instanceof RecordError, String(error));
        assert.equal(error.fault.line, line, error.message);
        assert.equal(error.fault.file, 'messages/x.md');
        assert.ok(error.fault.expected && error.fault.example && error.fault.found);
        assert.ok(Array.from(error.fault.found).length <= 60);
        assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}\p{Cs}]/u);
        return true;
      },
    );
    assert.equal((globalThis as { pwned?: number }).pwned, undefined);
  });
}

const HEAVY: Record<string, string> = {
  'deep lists': `a: ${'['.repeat(60_000)}`,
  'deep maps': '{a: '.repeat(15_000),
  'thousands of keys': Array.from({ length: 6_000 }, (_, at) => `k${at}: 1 # x`).join('\n'),
  commas: `a: [${','.repeat(60_000)}`,
  quotes: '"'.repeat(60_001),
  'bad escapes': `a: "${'\\q'.repeat(30_000)}"`,
  comments: '#\n'.repeat(30_000),
  dashes: '- '.repeat(30_000),
  'blank and hash': `${' '.repeat(30_000)}\n`.repeat(2),
  tags: `a: ${'!a '.repeat(20_000)}`,
  anchors: `a: ${'&a '.repeat(20_000)}`,
  'doubling aliases': Array.from(
    { length: 60 },
    (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`,
  ).join('\n'),
};

for (const [name, inner] of Object.entries(HEAVY)) {
  test(`hostile YAML costs seconds at most: ${name}`, () => {
    const start = performance.now();
    try {
      parseRecord(`---\n${inner}\n---\nbody\n`, 'x.md');
    } catch (error) {
      assert.ok(error instanceof RecordError, String(error));
    }
    assert.ok(performance.now() - start < 10_000);
  });
}

test('no text makes the parser throw anything but a RecordError', () => {
  const bits = fc.constantFrom(
    '---',
    '\n',
    'a: ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '&x ',
    '*x',
    '!t ',
    '|',
    '>',
    ' ',
    '\t',
    '#',
    '- ',
    '? ',
    ': ',
    ',',
    '\\',
    '%',
    '\u0085',
    '\r',
    '1',
    'b',
  );
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
      try {
        parseRecord(`---\n${parts.join('')}\n---\n`, 'x.md');
      } catch (error) {
        assert.ok(error instanceof RecordError, String(error));
      }
    }),
    { numRuns: 5000 },
  );
});

test('a record is at most 1 MiB, its frontmatter at most 64 KiB, read and written', () => {
  assert.throws(() => parseRecord(`---\na: b\n---\n${'x'.repeat(5_000_000)}`, 'x.md'), /1024 KiB/);
  assert.throws(() => parseRecord(`---\na: ${'x'.repeat(70_000)}\n---\n`, 'x.md'), /64 KiB/);
  assert.throws(() => formatRecord({}, 'é'.repeat(MAX_RECORD / 2), []), UsageError);
  assert.throws(() => formatRecord({ a: 'x'.repeat(70_000) }, '', []), UsageError);
  const body = '---\n'.repeat(250_000);
  assert.equal(parseRecord(formatRecord({ a: 1 }, body, []), 'x.md').body, body);
});

test('what is not flat cannot be written', () => {
  for (const value of [
    null,
    {},
    [1],
    [['a']],
    Number.NaN,
    Number.POSITIVE_INFINITY,
    () => 1,
    '\0',
    '\ud800',
    ['\udfff'],
  ]) {
    assert.throws(() => formatRecord({ key: value }, '', []), UsageError, String(value));
  }
  for (const key of ['', 'a b', '1', '__proto__', '<<', 'a:', 'a\nb']) {
    assert.throws(
      () => formatRecord({ [key]: 'x', ...Object.fromEntries([[key, 'x']]) }, '', []),
      UsageError,
      key,
    );
  }
});

test('bytes that are not UTF-8 are refused', () => {
  assert.equal(decodeUtf8(Buffer.from('\ufeffé'), 'x.md'), '\ufeffé');
  assert.throws(() => decodeUtf8(Buffer.from([0x61, 0xff]), 'x.md'), RecordError);
  assert.throws(() => decodeUtf8(Buffer.from([0xed, 0xa0, 0x80]), 'x.md'), RecordError);
});

test('two records of the same text share nothing', () => {
  const one = parseRecord('---\na: [b]\n---\n', 'x.md');
  (one.fields['a'] as string[]).push('c');
  assert.deepEqual(parseRecord('---\na: [b]\n---\n', 'x.md').fields, { a: ['b'] });
});

test('a record in our own form is cut where gray-matter cuts it', () => {
  const bodies = fc.array(fc.oneof(TEXT, fc.constantFrom('---', '--- ', '---js', '\n', '\n---\n')));
  fc.assert(
    fc.property(bodies, fc.boolean(), (parts, ends) => {
      const text = `---\nid: a\n---${ends ? '' : `\n${parts.join('\n')}`}`.replace(/\r\n?/g, '\n');
      const yaml = { parse: () => ({}) };
      const { content } = matter(text, { language: 'yaml', engines: { yaml } });
      assert.equal(parseRecord(text, 'x.md').body, content.replace(/\n$/, ''));
    }),
  );
});
