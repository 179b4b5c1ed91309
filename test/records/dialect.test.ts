import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type DialectWord,
  dialectGuide,
  dialectWords,
  wordFault,
} from '../../src/records/dialect.ts';
import { measureDialect } from '../../src/records/dialect-report.ts';
import { createIds } from '../../src/records/ids.ts';
import type { Message } from '../../src/records/message.ts';
import { recurringPhrases } from '../../src/records/phrases.ts';
import { parseProject } from '../../src/records/project.ts';
import { parseSignal, STATUS_SPELLINGS } from '../../src/records/signal.ts';
import { chooseTier } from '../../src/records/tier.ts';
import { formatTime } from '../../src/records/time.ts';
import { estimateTokens } from '../../src/records/tokens.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;

/** Messages as they are said, an hour apart, the last one now. */
function talk(...said: (Partial<Message> & { body: string })[]): Message[] {
  let now = NOW - said.length * HOUR;
  const ids = createIds(() => now);
  const messages: Message[] = [];
  for (const { body, in_reply_to: about, ...more } of said) {
    now += HOUR;
    const id = ids();
    const to = about === undefined ? undefined : messages[Number(about)]?.id;
    messages.push({
      id,
      type: 'announcement',
      tier: chooseTier(body),
      from: 'backend',
      to: ['frontend'],
      cc: [],
      thread: id,
      priority: 'medium',
      artifacts: [],
      blocks_progress: false,
      ack_required: false,
      tokens: estimateTokens(body),
      created: formatTime(now),
      body,
      ...more,
      ...(to === undefined ? {} : { in_reply_to: to }),
    });
  }
  return messages;
}

const none = { words: [], domains: [] };
const words = (table: string) => dialectWords(parseProject(`name = "shop"\n${table}`));

describe('words of a project', () => {
  test('are read in order, and told in the guide', () => {
    const own = words('[dialect]\nwords = { rfr = "ready for review", rbm = "rebase on main" }');
    assert.deepEqual(
      own.map(({ word }) => word),
      ['rfr', 'rbm'],
    );
    assert.match(dialectGuide(own), /version 1[\s\S]*\| `→rfr` \| ready for review \|\n/);
    assert.deepEqual(words(''), []);
  });

  const wrong: [string, RegExp][] = [
    ['wip = "work in progress"', /"wip" is a status/],
    ['do-ne = "all of it"', /"do-ne" is a status/],
    ['x = "ready for review"', /"x" is no word: 2 to 20/],
    ['"[!]" = "urgent"', /is no word/],
    ['rfr = "ready for review", r-fr = "red"', /"r-fr" looks like the word rfr/],
    [
      'rfr = "Ready  for review", look = "ready for review"',
      /"look" says the same as the word rfr/,
    ],
    ['api = "call the interface"', /"api" is the domain api/],
    ['shipped = "Done"', /stands for "Done", which is a status/],
    ['aa = "bb", bb = "read it"', /explained by one another/],
    ['rfr = 3', /dialect\.words\.rfr: expected a phrase/],
    ['rfr = "a\\nb"', /dialect\.words\.rfr: expected a phrase/],
  ];
  for (const [line, problem] of wrong) {
    test(`${line} is refused, with an example`, () => {
      assert.throws(
        () => words(`[dialect]\nwords = { ${line} }\n[domains.api]`),
        (error: Error & { hint?: string; code?: string }) => {
          assert.match(error.message, problem);
          assert.equal(error.code, 'project-malformed');
          assert.ok(error.hint);
          return true;
        },
      );
    });
  }

  test('that are taken can be said as an action, and begin no signal', () => {
    const any = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
    fc.assert(
      fc.property(fc.oneof(any, fc.constantFrom(...STATUS_SPELLINGS)), (word) => {
        if (wordFault({ word, phrase: 'some words of ours' }, [], []) !== undefined) return;
        const signal = parseSignal(`✓bd-1 →${word}`);
        assert.ok(!('fault' in signal) && signal.action === word);
        assert.ok('fault' in parseSignal(`${word} bd-1`));
      }),
    );
  });
});

