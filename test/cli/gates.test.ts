import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type DeployReport, didDeploy } from '../../src/records/integration-report.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { API, must, openShop } from './artifact-shop.ts';

const attention = async (as: (agent: string, args: string[]) => Promise<CliResult>) =>
  (await must(as('backend', ['status', '--attention']))).stdout;

describe('the gates', { concurrency: 2 }, () => {
  test('red stops, green opens, what was altered or is new closes again; deployed once', async (t) => {
    const settings = [
      '[integration]\nartifacts = ["backend/api.yaml"]',
      '[[integration.commands]]\nname = "together"\nrun = "test -f ok"\ntimeout = "5s"',
      '[[integration.commands]]\nname = "never"\nrun = "test ! -f hang || sleep 60"\ntimeout = "400ms"',
      '[deploy]\nrun = "echo x >> deployed; test ! -f bad"\nrollback = "echo x >> rolled-back"\n',
    ].join('\n');
    const { as, root, write, clone, git, push } = await openShop(t, settings);
    const refused = async (args: string[], code: string) => {
      const result = await as('backend', [...args, '--json', '--quiet']);
      assert.equal(result.code, 1, result.stderr);
      assert.equal(result.json().error.code, code);
      return result.json().error;
    };
    const count = (name: string) =>
      existsSync(join(root, 'backend', name))
        ? readFileSync(join(root, 'backend', name), 'utf8').length / 2
        : 0;
    await refused(['deploy'], 'no-report');
    assert.match(
      (await refused(['integrate'], 'integration-red')).message,
      /api\.yaml is not published/,
    );
    await must(as('backend', ['artifact', 'publish', 'api.yaml']));
    assert.match(
      (await refused(['integrate'], 'integration-red')).message,
      /together \(exit code 1/,
    );
    await refused(['deploy'], 'report-red');
    assert.match(await attention(as), /integration is red: .*together.*comm-node integrate/s);
    write('backend/ok', '');
    write('backend/hang', '');
    assert.match(
      (await refused(['integrate'], 'integration-red')).message,
      /did not end within 400ms/,
    );
    rmSync(join(root, 'backend/hang'));
    await must(as('backend', ['integrate', '--quiet']));
    write('backend/bad', '');
    assert.match((await refused(['deploy'], 'deploy-failed')).message, /and was rolled back/);
    assert.match(
      await attention(as),
      /deployment has failed and was rolled back.*comm-node deploy/s,
    );
    rmSync(join(root, 'backend/bad'));
    await must(as('backend', ['deploy', '--quiet']));
    assert.doesNotMatch(await attention(as), /deployment|integration/);
    const again = await must(as('backend', ['deploy', '--quiet']));
    assert.match(again.stdout, /^deployed before/);
    assert.deepEqual([count('deployed'), count('rolled-back')], [2, 1]);
    // What the report is about is altered: both gates close.
    git(clone, 'pull', '--quiet');
    appendFileSync(join(clone, 'artifacts/backend/files/api.yaml'), '# altered\n');
    push('Alter');
    assert.match((await refused(['integrate'], 'integration-red')).message, /was altered/);
    git(clone, 'pull', '--quiet');
    git(clone, 'revert', '--no-edit', 'HEAD~1');
    git(clone, 'push', '--quiet');
    await must(as('backend', ['integrate', '--quiet']));
    const same = await must(as('backend', ['deploy', '--quiet']));
    assert.match(same.stdout, /^deployed before/, 'it is the same that was integrated again');
    await must(as('backend', ['deploy', '--again', '--quiet']));
    assert.equal(count('deployed'), 3);
    git(clone, 'pull', '--quiet');
    appendFileSync(join(clone, 'artifacts/backend/files/api.yaml'), '# altered\n');
    push('Alter');
    await refused(['deploy'], 'artifact-altered');
    write('backend/api.yaml', `${API}# next\n`);
    await must(as('backend', ['artifact', 'publish', 'api.yaml']));
    await refused(['deploy'], 'report-outdated');
  });

  test('what is deployed is the same only if artifacts and commits are', () => {
    const what = { artifacts: { 'backend/api.yaml': 'aa' }, repositories: { shop: 'c1' } };
    const span = { begun: '2026-01-01T00:00:00.000Z', ended: '2026-01-01T00:01:00.000Z' };
    const about = { id: 'D', by: 'backend', report: 'r1', output: '', ...span };
    const done: DeployReport = { schema: 1, state: 'done', ...about, ...what };
    assert.equal(didDeploy(done, 'r2', what), true);
    assert.equal(didDeploy(done, 'r2', { ...what, repositories: { shop: 'c2' } }), false);
    assert.equal(didDeploy(done, 'r2', { ...what, artifacts: {} }), false);
    assert.equal(didDeploy({ ...done, state: 'rolled-back' }, 'r1', what), false);
    const old: DeployReport = { schema: 1, state: 'done', ...about };
    assert.deepEqual([didDeploy(old, 'r1', what), didDeploy(old, 'r2', what)], [true, false]);
  });

  test('a kickoff starts once, with the last that accepts; an objection goes to the human', async (t) => {
    const { as, root, env, git, hub } = await openShop(t);
    const human = (args: string[]) =>
      runCli([...args, '--agent', 'human', '--repository', 'hub.git'], { cwd: root, env });
    await must(human(['kickoff', 'open', 'user-auth', '--expect', 'backend,frontend,docs']));
    await must(as('backend', ['kickoff', 'accept', 'user-auth']));
    await must(as('frontend', ['kickoff', 'object', 'user-auth', '--why', 'Which claims?']));
    assert.match((await human(['inbox'])).stdout, /frontend objects to user-auth: Which claims\?/);
    const waiting = await attention(as);
    assert.match(waiting, /frontend \("Which claims\?"\) objects to user-auth, and nothing starts/);
    assert.equal(waiting.split('Which claims?').length, 2, 'once');
    const early = await as('backend', ['kickoff', 'start', 'user-auth', '--force']);
    assert.match(early.stderr, /only the human starts without frontend, docs/);
    assert.equal((await human(['kickoff', 'start', 'user-auth'])).code, 1);
    await must(as('frontend', ['kickoff', 'accept', 'user-auth']));
    assert.doesNotMatch(await attention(as), /user-auth/, 'it is settled');
    await must(human(['kickoff', 'start', 'user-auth', '--force']));
    await must(human(['kickoff', 'start', 'user-auth']));
    const log = git(hub, 'log', '--format=%an: %s', 'main', '--grep=START');
    assert.equal(log, 'human: kickoff: human starts user-auth without docs: START');
    const status = await must(as('backend', ['kickoff', 'status', '--json']));
    const { kickoff } = status.json().data as { kickoff: Record<string, unknown> };
    assert.deepEqual([kickoff['forced'], kickoff['accepted']], [true, ['backend', 'frontend']]);
    assert.match((await as('frontend', ['inbox'])).stdout, /START user-auth/);
  });
});
