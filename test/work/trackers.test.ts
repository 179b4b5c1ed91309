import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { readBeadsFile } from '../../src/trackers/beads-jsonl.ts';
import { BeadsTracker } from '../../src/trackers/beads-tracker.ts';
import type { Draft, Tracker } from '../../src/trackers/tracker.ts';
import { TrackerError } from '../../src/trackers/tracker-error.ts';
import { enter } from '../bus/setting.ts';
import { createSandbox } from '../support/sandbox.ts';
import { ERAS, scriptedBeads, scriptedDatabase, whyNoBeads } from './beads.ts';
import { DecidedFiles } from './decided-files.ts';

const draft = (title: string, priority = 2): Draft => ({
  title,
  description: '- a list',
  acceptance: '- [ ] boundaries',
  priority,
  labels: ['domain:backend'],
});

/** What every tracker does, whatever it says while doing it. */
async function conforms(tracker: Tracker): Promise<void> {
  const api = await tracker.create('auth-api', draft('-The API', 1));
  const form = await tracker.create('login-form', draft('The form'));
  assert.notEqual(api.id, form.id);
  assert.equal((await tracker.create('auth-api', draft('The API', 1))).id, api.id);
  await tracker.depend(form.id, api.id);
  await tracker.depend(form.id, api.id);
  assert.deepEqual([...(await tracker.list()).ready], [api.id]);
  assert.equal((await tracker.assign(api.id, 'backend')).assignee, 'backend');
  assert.deepEqual([...(await tracker.list()).ready], []);
  assert.equal((await tracker.assign(api.id, 'other')).assignee, 'other');
  assert.equal((await tracker.block(api.id)).status, 'blocked');
  const released = await tracker.release(api.id);
  assert.deepEqual([released.status, released.assignee], ['open', undefined]);
  assert.equal((await tracker.close(api.id, 'all of it holds')).status, 'done');
  const after = await tracker.list();
  assert.deepEqual([...after.ready], [form.id]);
  assert.equal(after.issues.find(({ id }) => id === api.id)?.status, 'done');
  assert.equal((await tracker.release(api.id)).status, 'open');
  assert.equal(await tracker.show('tst-none'), undefined);
  await assert.rejects(tracker.close('tst-none', 'x'), TrackerError);
  await assert.rejects(tracker.close('', 'x'), TrackerError);
}

async function place(t: TestContext, era: string) {
  const sandbox = createSandbox(t);
  const cwd = sandbox.repository('shop');
  scriptedDatabase(cwd);
  t.after(enter(sandbox, await scriptedBeads(sandbox, era)));
  return { sandbox, cwd };
}

describe('a tracker', () => {
  test('the records themselves', async () => conforms(await DecidedFiles.open()));

  for (const era of ERAS) {
    test(`Beads, as ${era} answered`, async (t) => {
      const { cwd } = await place(t, era);
      const tracker = new BeadsTracker({ cwd, actor: 'backend', timeoutMs: 120_000 });
      await conforms(tracker);
      const frozen = await tracker.create('frozen', draft('It refuses'));
      await assert.rejects(tracker.assign(frozen.id, 'backend'), /frozen/);
      assert.equal((await tracker.show(frozen.id))?.status, 'open');
    });
  }

  const skip = whyNoBeads();
  test('a real Beads', { skip: skip ?? false }, async (t) => {
    const sandbox = createSandbox(t);
    const cwd = sandbox.repository('shop');
    t.after(enter(sandbox, { BEADS_NO_DAEMON: '1' }));
    const { execFileSync } = await import('node:child_process');
    execFileSync('bd', ['init', '--prefix', 'tst', '--quiet'], { cwd, stdio: 'ignore' });
    await conforms(new BeadsTracker({ cwd, actor: 'backend', timeoutMs: 120_000 }));
  });

  test('that hangs is ended, and said to hang', async (t) => {
    const { cwd } = await place(t, '0.47');
    process.env['COMM_NODE_TEST_HANG'] = 'list';
    const tracker = new BeadsTracker({ cwd, actor: 'backend', timeoutMs: 400 });
    await assert.rejects(tracker.list(), { code: 'tracker-timeout' });
  });

  test('that is not there says what to install', async (t) => {
    const sandbox = createSandbox(t);
    const cwd = sandbox.repository('shop');
    t.after(enter(sandbox, { PATH: sandbox.folder('empty') }));
    await assert.rejects(new BeadsTracker({ cwd, actor: 'a' }).list(), { code: 'tracker-missing' });
  });

  test('that cannot be asked is read from its file, with its age', async (t) => {
    const { cwd } = await place(t, '0.47');
    const folder = join(cwd, '.beads');
    const lines = [
      { id: 'bd-1', title: 'A', status: 'open', priority: 1 },
      {
        id: 'bd-2',
        title: 'B',
        status: 'open',
        priority: 1,
        dependencies: [{ issue_id: 'bd-2', depends_on_id: 'bd-1', type: 'blocks' }],
      },
      { id: 'bd-3', title: 'gone', status: 'tombstone' },
    ];
    writeFileSync(
      join(folder, 'issues.jsonl'),
      `${lines.map((one) => JSON.stringify(one)).join('\n')}\n{broken\n`,
    );
    writeFileSync(
      join(folder, 'metadata.json'),
      '{"backend":"dolt","jsonl_export":"../../escape.jsonl"}',
    );
    const listing = await readBeadsFile(folder, 'bd hangs', Date.now() + 60_000);
    assert.deepEqual(
      listing?.issues.map(({ id }) => id),
      ['bd-1', 'bd-2'],
    );
    assert.deepEqual([...(listing?.ready ?? [])], ['bd-1']);
    assert.equal(listing?.fallback?.maybeStale, true);
    assert.ok((listing?.fallback?.ageMs ?? 0) >= 59_000);
    assert.ok(!existsSync(join(cwd, '..', 'escape.jsonl')));
  });
});
