import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CliResult } from '../support/cli.ts';
import { API, must, openShop } from './artifact-shop.ts';

const SETTINGS = `[deploy]
run = "cat > told; echo $COMM_NODE_DEPLOY_ID >> ids; if test -f kill; then rm kill; kill -9 $PPID; fi; while test -f wait; do sleep 0.1; done"
timeout = "2m"
`;

test('deployments that are killed, and two at once', async (t) => {
  const { root, as, write } = await openShop(t, SETTINGS, 'file://');
  const other = { COMM_NODE_HOME: join(root, 'home/other-machine') };
  let content = API;
  /** A new version, and a green report about it. */
  const renew = async () => {
    content += '# more\n';
    write('backend/api.yaml', content);
    await must(as('backend', ['artifact', 'publish', 'api.yaml']));
    await must(as('backend', ['integrate', '--quiet']));
  };
  const deploy = (...words: string[]) => as('backend', ['deploy', '--json', '--quiet', ...words]);
  const ids = () =>
    existsSync(join(root, 'backend/ids'))
      ? readFileSync(join(root, 'backend/ids'), 'utf8').trimEnd().split('\n')
      : [];
  const code = (result: CliResult) => result.json().error.code;

  await t.test('killed while its command runs, it is taken up with the same id', async () => {
    await renew();
    write('backend/kill', '');
    assert.equal((await deploy()).code, null);
    const refused = await deploy();
    assert.equal(code(refused), 'deploy-running');
    assert.match(refused.json().error.hint ?? '', /comm-node deploy --resume/);
    // Whether that process is gone is not for others to say.
    const foreign = ['deploy', '--resume', '--domain', 'backend', '--json', '--quiet'];
    const others = await as('frontend', foreign);
    assert.equal(code(others), 'deploy-running');
    assert.match(others.json().error.hint ?? '', /only backend and the human can resume it/);
    await must(deploy('--resume'));
    const [first, second, ...more] = ids();
    assert.deepEqual([second, more], [first, []]);
    const told = readFileSync(join(root, 'backend/told'), 'utf8');
    assert.match(told, /^backend\/api\.yaml@1 [0-9a-f]{64}\n$/);
    const again = await must(deploy('--resume'));
    assert.equal(again.json().data['repeated'], true);
    assert.equal(ids().length, 2);
  });

  for (const [point, ran] of [
    ['deploy:begun', 0],
    ['deploy:ran', 1],
  ] as const) {
    await t.test(`killed at ${point}, it is taken up`, async () => {
      await renew();
      const before = ids().length;
      const killed = await as('backend', ['deploy'], { COMM_NODE_FAULT: point });
      assert.equal(killed.code, null);
      assert.equal(ids().length, before + ran);
      assert.equal(code(await deploy()), 'deploy-running');
      await must(deploy('--resume'));
      const since = ids().slice(before);
      assert.equal(since.length, ran + 1);
      assert.equal(new Set(since).size, 1, 'one deployment, one id');
    });
  }

  await t.test('of two machines that deploy at once one does, the other is told who', async () => {
    await renew();
    const before = ids().length;
    write('backend/wait', '');
    const both = [deploy(), as('backend', ['deploy', '--json', '--quiet'], other)];
    // Whoever has begun waits until the other has its answer.
    const loser = await Promise.race(both);
    assert.equal(loser.code, 1, loser.stdout);
    assert.equal(code(loser), 'deploy-running');
    assert.match(loser.json().error.message, /^backend deploys since /);
    rmSync(join(root, 'backend/wait'));
    const codes = (await Promise.all(both)).map((one) => one.code);
    assert.deepEqual(codes.sort(), [0, 1]);
    assert.equal(ids().length, before + 1);
  });
});
