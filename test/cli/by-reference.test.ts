import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { must, openShop } from './artifact-shop.ts';

test('what lies in another repository is fetched from its address, and verified', async (t) => {
  const { root, as, write, git, clone, push } = await openShop(t, '', 'file://');
  const backend = join(root, 'backend');
  const origin = join(root, 'origin.git');
  git(root, 'init', '--quiet', '--bare', 'origin.git');
  git(backend, 'remote', 'add', 'origin', `file://${origin}`);
  const commit = (...words: string[]) => {
    git(backend, 'add', 'app.bin');
    git(backend, 'commit', '--quiet', '--no-verify', '-m', 'The application', ...words);
    git(backend, 'push', '--quiet', '--no-verify', '--force', 'origin', 'main');
    return git(backend, 'rev-parse', 'HEAD');
  };
  const data = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 256));
  write('backend/app.bin', data);
  const first = commit();
  const line = ['artifact', 'publish', 'app.bin', '--kind', 'bundle', '--by-reference'];
  await must(as('backend', line));
  // Another machine: it knows no worktree of the backend, and there is none here to be found.
  const other = { COMM_NODE_HOME: join(root, 'home/other-machine') };
  const get = (file: string) =>
    as('frontend', ['artifact', 'get', 'backend/app.bin', '-o', file, '--json'], other);
  renameSync(backend, `${backend}-away`);
  await must(get('app.bin'));
  assert.ok(readFileSync(join(root, 'frontend/app.bin')).equals(data));
  await must(as('frontend', ['artifact', 'verify'], other));
  renameSync(`${backend}-away`, backend);

  // The branch is rewritten there, and what was published is gone.
  write('backend/app.bin', Buffer.concat([data, Buffer.from('more')]));
  const second = commit('--amend');
  git(origin, 'reflog', 'expire', '--expire=now', '--all');
  git(origin, 'gc', '--quiet', '--prune=now');
  const gone = await get('gone.bin');
  assert.equal(gone.code, 1);
  const { code, message, hint } = gone.json().error;
  assert.equal(code, 'artifact-unreachable');
  assert.ok(message.includes(first.slice(0, 10)), message);
  assert.match(hint ?? '', /push that commit: git fetch file:/);

  // The record is turned to what is there now.
  git(clone, 'pull', '--quiet');
  const record = join(clone, 'artifacts/backend/app.bin.md');
  writeFileSync(record, readFileSync(record, 'utf8').replace(first, second));
  push('Point somewhere else');
  await must(as('frontend', ['sync'], other));
  const altered = await get('altered.bin');
  assert.equal(altered.code, 1);
  const { error } = altered.json();
  assert.equal(error.code, 'artifact-altered');
  assert.ok(error.message.includes(String(error.data['expected'])));
  assert.ok(error.message.includes(String(error.data['found'])));
  const verified = await as('frontend', ['artifact', 'verify'], other);
  assert.match(verified.stderr, /was altered/);
  for (const file of ['gone.bin', 'altered.bin']) {
    assert.equal(existsSync(join(root, 'frontend', file)), false, file);
  }
});
