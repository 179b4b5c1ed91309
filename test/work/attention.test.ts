// What waits for a person, told from records alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptySnapshot } from '../../src/bus/snapshot.ts';
import { StateFold } from '../../src/bus/state-fold.ts';
import { foldFile } from '../../src/records/fold.ts';
import { questionMatters } from '../../src/services/attention-matters.ts';
import { kickoffMatters } from '../../src/services/gate-matters.ts';
import { NOW, shop, type Tree } from '../records/fixture.ts';

const HOUR = 3_600_000;

function mattersOf(tree: Tree) {
  const fold = new StateFold(emptySnapshot);
  for (const [path, text] of [...tree.files].sort()) fold.apply(path, foldFile(path, text), text);
  return [...kickoffMatters({ fold }), ...questionMatters({ fold }, NOW + HOUR)];
}

test('an objection is told once, with its reason, until it is settled', async () => {
  const tree = await shop();
  const tasks = [{ id: 't', title: 'T', domain: 'backend' }];
  await tree.grant('plan', 'human', { document: { plan: 'auth', tasks } });
  await tree.grant('kickoff', 'human', { do: 'open', name: 'auth', expect: ['backend'] });
  await tree.grant('kickoff', 'backend', { do: 'object', name: 'auth', why: 'Which claims?' });
  const [matter, ...others] = mattersOf(tree);
  assert.deepEqual(others, []);
  assert.equal(matter?.kind, 'kickoff');
  assert.match(matter?.what ?? '', /^backend \("Which claims\?"\) objects to auth/);
  assert.equal(matter?.command, 'comm-node kickoff start auth --force --agent human');
  await tree.grant('kickoff', 'backend', { do: 'accept', name: 'auth' });
  assert.deepEqual(mattersOf(tree), []);
});

test('what only sounds like an objection is a question', async () => {
  const tree = await shop();
  const body = 'backend objects to auth: Which claims?';
  await tree.grant('send', 'backend', { type: 'blocked', to: ['human'], body });
  assert.deepEqual(
    mattersOf(tree).map(({ kind }) => kind),
    ['question'],
  );
});
