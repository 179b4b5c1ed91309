import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulation.ts';

test('honesty pays, greed does not, and nobody starves', () => {
  const results = new Map(simulate(200).map((result) => [result.kind, result]));
  const of = (kind: string) => {
    const result = results.get(kind);
    assert.ok(result, kind);
    return result;
  };
  const [honest, greedy] = [of('honest'), of('greedy')];
  assert.ok(greedy.efficiency < honest.efficiency / 2, JSON.stringify([greedy, honest]));
  assert.ok(greedy.given < honest.given, JSON.stringify([greedy, honest]));
  assert.ok(of('terse').efficiency < honest.efficiency);
  assert.ok(of('wasteful').efficiency < honest.efficiency);
  assert.equal(honest.refused, 0);
  // The floor: 0.3 of a simple task.
  for (const { kind, least, spent } of results.values()) {
    assert.ok(least >= 1500 && spent > 0, kind);
  }
});
