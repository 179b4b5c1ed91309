import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openOffice } from '../cli/office.ts';
import { runCli } from '../support/cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const TASK = '%(trailers:key=Task,valueonly)';

/** A project in which a little has been said, and a clone of its repository. */
async function begin(t: TestContext) {
  const office = await openOffice(t);
  const { as, data, git, root } = office;
  await as('backend', ['send', 'frontend', 'The login is ready.', '--task', 'shop-7']);
  await as('frontend', ['ask', 'backend', 'Which port?', '--task', 'shop-8']);
  await as('frontend', ['read']);
  git(root, 'clone', '--quiet', 'hub.git', 'clone');
  const clone = join(root, 'clone');
  return { ...office, data, clone, log: (...args: string[]) => git(clone, 'log', ...args) };
}

test('a clone answers with plain Git: log, author, task', async (t) => {
  const { git, clone, log } = await begin(t);
  assert.deepEqual(log('--oneline', '--no-decorate').replace(/^\w+ /gm, '').split('\n'), [
    'read: frontend read 1 message',
    'ask: frontend → backend: Which port?',
    'send: backend → frontend: The login is ready.',
    'join: frontend takes domain frontend-code',
    'join: backend takes domain backend-code',
    'init: shop',
  ]);
  assert.deepEqual(log('--author=backend', '--format=%an <%ae> %s').split('\n'), [
    'backend <backend@comm-node> send: backend → frontend: The login is ready.',
    'backend <backend@comm-node> join: backend takes domain backend-code',
  ]);
  const tasks = log(`--format=${TASK}`).split('\n').filter(Boolean);
  assert.deepEqual(tasks, ['shop-8', 'shop-7']);
  assert.equal(log('--format=%s', '--grep=^Task: shop-7').split('\n').length, 1);
  assert.equal(log('--oneline', '--', 'artifacts/'), '', 'none has been published');
  assert.match(git(clone, 'show', '--format=%(trailers:key=Agent,valueonly)', '-s'), /^frontend/);
  assert.equal(git(clone, 'rev-list', '--merges', '--count', 'HEAD'), '0');
  assert.equal(git(clone, 'branch', '--all', '--format=%(refname:short)').includes('comm'), false);
});

test('what people push by hand is history like any other', async (t) => {
  const { as, data, git, clone, log } = await begin(t);
  const file = join(clone, 'artifacts/backend/files/login.yaml');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'openapi: 3.1.0\n');
  git(clone, 'add', '.');
  git(clone, 'commit', '--quiet', '--message', 'Add the contract of the login');
  git(clone, 'push', '--quiet');
  const sent = await as('backend', ['send', 'frontend', 'The contract is there.']);
  assert.equal(sent.code, 0, sent.stderr);
  git(clone, 'pull', '--quiet');
  assert.equal(log('--format=%s', '--', 'artifacts/'), 'Add the contract of the login');
  assert.equal((await data('frontend', 'inbox'))['unread'], 1);
  assert.deepEqual((await data('frontend', 'status'))['malformed'], []);
  assert.equal(git(clone, 'fsck', '--strict', '--no-dangling'), '');
});

test('an empty remote is filled by init, and only once', async (t) => {
  const { root, env, git } = createSandbox(t);
  git(root, 'init', '--quiet', '--bare', 'empty.git');
  const url = pathToFileURL(join(root, 'empty.git')).href;
  const init = () => runCli(['init', url, '--project', 'shop'], { cwd: root, env });
  const first = await init();
  assert.equal(first.stderr, '');
  assert.match(first.stdout, /^filled file:/);
  assert.match((await init()).stdout, /coordinates the project shop already/);
  assert.equal(git(join(root, 'empty.git'), 'log', '--format=%s', 'main'), 'init: shop');
});
