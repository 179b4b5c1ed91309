import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must, openShop } from './artifact-shop.ts';

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

test('nor does one hang the check of a contract', async (t) => {
  const { as, write } = await openShop(t);
  // Of 40 000 keys each is compared with all before it.
  const keys = Array.from({ length: 40_000 }, (_, at) => `k${at}: 1\n`).join('');
  write('backend/slow.yaml', keys);
  const done_when = ['artifact: backend/slow.yaml schema=yaml timeout=2s'];
  const produces = [{ name: 'slow.yaml' }];
  const task = { id: 'slow', title: 'Publish it', domain: 'backend', produces, done_when };
  const tasks = [task];
  write('backend/plan.json', JSON.stringify({ plan: 'p', goal: 'g', tasks }));
  await must(as('backend', ['plan', 'import', 'plan.json']));
  await must(as('backend', ['claim', 'slow']));
  await must(as('backend', ['artifact', 'publish', 'slow.yaml', '--kind', 'settings']));
  const { code, stderr, stdout } = await as('backend', ['done', 'slow']);
  assert.equal(code, 1, stderr);
  assert.match(stdout + stderr, /not checked as yaml: that did not end within 2s/);
});
