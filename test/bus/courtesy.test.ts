import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { letOthersPush, noteBatch } from '../../src/bus/courtesy.ts';
import { createSandbox } from '../support/sandbox.ts';
import { type Report, runStorm } from '../support/storm.ts';
import { enter, foundProject, openDesk } from './setting.ts';

// Who writes in place is a hundred times faster than who pushes to the same repository:
// it leaves the branch to the others for a while after each batch.

const SECONDS = 8;

test('who pushes gets its turns beside writers in place', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundProject(sandbox, ['near', 'other', 'far']);
  const writers = [
    { agent: 'near', url: path, home: join(sandbox.root, 'here') },
    { agent: 'other', url: path, home: join(sandbox.root, 'here') },
    { agent: 'far', url: `file://${path}`, home: join(sandbox.root, 'there') },
  ].map((writer) => ({ ...writer, seconds: SECONDS }));
  const reports = await runStorm(writers, sandbox.env, 4000);
  assert.deepEqual(
    reports.flatMap(({ problems, queued }) => [...problems, ...queued]),
    [],
  );
  const count = (agent: string): number => find(reports, agent).acked.length;
  t.diagnostic(`in place ${count('near')} and ${count('other')}, by push ${count('far')}`);
  assert.ok(count('far') * 4 >= count('near'), 'a quarter, at least');
});

test('who was killed on the way is not taken for somebody who pushes', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundProject(sandbox, []);
  const desk = await openDesk(path, join(sandbox.root, 'here'));
  t.after(() => desk.bus.close());
  const { hub } = desk.bus;
  const [from, tip, foreign] = ['main', 'Ours', 'Theirs'].map((message) =>
    message === 'main'
      ? sandbox.git(path, 'rev-parse', message)
      : sandbox.git(path, 'commit-tree', '-p', 'main', '-m', message, 'main^{tree}'),
  );
  const seen = async (at: string) => {
    sandbox.git(path, 'update-ref', 'refs/heads/main', at);
    await letOthersPush(hub, Date.now);
    return JSON.parse(readFileSync(join(hub.state, 'in-place.json'), 'utf8')).othersAt > 0;
  };
  assert.ok(from && tip && foreign);
  await noteBatch(hub, from, tip, Date.now());
  assert.equal(await seen(from), false, 'killed before the branch was moved');
  assert.equal(await seen(tip), false, 'killed after it');
  assert.equal(await seen(foreign), true);
});

function find(reports: readonly Report[], agent: string): Report {
  const found = reports.find((report) => report.agent === agent);
  assert.ok(found);
  return found;
}
