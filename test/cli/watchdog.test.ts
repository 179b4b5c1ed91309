// Agents that die on another machine, in real processes: each machine has a home and a hub of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTime } from '../../src/records/time.ts';
import { BIN, type CliResult, runCli, runProcess } from '../support/cli.ts';
import { makeSandbox, type Sandbox, shareCompiledCode } from '../support/sandbox.ts';
import { type SshServer, serveSsh, whyNoSsh } from '../support/ssh-server.ts';
import { taskText } from '../support/task.ts';

const SILENT = ['--silent', '1s'];

describe('a watchdog', { skip: whyNoSsh() }, () => {
  let root: string;
  let sandbox: Sandbox;
  let server: SshServer;
  let hub: string;

  const envOf = (machine: string) => ({
    ...sandbox.env,
    ...server.env,
    COMM_NODE_HOME: join(root, machine, 'comm-node'),
  });
  const at = (machine: string, folder: string, ...args: string[]): Promise<CliResult> =>
    runCli(args, { cwd: join(root, folder), env: envOf(machine) });
  const must = async (run: Promise<CliResult>): Promise<CliResult> => {
    const result = await run;
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return result;
  };
  const commits = () => Number(sandbox.git(hub, 'rev-list', '--count', 'main'));

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'comm-node tést '));
    sandbox = makeSandbox(root);
    server = await serveSsh(join(root, 'ssh'));
    hub = join(root, 'hub.git');
    sandbox.git(root, 'init', '--quiet', '--bare', hub);
    const url = server.url(hub);
    for (const machine of ['desktop', 'laptop', 'server'])
      shareCompiledCode(join(root, machine, 'comm-node'));
    for (const name of ['office', 'back', 'front', 'origin']) sandbox.repository(name);
    sandbox.git(root, 'init', '--quiet', '--bare', join(root, 'origin.git'));
    sandbox.git(join(root, 'back'), 'remote', 'add', 'origin', join(root, 'origin.git'));
    await must(at('desktop', 'office', 'init', url, '--project', 'shop'));
    const join_ = (machine: string, folder: string, agent: string) =>
      must(at(machine, folder, 'join', url, '--agent', agent, '--domain', agent, '--repo', folder));
    await join_('laptop', 'back', 'backend');
    await join_('desktop', 'front', 'frontend');
    sandbox.git(join(root, 'office'), 'config', 'comm-node.repository', url);
    const clone = join(root, 'clone');
    sandbox.git(root, 'clone', '--quiet', hub, clone);
    const now = Date.now();
    const toml = join(clone, 'comm-node.toml');
    writeFileSync(toml, readFileSync(toml, 'utf8').replace(/clock_skew = .*/, 'clock_skew = "0s"'));
    sandbox.folder('clone/tasks');
    writeFileSync(
      join(clone, 'tasks/shop-7.md'),
      taskText('shop-7', now, {
        status: 'in_progress',
        claimed_by: 'backend',
        claimed_at: formatTime(now),
        claim_fence: 1,
      }),
    );
    sandbox.git(clone, 'add', '-A');
    sandbox.git(clone, 'commit', '--quiet', '--message', 'A task');
    sandbox.git(clone, 'push', '--quiet');
  });
  after(() => {
    server.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });

  test('frees what a killed agent on another machine held, once, in one commit', async () => {
    await must(at('laptop', 'back', 'lock', 'src/auth/**', '--why', 'the login'));
    await must(at('laptop', 'back', 'lock', 'package.json'));
    const agent = spawn(process.execPath, [BIN, 'watch', '--every', '300ms'], {
      cwd: join(root, 'back'),
      env: envOf('laptop'),
      stdio: 'ignore',
    });
    await sleep(1200);
    agent.kill('SIGKILL');
    await sleep(1500);
    const count = commits();
    const looks = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        at(n % 2 === 0 ? 'desktop' : 'server', 'office', 'watchdog', '--once', ...SILENT, '--json'),
      ),
    );
    for (const { code, stdout, stderr } of looks) assert.equal(code, 0, stdout + stderr);
    const lost = looks.flatMap((look) => look.json().data['lost'] as { agent: string }[]);
    assert.deepEqual(
      lost.map(({ agent: name }) => name),
      ['backend'],
    );
    assert.equal(commits(), count + 1);
    const files = sandbox.git(hub, 'ls-tree', '-r', '--name-only', 'main').split('\n');
    assert.deepEqual(
      files.filter((path) => /^locks\/[0-9A-Z]{26}/.test(path)),
      [],
    );
    assert.equal(files.filter((path) => path.startsWith('lost/')).length, 2);
    const task = sandbox.git(hub, 'show', 'main:tasks/shop-7.md');
    assert.match(task, /\nstatus: open\n/);
    assert.doesNotMatch(task, /claimed_by/);
    const mail = await must(at('desktop', 'office', 'inbox', '--agent', 'human'));
    assert.match(mail.stdout, /watchdog order.*backend was last heard/);
  });

  test('and the agent that comes back learns it before it writes', async () => {
    await must(at('laptop', 'back', 'sync'));
    const back = join(root, 'back');
    const renewed = await at('laptop', 'back', 'renew', '--all', '--json');
    assert.equal(renewed.json().error.code, 'lock-lost');
    assert.match(renewed.json().error.message, /took it for lost: its locks on .* were released/);
    const finished = await at('laptop', 'back', 'done', 'shop-7', '--json');
    assert.equal(finished.json().error.code, 'task-lost');
    assert.match(finished.json().error.message, /shop-7 is not backend's any more/);
    const git = (...args: string[]) => runProcess('git', args, { cwd: back, env: envOf('laptop') });
    const edit = JSON.stringify({
      session_id: 'revived',
      cwd: back,
      hook_event_name: 'PreToolUse',
      tool_name: 'Write',
      tool_input: { file_path: join(back, 'other.ts'), content: '' },
    });
    const hook = () =>
      runProcess(process.execPath, [BIN, 'hook', 'claude', 'PreToolUse'], {
        cwd: back,
        env: envOf('laptop'),
        input: edit,
      });
    assert.match((await hook()).stdout, /"deny".*took it for lost/);
    assert.equal((await hook()).stdout, '', 'it is told once; other paths are its own');
    writeFileSync(join(back, 'package.json'), '{}\n');
    await git('add', 'package.json');
    const committed = await git('commit', '-m', 'Mine');
    assert.equal(committed.code, 1);
    assert.match(committed.stderr, /its lock on package\.json \(fence \d\) was taken away/);
    await git('commit', '--no-verify', '-m', 'Mine');
    const pushed = await git('push', 'origin', 'main');
    assert.equal(pushed.code, 1);
    assert.match(pushed.stderr, /was taken away at .*\nNext:\n {2}comm-node locks/);
    await must(at('laptop', 'back', 'lock', 'package.json'));
    assert.equal((await git('push', 'origin', 'main')).code, 0, 'locked anew, it may');
  });

  test('nobody who holds nothing is lost, and nobody who acts', async () => {
    const count = commits();
    await must(at('desktop', 'front', 'lock', 'a.ts'));
    await must(at('desktop', 'front', 'inbox'));
    const look = await must(at('server', 'office', 'watchdog', '--once', '--json'));
    assert.deepEqual(look.json().data['lost'], []);
    assert.equal(commits(), count + 1);
  });

  test('an order reaches the other machine with its next sync, and resume restores', async () => {
    const back = join(root, 'back');
    const commit = () =>
      runProcess('git', ['commit', '--allow-empty', '-m', 'x'], {
        cwd: back,
        env: envOf('laptop'),
      });
    await must(at('desktop', 'office', 'stop', 'all', '--why', 'Enough', '--agent', 'human'));
    assert.equal((await commit()).code, 0, 'it has not heard of it yet');
    await must(at('laptop', 'back', 'sync'));
    const refused = await commit();
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /backend was stopped by human at .*: Enough/);
    await must(at('desktop', 'front', 'ask', 'backend', 'Are you there?'));
    await must(at('desktop', 'front', 'inbox'));
    await must(at('laptop', 'back', 'sync'));
    assert.match((await must(at('laptop', 'back', 'inbox'))).stdout, /Are you there\?/);
    await must(at('desktop', 'office', 'sync'));
    const { orders } = (await must(at('desktop', 'office', 'orders', '--json'))).json().data as {
      orders: { heard: { agent: string }[]; unheard: string[] }[];
    };
    assert.deepEqual(orders[0]?.unheard, []);
    assert.deepEqual(orders[0]?.heard.map(({ agent }) => agent).sort(), ['backend', 'frontend']);
    await must(at('desktop', 'office', 'resume', 'all', '--agent', 'human'));
    await must(at('laptop', 'back', 'sync'));
    assert.equal((await commit()).code, 0);
  });
});
