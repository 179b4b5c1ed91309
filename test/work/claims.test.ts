import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { enter, foundProject, openDesk } from '../bus/setting.ts';
import { shop } from '../records/fixture.ts';
import { createSandbox } from '../support/sandbox.ts';

const plan = (tasks: readonly object[]) => ({ document: { plan: 'auth', text: '', tasks } });
const one = { id: 'api', title: 'The API', domain: 'backend' };
const CLAIM = { ttl_ms: 3_600_000 };

describe('a claim', () => {
  test('takes the locks with the task, once, and gives them back with it', async () => {
    const tree = await shop();
    await tree.grant('join', 'second', { domain: 'backend', repo: 'shop-api' });
    await tree.grant(
      'plan',
      'human',
      plan([
        {
          ...one,
          locks: ['src/auth/**'],
          notify: ['frontend', 'nobody'],
          done_when: ['Somebody has read it'],
        },
      ]),
    );
    const { result } = await tree.grant('claim', 'backend', { task: 'api', ...CLAIM });
    assert.deepEqual((result['lock'] as { paths: unknown }).paths, ['src/auth/**']);
    await tree.unneeded('claim', 'backend', { task: 'api', ...CLAIM });
    assert.equal(
      (await tree.refuse('claim', 'second', { task: 'api', ...CLAIM })).code,
      'task-claimed',
    );
    assert.equal(
      (
        await tree.refuse('lock', 'second', {
          repo: 'shop-api',
          paths: ['src/auth/a.ts'],
          ...CLAIM,
        })
      ).code,
      'lock-held',
    );
    const contract = ['Somebody has read it'];
    assert.equal(
      (await tree.refuse('done', 'backend', { task: 'api', contract: [] })).code,
      'contract-changed',
    );
    assert.equal(
      (await tree.refuse('done', 'backend', { task: 'api', contract })).code,
      'contract-open',
    );
    assert.equal(
      (await tree.refuse('tick', 'second', { task: 'api', boxes: contract })).code,
      'not-your-task',
    );
    assert.equal(
      (await tree.refuse('tick', 'backend', { task: 'api', boxes: ['another'] })).code,
      'unknown-box',
    );
    await tree.grant('tick', 'backend', { task: 'api', boxes: contract });
    const done = await tree.grant('done', 'backend', { task: 'api', contract });
    assert.deepEqual([done.result['told'], done.result['unknown']], [['frontend'], ['nobody']]);
    assert.deepEqual(
      [...tree.files.keys()].filter((path) => /^locks\/0/.test(path)),
      [],
    );
    await tree.unneeded('done', 'backend', { task: 'api', contract });
    await tree.grant('reopen', 'human', { task: 'api', why: 'it was not' });
    assert.equal(tree.state.tasks.get('api')?.ticked, undefined);
  });

  test('is refused while something is missing, and says what', async () => {
    const tree = await shop();
    const form = {
      ...one,
      id: 'form',
      depends_on: ['api'],
      required_artifacts: ['backend/api.yaml@2'],
    };
    await tree.grant('plan', 'human', plan([{ ...one, produces: ['api.yaml'] }, form]));
    const { code, data } = await tree.refuse('claim', 'backend', { task: 'form', ...CLAIM });
    assert.equal(code, 'not-ready');
    assert.deepEqual(
      ((data?.['because'] ?? []) as { code: string }[]).map((why) => why.code),
      ['dependency', 'artifact'],
    );
    assert.equal(
      (await tree.refuse('claim', 'frontend', { task: 'api', ...CLAIM })).code,
      'not-ready',
    );
    assert.equal(
      (await tree.refuse('claim', 'backend', { task: 'apii', ...CLAIM })).code,
      'unknown-task',
    );
  });

  test('waits for paths that another holds, and tells who it waits for when it is blocked', async () => {
    const tree = await shop();
    await tree.grant('join', 'second', { domain: 'backend', repo: 'shop-api' });
    await tree.grant('plan', 'human', plan([{ ...one, locks: ['src/**'] }]));
    await tree.grant('lock', 'second', { repo: 'shop-api', paths: ['src/a.ts'], ...CLAIM });
    const { data } = await tree.refuse('claim', 'backend', { task: 'api', ...CLAIM });
    assert.match(JSON.stringify(data), /"code":"lock".*"holder":"second"/);
    const { result } = await tree.grant('block', 'backend', {
      task: 'api',
      on: ['web/colours.json@1'],
    });
    assert.deepEqual(result['told'], ['web']);
  });

  test('an import again changes what has changed, keeps who does it, and makes nothing twice', async () => {
    const tree = await shop();
    await tree.grant('plan', 'human', plan([one, { ...one, id: 'old' }]));
    await tree.unneeded('plan', 'human', plan([one, { ...one, id: 'old' }]));
    await tree.grant('claim', 'backend', { task: 'api', ...CLAIM });
    const { result } = await tree.grant('plan', 'human', {
      ...plan([{ ...one, title: 'Another' }]),
      prune: true,
    });
    assert.deepEqual(
      [result['created'], result['updated'], result['removed'], result['version']],
      [[], ['api'], ['old'], 2],
    );
    const task = tree.state.tasks.get('api');
    assert.deepEqual(
      [task?.title, task?.claimed_by, task?.status],
      ['Another', 'backend', 'in_progress'],
    );
    const cyclic = plan([
      { ...one, depends_on: ['b'] },
      { ...one, id: 'b', depends_on: ['api'] },
    ]);
    assert.equal((await tree.refuse('plan', 'human', cyclic)).code, 'plan-invalid');
  });
});

