import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSandbox } from '../support/sandbox.ts';
import { type Report, runStorm } from '../support/storm.ts';
import { enter, foundProject } from './setting.ts';

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

function find(reports: readonly Report[], agent: string): Report {
  const found = reports.find((report) => report.agent === agent);
  assert.ok(found);
  return found;
}
