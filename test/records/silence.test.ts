import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { healthOf, nextSign, type Sign, silenceOf } from '../../src/records/silence.ts';

const SKEW = 30_000;
const SILENT = 120_000;
const LIMITS = { silentMs: SILENT, stuckMs: 1_800_000 };
const DAY = 86_400_000;

/** What one machine knows after looking at these moments at an agent that acted at those. */
function lookAt(acts: readonly number[], looks: readonly number[], offset: number) {
  let known: Sign | undefined;
  let lookedAt = 0;
  for (const now of looks) {
    const last = acts.findLast((act) => act <= now);
    if (last !== undefined) known = nextSign(known, lookedAt, last + offset, now);
    lookedAt = now;
  }
  return { sign: known, now: lookedAt };
}

const moments = (max: number) =>
  fc
    .array(fc.integer({ min: DAY, max: DAY + max }), { minLength: 1, maxLength: 12 })
    .map((list) => [...list].sort((a, b) => a - b));

describe('silence', () => {
  test('what is certain never exceeds the truth, as long as clocks differ by no more than they may', () => {
    fc.assert(
      fc.property(
        moments(3_600_000),
        moments(3_600_000),
        fc.integer({ min: -SKEW, max: SKEW }),
        (acts, looks, offset) => {
          const { sign, now } = lookAt(acts, looks, offset);
          if (sign === undefined) return;
          const truth = now - (acts.findLast((act) => act <= now) ?? 0);
          assert.ok(silenceOf(sign, now, SKEW).least <= truth);
        },
      ),
    );
  });

  test('an agent whose clock is hours off is not taken for lost while it acts between two looks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: -DAY, max: DAY }).filter((offset) => Math.abs(offset) > 600_000),
        (rounds, offset) => {
          const looks = Array.from({ length: rounds + 1 }, (_, at) => 2 * DAY + at * 30_000);
          const acts = looks.map((look) => look - 10_000);
          const { sign, now } = lookAt(acts, looks, offset);
          assert.ok(sign !== undefined);
          const silence = silenceOf(sign, now, SKEW);
          const health = healthOf({ silence, isHolding: true, idleMs: 0 }, LIMITS);
          assert.equal(health, 'working');
        },
      ),
    );
  });

  test('it ends: whoever acts no more is lost in the end, whatever its clock says', () => {
    fc.assert(
      fc.property(moments(600_000), fc.integer({ min: -DAY, max: DAY }), (acts, offset) => {
        const last = acts.at(-1) ?? 0;
        const looks = [last, last + 1, last + 1 + SILENT];
        const { sign, now } = lookAt(acts, looks, offset);
        assert.ok(sign !== undefined && silenceOf(sign, now, SKEW).least >= SILENT);
      }),
    );
  });

  test('suspect by what its clock says, lost when that is certain, away when it holds nothing', () => {
    const health = (ago: number, isHolding = true) => {
      const sign = { heard: DAY - ago, seen: DAY };
      const silence = silenceOf(sign, DAY, SKEW);
      return healthOf({ silence, isHolding, idleMs: ago }, LIMITS);
    };
    assert.equal(health(SILENT - 1), 'working');
    assert.equal(health(SILENT), 'suspect');
    assert.equal(health(SILENT + SKEW), 'lost');
    assert.equal(health(SILENT + SKEW, false), 'away');
    assert.equal(
      healthOf({ silence: undefined, isHolding: true, idleMs: undefined }, LIMITS),
      'lost',
    );
  });

  test('stuck is heard, and holds something, and publishes nothing', () => {
    const silence = { least: 0, told: 0 };
    const idleMs = LIMITS.stuckMs;
    assert.equal(healthOf({ silence, isHolding: true, idleMs }, LIMITS), 'stuck');
    assert.equal(healthOf({ silence, isHolding: false, idleMs }, LIMITS), 'working');
  });
});