test('two machines claim one task at once, 100 times: exactly one has it each time', async (t) => {
  const sandbox = createSandbox(t);
  const leave = enter(sandbox);
  const path = await foundProject(sandbox, ['founder']);
  const machines = await Promise.all(
    ['left', 'right'].map((home) => openDesk(`file://${path}`, join(sandbox.root, home))),
  );
  t.after(() => {
    for (const { bus } of machines) bus.close();
    leave();
  });
  const [left, right] = machines;
  assert.ok(left && right);
  for (const [at, desk] of machines.entries()) {
    await desk.ask(`agent-${at}`, 'join', { domain: 'founder', repo: 'shop' });
  }
  const tasks = Array.from({ length: 100 }, (_, at) => ({
    ...one,
    domain: 'founder',
    id: `t${at}`,
  }));
  await left.ask('founder', 'plan', plan(tasks));
  await right.bus.receive();
  const winners = new Map<string, string>();
  const race = async (id: string): Promise<void> => {
    const outcomes = await Promise.all(
      machines.map((desk, at) => desk.ask(`agent-${at}`, 'claim', { task: id, ...CLAIM })),
    );
    const won = outcomes.flatMap((outcome, at) => ('published' in outcome ? [`agent-${at}`] : []));
    assert.equal(won.length, 1, `${id}: ${JSON.stringify(outcomes)}`);
    const lost = outcomes.find((outcome) => 'refused' in outcome);
    assert.equal(lost && 'refused' in lost ? lost.refused.code : '', 'task-claimed');
    winners.set(id, won[0] ?? '');
  };
  // Ten races at a time: what waits at a hub leaves in one push.
  for (let at = 0; at < tasks.length; at += 10) {
    await Promise.all(tasks.slice(at, at + 10).map(({ id }) => race(id)));
  }
  for (const desk of machines) {
    await desk.bus.receive();
    const { fold } = await desk.bus.view();
    const seen = [...fold.tasks.values()];
    assert.deepEqual(new Map(seen.map(({ id, claimed_by: by }) => [id, by])), winners);
    const fences = seen.map(({ claim_fence: fence }) => fence);
    assert.equal(new Set(fences).size, 100);
  }
});
