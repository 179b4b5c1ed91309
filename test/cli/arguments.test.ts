import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseArguments } from '../../src/commands/arguments.ts';
import { plainArguments } from '../../src/commands/plain-arguments.ts';
import { asksForHelp } from '../../src/commands/verb-choice.ts';
import { UsageError } from '../../src/errors.ts';

const command = {
  name: 'send',
  positionals: [
    { name: 'to', summary: 'who', required: true },
    { name: 'words', summary: 'what', many: true },
  ],
  options: {
    cc: { type: 'texts', summary: '' },
    'in-reply-to': { type: 'text', summary: '', alias: 'r' },
    tier: { type: 'text', summary: '', choices: ['signal', 'detailed'], default: 'detailed' },
    wait: { type: 'duration', summary: '' },
    limit: { type: 'number', summary: '', default: 5 },
    urgent: { type: 'flag', summary: '', alias: 'u' },
  },
} as const;

function parse(...words: string[]) {
  const {
    to,
    words: rest,
    cc,
    inReplyTo,
    tier,
    wait,
    limit,
    urgent,
  } = parseArguments(command, words);
  return { to, rest, cc, inReplyTo, tier, wait, limit, urgent };
}

const nothing = {
  to: 'bob',
  rest: [],
  cc: [],
  inReplyTo: undefined,
  tier: 'detailed',
  wait: undefined,
  limit: 5,
  urgent: false,
};

describe('arguments', () => {
  const good: [string[], Partial<ReturnType<typeof parse>>][] = [
    [['bob'], {}],
    [['bob', 'a', 'b'], { rest: ['a', 'b'] }],
    [['--cc', 'x', 'bob', '--cc=y', 'a'], { cc: ['x', 'y'], rest: ['a'] }],
    [['--cc', 'x', 'bob'], { cc: ['x'] }],
    [['-r', '17', 'bob'], { inReplyTo: '17' }],
    [['-r17', 'bob'], { inReplyTo: '17' }],
    [['bob', '--in-reply-to', 'a', '--in-reply-to', 'b'], { inReplyTo: 'b' }],
    [['--wait', '1h30m', '--limit', '0', 'bob'], { wait: 5_400_000, limit: 0 }],
    [['-u', 'bob'], { urgent: true }],
    [['--urgent', 'bob', 'true'], { urgent: true, rest: ['true'] }],
    [['--urgent=false', 'bob'], { urgent: false }],
    [['--urgent=true', 'bob'], { urgent: true }],
    // Texts that a parser might take for its own.
    [['bob', '- item one'], { rest: ['- item one'] }],
    [['bob', '--- a heading\n---js'], { rest: ['--- a heading\n---js'] }],
    [['bob', '"quoted"', "'so'"], { rest: ['"quoted"', "'so'"] }],
    [['bob', '007', '1e3', '-5', '0x10'], { rest: ['007', '1e3', '-5', '0x10'] }],
    [['bob', '-'], { rest: ['-'] }],
    [['bob', 'a=b', 'c.d=e'], { rest: ['a=b', 'c.d=e'] }],
    [['bob', '--cc=--urgent'], { cc: ['--urgent'] }],
    [['bob', '--cc', '- because --urgent'], { cc: ['- because --urgent'] }],
    [['bob', '--', '--urgent', '--nonsense', '--'], { rest: ['--urgent', '--nonsense', '--'] }],
  ];
  for (const [words, expected] of good) {
    test(JSON.stringify(words), () => {
      assert.deepEqual(parse(...words), { ...nothing, ...expected });
    });
  }

  const wrong: [string[], RegExp][] = [
    [[], /send needs TO/],
    [['bob', '--urgnt'], /no option --urgnt/],
    [['bob', '-z'], /no option -z/],
    [['bob', '--no-urgent'], /no option --no-urgent/],
    [['bob', '--constructor', 'x'], /no option --constructor/],
    [['bob', '--cc'], /--cc needs a value/],
    [['bob', '--tier'], /--tier needs a value/],
    [['bob', '--tier', '--urgent'], /--tier needs a value/],
    [['bob', '--tier', 'signl'], /"signl" is not one of signal, detailed/],
    [['bob', '--limit', '-1'], /not a whole number/],
    [['bob', '--limit', '1.5'], /not a whole number/],
    [['bob', '--wait', 'soon'], /not a duration/],
    [['bob', '--urgent=maybe'], /takes no value/],
  ];
  for (const [words, message] of wrong) {
    test(`refused: ${JSON.stringify(words)}`, () => {
      assert.throws(
        () => parse(...words),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }

  test('a mistyped option is told the nearest', () => {
    assert.throws(() => parse('bob', '--in-replay-to', 'x'), {
      hint: 'did you mean --in-reply-to?',
    });
  });

  test('a word too many is refused where none may follow', () => {
    const small = { name: 'ack', positionals: [{ name: 'id', summary: '' }], options: {} } as const;
    assert.throws(() => parseArguments(small, ['1', '2']), /unexpected "2"/);
  });

  test('help is asked for anywhere but after --', () => {
    assert.equal(asksForHelp(['bob', '--help']), true);
    assert.equal(asksForHelp(['bob', '--', '--help']), false);
  });
});

describe('words that need no parser', () => {
  const pool = [
    ...['bob', 'x', '5', 'true', 'false', '-', '--', '-u', '-r', '-rx', '-5', 'a b', '', '--cc=x'],
    ...['--cc', '--in-reply-to', '--tier', 'signal', '--wait', '2h', '--limit', '--urgent'],
    ...['--json', '--quiet', '-q', '-C', '--C', '--agent', '--no-json', '--urgent=true', '--UP'],
    ...['--__proto__', '--constructor', '--inReplyTo', 'src/a.ts', '@x/y', 'a:b', '.', '..', '_'],
  ];

  const told = (read: () => unknown) => {
    try {
      return { values: read() };
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
      return { error: error.message, hint: error.hint };
    }
  };

  test('are read as the parser reads them', () => {
    let plain = 0;
    const one = fc.array(fc.constantFrom(...pool), { maxLength: 5 });
    fc.assert(
      fc.property(one, (words) => {
        const quick = told(() => plainArguments(command, words));
        if ('values' in quick && quick.values === undefined) return;
        plain++;
        assert.deepEqual(
          quick,
          told(() => parseArguments(command, words)),
        );
      }),
      { numRuns: 5000 },
    );
    assert.ok(plain > 200, `${plain} lines were plain`);
  });

  test('of hooks and scripts are plain', () => {
    for (const words of [['bob'], ['--json', 'bob', '--tier', 'signal'], ['bob', '--limit', '5']])
      assert.notEqual(plainArguments(command, words), undefined, words.join(' '));
  });
});
