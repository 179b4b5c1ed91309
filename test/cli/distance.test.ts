import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runCli } from '../support/cli.ts';
import { openOffice } from './office.ts';

const remote = (path: string) => pathToFileURL(path).href;

describe('a coordination repository elsewhere', { concurrency: 4 }, () => {
  test('while it is gone, messages wait here; when it is back, they leave', async (t) => {
    const { as, data, root } = await openOffice(t, remote);
    renameSync(`${root}/hub.git`, `${root}/gone.git`);
    const told = await as('backend', ['send', 'frontend', 'Are you there?']);
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, /^queued [0-9A-Z]{7} for frontend: \S/);
    assert.match(told.stdout, /comm-node sync/);
    const queued = await data('backend', 'send', 'frontend', 'Again?');
    assert.equal(queued['state'], 'queued');
    assert.equal(queued['commit'], null);
    assert.equal(((await data('backend', 'status'))['queued'] as unknown[]).length, 2);
    const sync = await as('backend', ['sync', '--json']);
    assert.equal(sync.code, 2);
    assert.equal(sync.json().error.code, 'offline');
    assert.equal(sync.json().error.data['queued'], 2);
    const doctor = await as('backend', ['doctor']);
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, /^fail repository: .* cannot be reached/m);
    assert.match(doctor.stdout, /^pass outbox: 2 waiting/m);
    renameSync(`${root}/gone.git`, `${root}/hub.git`);
    const sent = await data('backend', 'sync');
    assert.equal(sent['sent'], 2);
    assert.equal(sent['queued'], 0);
    const inbox = await data('frontend', 'inbox', '--sync');
    assert.equal(inbox['unread'], 2);
  });

  test('what was read counts as read at once, though its receipt leaves with the next push', async (t) => {
    const { as, data } = await openOffice(t, remote);
    await as('backend', ['send', 'frontend', 'Ready.']);
    assert.equal((await data('frontend', 'read'))['left'], 0);
    const watched = await as('frontend', ['watch', '--once', '--timeout', '200ms', '--json']);
    assert.equal(watched.json().error.code, 'nothing-new');
    const { messages, unread } = await data('frontend', 'inbox', '--all');
    assert.equal(unread, 0);
    assert.deepEqual(
      (messages as { read: boolean }[]).map(({ read }) => read),
      [true],
    );
  });

  test('two machines talk through it', async (t) => {
    const { as, data, root, env } = await openOffice(t, remote);
    const there = { ...env, COMM_NODE_HOME: `${root}/another machine` };
    mkdirSync(there.COMM_NODE_HOME);
    const answering = as(
      'frontend',
      ['watch', '--once', '--timeout', '30s', '--every', '300ms', '--json'],
      {
        env: there,
      },
    ).then(({ stdout }) => {
      const { id } = JSON.parse(stdout.split('\n')[0] ?? '');
      return as('frontend', ['answer', id, '8080.'], { env: there });
    });
    const asked = await data(
      'backend',
      'ask',
      'frontend',
      'Which port?',
      '--wait',
      '30s',
      '--every',
      '300ms',
    );
    assert.equal((asked['answer'] as { body: string }).body, '8080.');
    assert.equal((await answering).code, 0);
  });

  test('an unreachable repository is a failure that says so', async (t) => {
    const { root, env } = await openOffice(t);
    const url = remote(`${root}/nowhere.git`);
    const lost = await runCli(['join', url, '--agent', 'backend', '--domain', 'api', '--json'], {
      cwd: `${root}/backend`,
      env,
    });
    assert.equal(lost.code, 2);
    assert.equal(lost.json().error.code, 'offline');
    assert.match(lost.json().error.message, /nowhere\.git/);
  });
});
