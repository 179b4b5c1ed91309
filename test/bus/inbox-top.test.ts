import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTop, parseTop, topOf, topWith } from '../../src/bus/inbox-top.ts';

const KEPT = 4;

/** Mail that arrives, or is marked as read; of few ids, so that marks meet mail before and after it. */
const step = fc.record({
  id: fc.integer({ min: 0, max: 11 }),
  rank: fc.constantFrom('1', '2', '5'),
  isMark: fc.boolean(),
});

test('a top with what came since is the top of the whole inbox', () => {
  let told = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 24 }), fc.nat(24), (steps, cut) => {
      const [before, after] = split(steps, cut);
      const whole = topOf(Buffer.concat([before, after]), KEPT);
      const top = topWith(topOf(before, KEPT), after);
      if (top === undefined) return;
      told++;
      equal(top.count, whole.count);
      const shown = Math.min(top.lines.length, whole.lines.length);
      deepEqual(top.lines.slice(0, shown), whole.lines.slice(0, shown));
    }),
    { numRuns: 3000 },
  );
  // Otherwise nothing was compared.
  equal(told > 500, true, `${told} compared`);
});

test('what was kept is told without the rest, whatever came and whatever of it was read', () => {
  const mail = Array.from({ length: 10 }, (_, at) => line(at, '2'));
  const top = topOf(Buffer.from(mail.join('')), KEPT);
  const since = topWith(top, Buffer.from(`${mark(1)}${line(20, '1')}${line(21, '2')}`));
  equal(since?.count, 11);
  deepEqual(since?.lines, [line(20, '1'), line(0, '2'), line(2, '2'), line(3, '2')].map(trim));
  // Whether the eighth was unread stands in the inbox only.
  equal(topWith(top, Buffer.from(mark(8))), undefined);
});

test('mail whose mark came first is read, and its mark may come again', () => {
  const top = topOf(Buffer.from(`${mark(3)}${line(1, '2')}`), KEPT);
  deepEqual(top.early, [mark(3).slice(1, -1)]);
  const since = topWith(top, Buffer.from(`${line(3, '1')}${mark(3)}`));
  deepEqual(since, { count: 1, lines: [trim(line(1, '2'))] });
});

test('a top is read as it was written, and not at all when it is cut short', () => {
  const top = topOf(Buffer.from(`${line(1, '2')}${line(2, '1', 'grüße ✓')}${mark(7)}`), KEPT);
  const data = Buffer.from(formatTop(top), 'latin1');
  deepEqual(parseTop(data), top);
  equal(parseTop(data.subarray(0, data.indexOf('\n', -60))), undefined);
  equal(parseTop(Buffer.from('{"bytes":')), undefined);
  equal(parseTop(undefined), undefined);
});

function split(steps: readonly { id: number; rank: string; isMark: boolean }[], cut: number) {
  const there = new Set<number>();
  const lines = steps.map(({ id, rank, isMark }) => {
    if (isMark) return mark(id);
    // A message arrives once.
    if (there.has(id)) return '';
    there.add(id);
    return line(id, rank);
  });
  return [lines.slice(0, cut), lines.slice(cut)].map((some) => Buffer.from(some.join(''))) as [
    Buffer,
    Buffer,
  ];
}

function line(id: number, rank: string, text = 'x'): string {
  return `${rank}${idOf(id)} {"summary":"${text}"}\n`;
}

function mark(id: number): string {
  return `-${idOf(id)}\n`;
}

function idOf(id: number): string {
  return `01KAP9Q1V8Z3YQ4T9W2X5M6${String(id).padStart(3, '0')}`;
}

function trim(text: string): string {
  return Buffer.from(text.trimEnd()).toString('latin1');
}
