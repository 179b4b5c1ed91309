import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hub } from '../../src/bus/hub.ts';
import { nextLead } from '../../src/bus/lead.ts';
import { placeInLine } from '../../src/bus/outbox.ts';
import { CALM, gathering, isContended, seenAt, turnMs } from '../../src/bus/pace.ts';

// Who goes when, among hubs that write to one remote: pure rules, which every hub
// must draw the same conclusions from.

const NAMES = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 12,
});

test('hubs that see the same line agree on everybody’s place in it', () => {
  fc.assert(
    fc.property(NAMES, fc.string(), (names, head) => {
      const places = names.map((id) => placeInLine({ id } as Hub, head, names));
      assert.deepEqual(
        places.sort((a, b) => a - b),
        names.map((_, i) => i),
      );
    }),
  );
});

test('the line is drawn anew from every commit: nobody is always last', () => {
  const names = ['a', 'b', 'c', 'd'];
  const firsts = new Map(names.map((name) => [name, 0]));
  for (let commit = 0; commit < 400; commit++) {
    const first = names.find((id) => placeInLine({ id } as Hub, `c${commit}`, names) === 0);
    firsts.set(first ?? '', (firsts.get(first ?? '') ?? 0) + 1);
  }
  for (const count of firsts.values()) assert.ok(count > 50, JSON.stringify([...firsts]));
});

test('the lead goes round: each hub that is helped has its term', () => {
  fc.assert(
    fc.property(NAMES, (names) => {
      const terms = new Map(names.map((name) => [name, 0]));
      let [lead, led] = [names[0] ?? '', 0];
      for (let push = 0; push < names.length * 20; push++) {
        terms.set(lead, (terms.get(lead) ?? 0) + 1);
        const next = nextLead(lead, led, names);
        led = next === lead ? led + 1 : 0;
        lead = next;
      }
      const counts = [...terms.values()];
      assert.ok(Math.max(...counts) <= 2 * Math.min(...counts), JSON.stringify([...terms]));
    }),
  );
});

test('a hub alone leads on; one with nobody to help does too', () => {
  assert.equal(nextLead('a', 100, []), 'a');
  assert.equal(nextLead('a', 100, ['a']), 'a');
});

test('without a leader the first in line goes at once, the others a good part of a push later each', () => {
  const pace = { ...CALM, pushMs: 300 };
  const waits = [0, 1, 2, 3].map((place) => turnMs(pace, place, 'nobody'));
  assert.deepEqual(waits, [0, 390, 480, 570]);
});

test('a leader is given the time that it took before, and a little more', () => {
  assert.equal(turnMs({ ...CALM, pushMs: 40 }, 0, 'leader'), 500);
  assert.equal(turnMs({ ...CALM, pushMs: 1000 }, 0, 'leader'), 1400);
  assert.equal(turnMs({ ...CALM, pushMs: 40, gapMs: 1000 }, 0, 'leader'), 1300);
  assert.ok(
    turnMs({ ...CALM, pushMs: 300 }, 3, 'leader') > turnMs({ ...CALM, pushMs: 300 }, 2, 'leader'),
  );
});

test('how often the branch moves is learned, and forgotten after a rest or a step of the clock', () => {
  const first = seenAt(CALM, 'a', 1_000_000);
  assert.deepEqual(first, { tip: 'a', movedAt: 1_000_000, gapMs: 0 });
  const pace = { ...CALM, ...first };
  assert.deepEqual(seenAt(pace, 'a', 1_000_300), {});
  assert.equal(seenAt(pace, 'b', 1_000_600).gapMs, 600);
  assert.equal(seenAt(pace, 'b', 1_060_000).gapMs, 0);
  assert.equal(seenAt(pace, 'b', 900_000).gapMs, 0);
});

test('a crowd is waited for while it is lively, a single writer never', () => {
  const pace = { ...CALM, at: 10_000, pushMs: 300, crowd: 4 };
  assert.deepEqual(gathering(pace, 10_100), { crowd: 4, ms: 90 });
  assert.deepEqual(gathering(pace, 20_000), { crowd: 1, ms: 0 });
  assert.deepEqual(gathering({ ...pace, crowd: 1 }, 10_100), { crowd: 1, ms: 0 });
  assert.ok(isContended({ ...CALM, rivalAt: 10_000 }, 39_000));
  assert.ok(!isContended({ ...CALM, rivalAt: 10_000 }, 41_000));
});
