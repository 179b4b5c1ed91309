// An agent that only edits, on a machine whose hub is a mirror: others hear of it, and it of orders.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type CliResult, runCli } from '../support/cli.ts';
import { makeSandbox, type Sandbox, shareCompiledCode } from '../support/sandbox.ts';

describe('an agent that only edits, on another machine', () => {
  let root: string;
  let sandbox: Sandbox;
  let hub: string;
  let mirror: string;
  let laptop: Readonly<Record<string, string>>;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'comm-node tést '));
    sandbox = makeSandbox(root);
    hub = join(root, 'hub.git');
    const home = join(root, 'laptop');
    shareCompiledCode(home);
    laptop = { ...sandbox.env, COMM_NODE_HOME: home };
    const shop = sandbox.repository('shop');
    sandbox.git(shop, 'worktree', 'add', '--quiet', '-b', 'two', '../two');
    await must(runCli(['init', hub, '--project', 'shop'], { cwd: root, env: sandbox.env }));
    const url = pathToFileURL(hub).href;
    for (const [worktree, agent] of [
      ['shop', 'backend'],
      ['two', 'frontend'],
    ] as const) {
      const who = ['--agent', agent, '--domain', agent, '--repo', 'shop', '--no-hooks'];
      await must(runCli(['join', url, ...who], { cwd: join(root, worktree), env: laptop }));
    }
    const [name = ''] = readdirSync(join(home, 'hubs')).filter((one) => one.endsWith('.git'));
    mirror = join(home, 'hubs', name, 'comm-node');
  });
  after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));

  async function must(run: Promise<CliResult>): Promise<CliResult> {
    const result = await run;
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return result;
  }

  /** The remote was reached so long ago, and nobody has tried since. */
  function lastReached(seconds: number): void {
    const then = Date.now() / 1000 - seconds;
    for (const name of ['seen', 'exchange']) {
      writeFileSync(join(mirror, name), '');
      utimesSync(join(mirror, name), then, then);
    }
  }

  async function hook(worktree: string, event: string, extra: object = {}): Promise<string> {
    const cwd = join(root, worktree);
    // A session of its own each time: one that is known beats every half minute.
    const session = { session_id: `${worktree}-${Math.random()}`, cwd, hook_event_name: event };
    const input = JSON.stringify({ ...session, ...extra });
    return (await must(runCli(['hook', 'claude', event], { cwd, env: laptop, input }))).stdout;
  }

  const edited = (worktree: string) =>
    hook(worktree, 'PostToolUse', { tool_name: 'Edit', tool_input: {} });
  const edits = (worktree: string) =>
    hook(worktree, 'PreToolUse', {
      tool_name: 'Write',
      tool_input: { file_path: join(root, worktree, 'a.ts'), content: 'x' },
    });

  const heartbeat = () =>
    sandbox.git(hub, 'for-each-ref', '--format=%(objectname)', 'refs/comm-node/heartbeat/frontend');

  test('is heard there, and hears, without waiting for the network', async () => {
    const human = ['stop', 'all', '--agent', 'human', '--repository', hub];
    await must(runCli(human, { cwd: root, env: sandbox.env }));
    lastReached(10);
    await edited('two');
    assert.equal(await edits('two'), '', 'the remote was reached not long ago');
    const before = heartbeat();
    lastReached(60);
    await edited('two');
    for (let tries = 0; heartbeat() === before && tries < 100; tries++) await sleep(100);
    assert.notEqual(heartbeat(), before);
    for (const worktree of ['two', 'shop']) {
      assert.match(await edits(worktree), /was stopped by human/);
    }
  });

  test('everybody has acknowledged the order once their machine was heard, and is free again', async () => {
    await must(runCli(['sync'], { cwd: join(root, 'two'), env: laptop }));
    const at = { cwd: root, env: sandbox.env };
    const asHuman = ['--agent', 'human', '--repository', hub];
    const { data } = (await must(runCli(['orders', '--json', ...asHuman], at))).json();
    const [order] = data['orders'] as { heard: { agent: string }[] }[];
    assert.deepEqual(order?.heard.map(({ agent }) => agent).sort(), ['backend', 'frontend']);
    await must(runCli(['resume', 'all', ...asHuman], at));
    await must(runCli(['sync'], { cwd: join(root, 'two'), env: laptop }));
    for (const worktree of ['two', 'shop']) assert.equal(await edits(worktree), '');
  });

  test('is left alone where that is not wanted', async () => {
    const before = heartbeat();
    lastReached(60);
    const env = { ...laptop, COMM_NODE_EXCHANGE: '0' };
    const cwd = join(root, 'two');
    const input = JSON.stringify({ session_id: 'off', cwd, hook_event_name: 'PostToolUse' });
    await must(runCli(['hook', 'claude', 'PostToolUse'], { cwd, env, input }));
    await sleep(700);
    assert.equal(heartbeat(), before);
  });
});
