import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openShop } from './artifact-shop.ts';

const SETTINGS =
  '[[artifacts.adapters]]\nkind = "openapi"\nto = "typescript"\nuse = "openapi-typescript"\ntimeout = "2s"\n';

/** Each path follows a chain of references to its end: not so long that it overflows the stack, but very often. */
function slowDocument(): string {
  const parameters: Record<string, object> = {};
  for (let at = 0; at < 400; at++) {
    parameters[`P${at}`] = { $ref: `#/components/parameters/P${at + 1}` };
  }
  parameters['P400'] = { name: 'id', in: 'query', schema: { type: 'string' } };
  const paths: Record<string, object> = {};
  for (let at = 0; at < 40_000; at++) {
    paths[`/${at}`] = { parameters: [{ $ref: '#/components/parameters/P0' }] };
  }
  const info = { title: 'Slow', version: '1' };
  return JSON.stringify({ openapi: '3.0.3', info, paths, components: { parameters } });
}

test('a document that was made to be slow does not hang its publication', async (t) => {
  const { as, publishes, write } = await openShop(t, SETTINGS);
  write('backend/slow.json', slowDocument());
  const { code, stderr } = await as('backend', ['artifact', 'publish', 'slow.json']);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /the adapter "openapi-typescript" did not end within 2s/);
  assert.deepEqual(publishes(), []);
});
