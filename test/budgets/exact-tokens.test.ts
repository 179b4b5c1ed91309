import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadExactCounter } from '../../src/hosts/exact-tokens.ts';
import { estimateTokens } from '../../src/records/tokens.ts';

test('the optional tokenizer counts, and the estimate is near it', () => {
  const counter = loadExactCounter();
  assert.equal(counter.count(''), 0);
  assert.equal(counter.count('hello'), 1);
  const message =
    'The login is ready: POST /api/session gives a JWT that lives for 15 minutes. Tokens are refreshed by /api/session/refresh. See docs/auth.md for the claims, and src/auth/token.ts for how they are checked.';
  const off = estimateTokens(message) / counter.count(message) - 1;
  assert.ok(Math.abs(off) <= 0.25, `off by ${off}`);
});
