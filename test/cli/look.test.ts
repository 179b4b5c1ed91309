import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAge } from '../../src/commands/age.ts';
import { cut, displayWidth } from '../../src/commands/display-width.ts';
import { outcomeEnvelope } from '../../src/commands/envelope.ts';
import { lookFor, plainLook, table, wantsColour, wrap } from '../../src/commands/look.ts';

describe('look', () => {
  const widths: [string, number][] = [
    ['abc', 3],
    ['\u001b[31mabc\u001b[39m', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['✓', 1],
    ['📄', 2],
    ['⚠️', 2],
    ['👩‍👩‍👧', 2],
    ['🇨🇭', 2],
    ['한글', 4],
    ['ａ', 2],
    ['', 0],
  ];
  for (const [text, width] of widths) {
    test(`${JSON.stringify(text)} takes ${width}`, () => assert.equal(displayWidth(text), width));
  }

  test('cut leaves what fits, counts the ellipsis and never half a wide letter', () => {
    assert.equal(cut('abcdef', 6), 'abcdef');
    assert.equal(cut('abcdef', 4), 'abc…');
    assert.equal(cut('日本語', 4), '日…');
    assert.equal(cut('abc', 0), '');
  });

  test('columns stand under one another, and lines are cut only in a terminal', () => {
    const rows = [
      ['日本', 'x', 'a long summary'],
      ['a', 'yy', ''],
    ];
    assert.equal(table(rows, plainLook), '日本  x   a long summary\na     yy\n');
    const narrow = lookFor({ colour: false, columns: 12, now: 0 });
    assert.equal(table(rows, narrow), '日本  x   a…\na     yy\n');
  });

  test('wrap breaks between words and keeps line ends', () => {
    assert.equal(wrap('one two three\nfour', 9, '  '), '  one two\n  three\n  four');
  });

  test('colours only where they are wanted', () => {
    assert.equal(wantsColour({}, true), true);
    assert.equal(wantsColour({}, false), false);
    assert.equal(wantsColour({ NO_COLOR: '1', FORCE_COLOR: '1' }, true), false);
    assert.equal(wantsColour({ NO_COLOR: '' }, true), true);
    assert.equal(wantsColour({ FORCE_COLOR: '1' }, false), true);
    assert.equal(wantsColour({ TERM: 'dumb' }, true), false);
    assert.equal(lookFor({ colour: true, columns: 80, now: 0 }).red('x'), '\u001b[31mx\u001b[39m');
    assert.equal(plainLook.red('x'), 'x');
  });

  test('ages', () => {
    assert.equal(formatAge(0, 500), 'just now');
    assert.equal(formatAge(0, 90_000), '1m 30s ago');
  });
});

describe('envelope', () => {
  test('JSON holds nothing a terminal acts upon, and reads back the same', () => {
    const data = { text: '\u001b[2J \u009b1m \u202e abc \u200b é 📄' };
    const line = outcomeEnvelope('read', { ok: true, data });
    assert.doesNotMatch(line, /[\u001b\u0080-\u009f\u202e\u200b]/);
    assert.deepEqual(JSON.parse(line), { ok: true, command: 'read', data });
    assert.ok(line.endsWith('}\n'));
  });
});
