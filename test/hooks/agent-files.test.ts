// What is written for agents to read and for Claude Code to call: short, marked, and gone without a trace.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hasEntries, withEntries, withoutEntries } from '../../src/hosts/claude-settings.ts';
import { withMarked, withoutMarked } from '../../src/hosts/marked-text.ts';
import { agentRules, agentsBlock } from '../../src/records/agent-rules.ts';
import { estimateTokens } from '../../src/records/tokens.ts';
import { openShop } from './shop.ts';

const names = (count: number) => Array.from({ length: count }, (_, at) => `service-${at}`);
const source = (count: number) => ({
  project: 'a-shop-with-a-long-name',
  repo: 'shop',
  domains: new Map(
    names(count).map((name) => [
      name,
      { repo: 'shop', scope: [`packages/${name}/**`, `docs/${name}/**`] },
    ]),
  ),
  agents: new Map(
    names(count).map((domain) => {
      const name = `${domain}-agent`;
      return [name, { name, domain, joined: '2026-11-22T00:00:00.000Z', extra: {}, body: '' }];
    }),
  ),
});

describe('the pages for agents', () => {
  test('cost less than 600 estimated tokens, with any number of domains', () => {
    for (const count of [0, 1, 10, 60]) {
      for (const page of [agentRules(source(count)), agentsBlock(source(count))]) {
        const tokens = estimateTokens(withMarked(undefined, page));
        assert.ok(tokens < 600, `${count} domains: ${tokens} tokens`);
      }
    }
  });

  test('name the domains that fit, with who works on each', () => {
    const page = agentRules(source(12));
    assert.match(
      page,
      /^- service-0 \(service-0-agent\): packages\/service-0\/\*\*, docs\/service-0\/\*\*$/m,
    );
    assert.match(page, /^- and \d more: comm-node status$/m);
  });
});

describe('a marked block', () => {
  const pages: [string, string | undefined][] = [
    ['no page', undefined],
    ['an empty page', ''],
    ['a page', '# Ours\n\nText.\n'],
    ['a page without a last newline', '# Ours\n\nText.'],
    ['a page of Windows', '# Ours\r\n\r\nText.\r\n'],
  ];
  for (const [what, page] of pages) {
    test(`${what}: comes, comes again, changes, goes`, () => {
      const once = withMarked(page, 'First.\n');
      assert.equal(withMarked(once, 'First.\n'), once, 'again is the same');
      const changed = withMarked(once, 'Second.\n');
      assert.equal(changed, withMarked(page, 'Second.\n'), 'it is replaced in its place');
      assert.equal(withoutMarked(changed).trimEnd(), (page ?? '').trimEnd());
      if (page?.includes('\r\n')) assert.doesNotMatch(changed, /[^\r]\n/);
    });
  }

  const [begin = '', , end = ''] = withMarked(undefined, 'x').split('\n');
  for (const [what, page, left] of [
    ['two of them', `a\n${begin}\none\n${end}\nb\n${begin}\ntwo\n${end}\nc\n`, 'a\nb\nc\n'],
    ['one without an end', `a\n${begin}\nmine\n`, 'a\nmine\n'],
    ['an end alone', `a\n${end}\nb\n`, 'a\nb\n'],
    ['the end before the beginning', `a\n${end}\nb\n${begin}\nc\n`, 'a\nb\nc\n'],
    ['a beginning twice', `a\n${begin}\nmine\n${begin}\nours\n${end}\nb\n`, 'a\nmine\nb\n'],
  ] as const) {
    test(`${what}: becomes one, and nothing of others is lost`, () => {
      const mended = withMarked(page, 'New.');
      assert.equal(mended.split(begin).length, 2);
      assert.equal(withoutMarked(mended), left);
    });
  }
});

