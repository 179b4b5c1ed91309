// Every place that refuses, and every one that sees what got past, leaves a record: it waits on this
// machine, `status` lists it, and it leaves with what is published next.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeSandbox } from '../support/sandbox.ts';
import { addLine, furnish, type Shop } from './shop.ts';

interface Seen {
  readonly id: string;
  readonly agent: string;
  readonly rule: string;
  readonly outcome: string;
  readonly place: string;
  readonly paths: readonly string[];
  readonly owner?: string;
}

const root = mkdtempSync(join(tmpdir(), 'comm-node violations '));
let shop: Shop;
let cwd: string;
const told = new Set<string>();

before(async () => {
  shop = await furnish(makeSandbox(root));
  cwd = shop.place('shop');
  shop.write(cwd, 'src/api/held.ts', '1\n');
  shop.lock('backend-two', ['src/api/held.ts']);
  const server = ['--repository', shop.hub, 'hooks', 'install', '--repo', 'shop'];
  const installed = await shop.node(shop.origin, ...server);
  assert.equal(installed.code, 0, installed.stderr);
});
after(() => rmSync(root, { recursive: true, force: true }));

/** What `status` lists that it did not list before, as "agent rule outcome place paths". */
async function fresh(): Promise<string[]> {
  const { data } = (await shop.node(cwd, 'status', '--json')).json();
  const all = (data['violations'] as Seen[]).filter(({ id }) => !told.has(id));
  for (const { id } of all) told.add(id);
  return all
    .map((one) => [one.agent, one.rule, one.outcome, one.place, ...one.paths].join(' '))
    .sort();
}

async function tool(name: string, input: object): Promise<void> {
  const payload = { session_id: 's', cwd, tool_name: name, tool_input: input };
  const env = { CLAUDE_PROJECT_DIR: cwd };
  await shop.hook(cwd, ['claude', 'PreToolUse'], JSON.stringify(payload), env);
}

const gitFails = async (...args: string[]) =>
  assert.notEqual((await shop.run(cwd, args)).code, 0, args.join(' '));
const gitDoes = async (...args: string[]) => {
  const { code, stderr } = await shop.run(cwd, args);
  assert.equal(code, 0, stderr);
};

test('a tool call', async () => {
  await tool('Edit', { file_path: 'src/ui/u.ts' });
  assert.deepEqual(await fresh(), ['backend scope refused edit src/ui/u.ts']);
  await tool('Bash', { command: 'rm src/api/held.ts' });
  assert.deepEqual(await fresh(), ['backend lock refused bash src/api/held.ts']);
  await shop.hook(cwd, ['claude', 'PreToolUse'], 'no JSON', { CLAUDE_PROJECT_DIR: cwd });
  assert.deepEqual(await fresh(), ['backend unreadable refused edit']);
});

test('a lock, once as long as it has not left this machine', async () => {
  const held = await shop.node(cwd, 'lock', 'src/api/*.ts', '--json');
  assert.equal(held.json()['error']?.code, 'lock-held');
  assert.deepEqual(await fresh(), ['backend lock refused lock src/api/*.ts']);
  await shop.node(cwd, 'lock', 'src/ui/u.ts', 'src/api/new.ts');
  assert.deepEqual(await fresh(), ['backend scope refused lock src/ui/u.ts src/api/new.ts']);
  await shop.node(cwd, 'lock', '--for', '1s', 'src/api/new.ts');
  assert.deepEqual(await fresh(), [], 'a mistake in the request breaks no rule');
  await shop.node(cwd, 'unlock', 'src/api/held.ts', '--force');
  assert.deepEqual(await fresh(), ['backend force refused unlock src/api/held.ts']);
});

test('a commit, one that got past, a push, and what a server was sent', async () => {
  addLine(cwd, 'src/ui/u.ts');
  await gitFails('commit', '-a', '-m', 'x');
  assert.deepEqual(await fresh(), ['backend scope refused commit src/ui/u.ts']);
  await gitDoes('commit', '-a', '--no-verify', '-m', 'x');
  assert.deepEqual(await fresh(), ['backend scope bypassed commit src/ui/u.ts']);
  await gitFails('push', 'origin', 'HEAD:main');
  assert.deepEqual(await fresh(), ['backend scope refused push src/ui/u.ts']);
  await gitFails('push', '--no-verify', 'origin', 'HEAD:main');
  assert.deepEqual(await fresh(), ['backend scope refused receive src/ui/u.ts']);
  // A name that nobody registered tells nothing.
  const unhooked = ['-c', 'core.hooksPath=/dev/null'];
  await gitDoes(...unhooked, 'commit', '--amend', '-m', 'x\n\nAgent: nobody');
  await gitFails('push', '--no-verify', 'origin', 'HEAD:main');
  const seen = await fresh();
  assert.ok(seen.includes('unknown scope refused receive src/ui/u.ts'), seen.join('\n'));
  shop.git(cwd, 'reset', '--quiet', '--hard', 'origin/main');
});

test('imports that got past the hooks of a commit', async () => {
  shop.write(
    cwd,
    'boundaries.toml',
    '[domains.api]\nscope = ["src/api/**"]\nforbidden_imports = ["src/ui/**"]\n[domains.ui]\nscope = ["src/ui/**"]\n',
  );
  shop.write(cwd, 'src/api/a.ts', "import { u } from '../ui/u.ts';\nexport const a = u;\n");
  await gitDoes('add', 'src/api', 'boundaries.toml');
  await gitDoes('commit', '--no-verify', '-m', 'x');
  const seen = (await fresh()).filter((one) => one.includes('imports'));
  assert.deepEqual(seen, ['backend imports bypassed commit src/api/a.ts']);
  shop.git(cwd, 'reset', '--quiet', '--hard', 'origin/main');
});

test('what changed on disk, also when it is seen only at the next prompt', async () => {
  const env = { CLAUDE_PROJECT_DIR: cwd };
  const say = (event: string) => JSON.stringify({ session_id: 'a', cwd, hook_event_name: event });
  await shop.hook(cwd, ['claude', 'SessionStart'], say('SessionStart'), env);
  addLine(cwd, 'src/ui/u.ts');
  const answer = await shop.hook(cwd, ['claude', 'UserPromptSubmit'], say('x'), env);
  assert.match(answer.stdout, /changed in this worktree, and not to be committed/);
  assert.deepEqual(await fresh(), ['backend scope bypassed audit src/ui/u.ts']);
});

test('all of them leave with what is published next, each as one record', async () => {
  assert.equal((await shop.node(cwd, 'send', 'frontend', 'Done.')).code, 0);
  const files = shop.git(shop.hub, 'ls-tree', '-r', '--name-only', 'main', 'violations/');
  assert.equal(files.split('\n').length, told.size);
  assert.deepEqual(await fresh(), []);
});
