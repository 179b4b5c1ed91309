import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createSandbox } from '../support/sandbox.ts';
import { scriptedBeads, scriptedDatabase, scriptedIssues } from './beads.ts';

const program = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const STEPS = ['checked', 'remembered', 'closed', 'published', 'forgotten'];

test('done is killed at every step: after the next command it is done in both places, or in none', async (t) => {
  const sandbox = createSandbox(t);
  const coordination = join(sandbox.root, 'c.git');
  const cwd = sandbox.repository('shop');
  const base = { ...sandbox.env, ...(await scriptedBeads(sandbox, '1.0')) };
  const run = (words: readonly string[], env = {}) =>
    spawnSync(process.execPath, [program, ...words], {
      cwd,
      env: { ...base, ...env },
      encoding: 'utf8',
    });
  const good = (...words: string[]) => {
    const { status, stdout, stderr } = run(words);
    assert.equal(status, 0, `${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  good('init', coordination);
  good('join', coordination, '--agent', 'backend', '--domain', 'backend');
  scriptedDatabase(cwd);
  const tasks = STEPS.map((id) => ({ id, title: id, domain: 'backend', locks: [`src/${id}/**`] }));
  writeFileSync(join(cwd, 'plan.json'), JSON.stringify({ plan: 'auth', tasks }));
  good('plan', 'import', 'plan.json');
  for (const step of STEPS) {
    good('claim', step);
    assert.equal(run(['done', step], { COMM_NODE_FAULT: `done:${step}` }).signal, 'SIGKILL');
    // Whatever asks next finishes it: next, or the list that is read below.
    if (step !== 'closed') run(['next', '--json']);
    const [task] = JSON.parse(good('tasks', step, '--json')).data.tasks;
    const status = scriptedIssues(cwd).find(({ title }) => title === step)?.status;
    const isAfter = STEPS.indexOf(step) >= STEPS.indexOf('closed');
    assert.deepEqual(
      [task.status, status],
      isAfter ? ['done', 'closed'] : ['in_progress', 'in_progress'],
    );
    good('done', step);
    const log = sandbox.git(coordination, 'log', '--format=%s', 'main');
    assert.equal(
      log.split('\n').filter((subject) => subject.startsWith(`done: backend finishes ${step}:`))
        .length,
      1,
    );
  }
  assert.deepEqual(JSON.parse(good('locks', '--json')).data.locks, []);
});