describe("Claude Code's settings", () => {
  const theirs = `{
\t"model": "opus",
\t"hooks": {
\t\t"PreToolUse": [
\t\t\t{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "./check.sh" }] }
\t\t]
\t},
\t"permissions": { "deny": ["Read(./.env)"] }
}`;

  test('get our entries, and keep all others in their order', () => {
    const text = withEntries(theirs);
    const settings = JSON.parse(text);
    assert.deepEqual(Object.keys(settings), ['model', 'hooks', 'permissions']);
    const [first, second, ...rest] = settings.hooks.PreToolUse;
    assert.deepEqual(first, JSON.parse(theirs).hooks.PreToolUse[0]);
    assert.equal(second.matcher, 'Edit|Write|MultiEdit|NotebookEdit|Bash');
    assert.deepEqual(second.hooks[0].args, [
      `\${CLAUDE_PROJECT_DIR}/.claude/hooks/comm-node.cjs`,
      'PreToolUse',
    ]);
    assert.deepEqual(rest, []);
    assert.match(text, /^\t"model"/m, 'its indent');
    assert.doesNotMatch(text, /\n$/, 'and its end');
    assert.equal(withEntries(text), text, 'again changes nothing');
    assert.ok(hasEntries(text) && !hasEntries(theirs));
    assert.deepEqual(JSON.parse(withoutEntries(text)), JSON.parse(theirs));
  });

  test('name nobody', () => {
    assert.doesNotMatch(withEntries(undefined), /backend|COMM_NODE_AGENT/);
  });

  test('made by us are gone with us', () => {
    assert.equal(withoutEntries(withEntries(undefined)), '');
    assert.equal(withoutEntries(withEntries('{}')), '');
  });

  for (const [what, text] of [
    ['no JSON', '{ "a": 1, }'],
    ['no object', '[]'],
    ['hooks that are a list', '{ "hooks": [] }'],
  ] as const) {
    test(`${what}: are left alone, and it is said why`, () => {
      assert.throws(() => withEntries(text), /nothing was added to it/);
    });
  }
});

test('join writes them, and uninstall gives back what was there, byte for byte', async (t) => {
  const shop = await openShop(t, { hooks: false });
  const cwd = shop.place('shop');
  const before = {
    'AGENTS.md': '# For agents\r\n\r\nBe kind.',
    '.claude/settings.json': '{"model":"opus"}',
  };
  for (const [name, text] of Object.entries(before)) shop.write(cwd, name, text);
  const join_ = () =>
    shop.node(cwd, 'join', shop.hub, '--agent', 'backend', '--domain', 'api', '--json');
  const first = (await join_()).json().data['hooks'] as { claude: string[] };
  const written = [
    '.claude/settings.json',
    '.claude/hooks/comm-node.cjs',
    '.claude/rules/comm-node.md',
    'AGENTS.md',
  ];
  assert.deepEqual(first.claude, written);
  const again = (await join_()).json().data['hooks'] as {
    claude: string[];
    git: { changed: boolean };
  };
  assert.deepEqual([again.claude, again.git.changed], [[], false]);
  assert.match(readFileSync(join(cwd, 'AGENTS.md'), 'utf8'), /^# For agents\r\n\r\nBe kind\.\r\n/);
  assert.match(
    readFileSync(join(cwd, '.claude/rules/comm-node.md'), 'utf8'),
    /- ui \(frontend\): src\/ui\/\*\*/,
  );

  const gone = await shop.node(cwd, 'hooks', 'uninstall');
  assert.equal(gone.code, 0, gone.stderr);
  for (const [name, text] of Object.entries(before))
    assert.equal(readFileSync(join(cwd, name), 'utf8'), text);
  assert.equal(existsSync(join(cwd, '.claude/hooks')), false);
  assert.equal(existsSync(join(cwd, '.claude/rules')), false);
  assert.equal(shop.git(cwd, 'config', '--default', 'none', '--get', 'core.hooksPath'), 'none');
});

test('settings that cannot be read stop nobody from joining with --no-hooks, and are not touched', async (t) => {
  const shop = await openShop(t, { hooks: false });
  const cwd = shop.place('shop');
  writeFileSync(join(cwd, 'broken'), '');
  shop.write(cwd, '.claude/settings.json', '{ broken');
  const refused = await shop.node(cwd, 'hooks', 'install');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /settings\.json is not valid JSON, so nothing was added to it/);
  assert.equal(readFileSync(join(cwd, '.claude/settings.json'), 'utf8'), '{ broken');
  const joined = await shop.node(
    cwd,
    'join',
    shop.hub,
    '--agent',
    'backend',
    '--domain',
    'api',
    '--no-hooks',
  );
  assert.equal(joined.code, 0, joined.stderr);
});
