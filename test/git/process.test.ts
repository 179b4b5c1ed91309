import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitEnvironment, gitText, runGit } from '../../src/git/process.ts';
import { bareRepository, git, setEnvironment, temporaryFolder } from './fixture.ts';

test('input goes in, output and exit code come out', async (t) => {
  const gitDir = bareRepository(t);
  const args = ['hash-object', '--stdin'];
  const expected = git(gitDir, args, 'x');
  assert.equal((await gitText(args, { gitDir, input: 'x' })).trim(), expected);
  const { code, stdout } = await runGit(['cat-file', '-e', '1'.repeat(40)], { gitDir });
  assert.deepEqual([code, stdout.length], [1, 0]);
});

test('a failure carries arguments, exit code and what Git said', async (t) => {
  const gitDir = bareRepository(t);
  await assert.rejects(gitText(['rev-parse', '--verify', 'nope'], { gitDir }), (error: Error) => {
    assert.match(error.message, /git rev-parse --verify nope failed with exit code 128: fatal/);
    const { data, code } = error as unknown as { data: Record<string, unknown>; code: string };
    assert.deepEqual([code, data['exit_code']], ['git', 128]);
    return true;
  });
});

test('what a hook’s Git exports does not lead our Git elsewhere', async (t) => {
  const gitDir = bareRepository(t);
  setEnvironment(t, {
    GIT_DIR: '/nowhere',
    GIT_INDEX_FILE: '/nowhere',
    GIT_OBJECT_DIRECTORY: '/nowhere',
    GIT_NAMESPACE: 'x',
    GIT_QUARANTINE_PATH: '/nowhere',
    LC_ALL: 'de_DE.UTF-8',
    GIT_SSH_COMMAND: 'mine',
  });
  assert.match(await gitText(['rev-parse', 'refs/heads/main'], { gitDir }), /^[0-9a-f]{40}\n$/);
  const environment = gitEnvironment({ GIT_INDEX_FILE: '/asked', GIT_SSH_COMMAND: undefined });
  assert.equal(environment['GIT_INDEX_FILE'], '/asked');
  assert.equal(environment['GIT_SSH_COMMAND'], undefined);
  assert.equal(gitEnvironment()['GIT_SSH_COMMAND'], 'mine');
  assert.equal(environment['LC_ALL'], 'C');
});

test('a missing git and a missing folder are told apart', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(runGit(['version'], { cwd: join(folder, 'none') }), { code: 'config' });
  setEnvironment(t, { PATH: folder });
  await assert.rejects(runGit(['version']), { code: 'git-missing', hint: /install Git/ });
});

test('a process that takes too long is stopped', async (t) => {
  const gitDir = bareRepository(t);
  const began = Date.now();
  const slow = ['-c', 'alias.nap=!sleep 5', 'nap'];
  await assert.rejects(runGit(slow, { gitDir, timeoutMs: 200 }), { code: 'git-timeout' });
  assert.ok(Date.now() - began < 3000);
});