describe('phrases', () => {
  test('that recur are the longest ones, over no mark and no path', () => {
    const texts = [
      'The cart is ready for review. See `ready for review now`.',
      'Login: ready for review, please',
      'Ready for review',
      'src/ready for review/x',
      'ready, for review',
    ];
    assert.deepEqual(recurringPhrases(texts, 3), [
      { text: 'for review', texts: 4 },
      { text: 'ready for review', texts: 3 },
    ]);
    assert.deepEqual(recurringPhrases(texts, 6), []);
  });

  test('are what a naive count says', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd.'), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (parts) => {
        const texts = parts.map((part) => part.join(' '));
        for (const phrase of recurringPhrases(texts, 2)) {
          const holding = texts.filter((one) =>
            one.split('.').some((part) => ` ${part.trim()} `.includes(` ${phrase.text} `)),
          );
          assert.equal(phrase.texts, holding.length, phrase.text);
        }
      }),
    );
  });

  test('hostile texts take no time', () => {
    const before = process.cpuUsage().user;
    const hostile = [
      'x'.repeat(100_000),
      'a '.repeat(50_000),
      '\u0000/'.repeat(50_000),
      "'-".repeat(9e4),
    ];
    recurringPhrases([...hostile, ...hostile], 2);
    assert.ok((process.cpuUsage().user - before) / 1000 < 3000);
  });
});

describe('measuring the dialect', () => {
  test('tokens and understanding, by tier and type', () => {
    const report = measureDialect(
      talk(
        { body: 'Late answer?', type: 'question' },
        ...Array.from({ length: 24 }, () => ({ body: '⏳bd-1' })),
        { body: 'The cart is done.' },
        { body: 'Which one?', type: 'question', from: 'frontend', in_reply_to: '25' },
        { body: 'The small one.', type: 'answer', in_reply_to: '26' },
        { body: 'And when?', type: 'question' },
      ),
      none,
      NOW,
      10,
    );
    const row = (tier: string, type: string) =>
      report.rows.find((one) => one.tier === tier && one.type === type);
    assert.equal(report.messages, 29);
    assert.equal(row('signal', 'announcement')?.understood, 1);
    assert.equal(row('signal', 'announcement')?.tokens_each, estimateTokens('⏳bd-1'));
    assert.deepEqual([row('coordination', 'announcement')?.understood], [0]);
    // One was never answered and counts half, one was; the third has its day yet.
    const asked = row('coordination', 'question');
    assert.deepEqual([asked?.messages, asked?.judged, asked?.understood], [3, 2, 0.75]);
  });

  test('phrases get a word that the project may take as it is told', () => {
    const body = 'The cart is ready for review, please have a look.';
    const said = talk({ body }, { body }, { body }, { body: '✓bd-1 →rfr' });
    const free = measureDialect(said, none, NOW, 10).candidates;
    assert.ok(free.length > 0 && free.every(({ saves, messages }) => saves > 0 && messages === 3));
    const own: DialectWord[] = free.map(({ word, phrase }) => ({ word, phrase }));
    const table = own.map(({ word, phrase }) => `${word} = ${JSON.stringify(phrase)}`).join(', ');
    assert.deepEqual(words(`[dialect]\nwords = { ${table} }`), own);
    const rfr = { word: 'rfr', phrase: 'Ready for review' };
    const report = measureDialect(said, { words: [rfr], domains: ['ti'] }, NOW, 10);
    assert.deepEqual(report.words, [{ ...rfr, used: 1, written_out: 3 }]);
    assert.deepEqual(measureDialect(said, none, NOW, 0).candidates, []);
    assert.deepEqual(measureDialect([], none, NOW, 5).rows, []);
  });
});
