// What the person in charge orders reaches agents through real hooks: in the main and in linked worktrees.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeSandbox } from '../support/sandbox.ts';
import { addLine, furnish, type Shop } from './shop.ts';

const HUMAN = ['--agent', 'human'];
const edit = (cwd: string, file: string) =>
  JSON.stringify({
    session_id: basename(cwd),
    cwd,
    hook_event_name: 'PreToolUse',
    tool_name: 'Write',
    tool_input: { file_path: `${cwd}/${file}`, content: 'x' },
  });

describe('orders', () => {
  let shop: Shop;
  let root: string;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'comm-node tést '));
    shop = await furnish(makeSandbox(root));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const human = (...words: string[]) => shop.node(shop.place('shop'), ...words, ...HUMAN);
  const denied = async (cwd: string, file: string) => {
    const { stdout } = await shop.hook(cwd, ['claude', 'PreToolUse'], edit(cwd, file));
    return stdout === ''
      ? ''
      : (JSON.parse(stdout).hookSpecificOutput.permissionDecisionReason as string);
  };
  const commit = (cwd: string) => shop.run(cwd, ['commit', '--allow-empty', '-m', 'More']);

  test('a pause of all stops edits, commits and pushes in every worktree, and says whom to ask', async () => {
    const ordered = await human('pause', 'all', '--why', 'The database is being moved', '--json');
    assert.equal(ordered.code, 0, ordered.stdout);
    assert.deepEqual(ordered.json().data['concerned'], ['backend', 'backend-two', 'frontend']);
    const rows = [
      ['shop', 'src/api/a.ts', 'backend'],
      ['ui', 'src/ui/u.ts', 'frontend'],
      ['api-two', 'src/api/a.ts', 'backend-two'],
    ] as const;
    for (const [worktree, file, agent] of rows) {
      const cwd = shop.place(worktree);
      const reason = await denied(cwd, file);
      assert.match(
        reason,
        new RegExp(`${agent} was paused by human at .*: The database is being moved`),
      );
      assert.match(reason, /comm-node ask human/);
      addLine(cwd, file);
      await shop.run(cwd, ['add', '-A']);
      const committed = await shop.run(cwd, ['commit', '-m', 'More']);
      assert.equal(committed.code, 1);
      assert.match(committed.stderr, /was paused by human/);
      assert.equal((await commit(cwd)).code, 1, 'an empty commit is a commit');
      await shop.run(cwd, ['commit', '--no-verify', '-m', 'Past it']);
      const pushed = await shop.run(cwd, ['push', 'origin', `HEAD:refs/heads/${agent}`]);
      assert.equal(pushed.code, 1);
      assert.match(pushed.stderr, /was paused by human/);
    }
  });

  test('everybody has acknowledged it, from their own worktree', async () => {
    assert.equal((await shop.node(shop.place('ui'), 'sync')).code, 0);
    const { data } = (await human('orders', '--json')).json();
    const [order] = data['orders'] as {
      heard: { agent: string; worktree: string }[];
      unheard: [];
    }[];
    assert.deepEqual(order?.heard.map(({ agent, worktree }) => `${agent} ${worktree}`).sort(), [
      'backend shop',
      'backend-two api-two',
      'frontend ui',
    ]);
    assert.deepEqual(order?.unheard, []);
    const shown = (await human('orders')).stdout;
    assert.match(
      shown,
      /pause all, by human .*\(in force\): The database is being moved\n {2}heard: /,
    );
    assert.match(
      shown,
      /may not work now: backend \(pause\), backend-two \(pause\), frontend \(pause\)/,
    );
  });

  test('reading and talking go on, and nothing new is taken', async () => {
    const ui = shop.place('ui');
    const asked = await shop.node(ui, 'ask', 'backend', 'How long will it take?', '--blocking');
    assert.equal(asked.code, 0, asked.stderr);
    assert.match((await shop.node(shop.place('shop'), 'inbox')).stdout, /How long will it take/);
    assert.match((await shop.node(ui, 'inbox')).stdout, /Pause: change no files/);
    const locked = await shop.node(ui, 'lock', 'src/ui/u.ts', '--json');
    assert.equal(locked.code, 1);
    assert.equal(locked.json().error.code, 'paused');
  });

  test('the last order counts: one of them is resumed, the others are not', async () => {
    assert.equal((await human('resume', 'frontend')).code, 0);
    assert.equal(await denied(shop.place('ui'), 'src/ui/u.ts'), '');
    assert.equal((await commit(shop.place('ui'))).code, 0);
    assert.equal((await commit(shop.place('shop'))).code, 1);
    assert.equal((await human('resume', 'all')).code, 0);
    assert.equal((await commit(shop.place('shop'))).code, 0);
    assert.equal((await human('resume', 'all')).code, 1, 'nobody is paused any more');
  });

  test('only the human gives orders, and nobody orders the human', async () => {
    const own = await shop.node(shop.place('ui'), 'pause', 'backend', '--json');
    assert.equal(own.json().error.code, 'only-human');
    assert.equal((await human('stop', 'human', '--json')).json().error.code, 'not-the-human');
    assert.equal((await human('stop', 'nobdy', '--json')).json().error.code, 'unknown-recipient');
  });

  test('a session that begins while it is stopped is told so', async () => {
    await human('stop', 'ui', '--why', 'Wrong direction');
    const cwd = shop.place('ui');
    const input = JSON.stringify({ session_id: 'two', cwd, hook_event_name: 'SessionStart' });
    const { stdout } = await shop.hook(cwd, ['claude', 'SessionStart'], input);
    const { additionalContext } = JSON.parse(stdout).hookSpecificOutput;
    assert.match(additionalContext, /It is stopped by human: Wrong direction/);
    await human('resume', 'ui');
  });

  test('an order that cannot be read stops everybody, until it is mended', async () => {
    const path = 'orders/01M819KR9BHRJ1ZFN6W2J6T7QX.md';
    shop.edit((clone) => shop.write(clone, path, 'no order\n'));
    assert.match(await denied(shop.place('ui'), 'src/ui/u.ts'), /cannot be read/);
    shop.edit((clone) => rmSync(join(clone, path)));
    assert.equal(await denied(shop.place('ui'), 'src/ui/u.ts'), '');
  });
});
