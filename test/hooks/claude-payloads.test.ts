// What Claude Code hands to its hooks drives the real entry: recorded payloads, and a table of all
// the ways in which a tool can name a file.
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CliResult } from '../support/cli.ts';
import { makeSandbox } from '../support/sandbox.ts';
import { furnish, type Shop } from './shop.ts';

const recorded = fileURLToPath(new URL('../fixtures/claude-code-2.1.330/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'comm-node clàude '));
let shop: Shop;
let cwd: string;

before(async () => {
  shop = await furnish(makeSandbox(root), { hooks: false });
  cwd = shop.place('shop');
  shop.write(cwd, '.gitignore', 'dist/\n');
  symlinkSync('../ui', join(cwd, 'src/api/out'));
  symlinkSync('src/api', join(cwd, 'in'));
  symlinkSync('../ui/new.ts', join(cwd, 'src/api/dangling.ts'));
  symlinkSync(cwd, join(root, 'elsewhere'));
  shop.write(cwd, 'src/api/locked.ts', '1\n');
  shop.lock('backend-two', ['src/api/locked.ts', 'src/api/held/**']);
  shop.lock('backend', ['src/api/mine.ts']);
  const other = shop.repository('never-joined');
  writeFileSync(join(other, 'x.ts'), '');
});
after(() => rmSync(root, { recursive: true, force: true }));

/** Runs the hook, and holds every answer to what Claude Code takes. */
async function ask(
  event: string,
  payload: unknown,
  at = cwd,
  env = {},
): Promise<Record<string, unknown>> {
  const input = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const answer: CliResult = await shop.hook(at, ['claude', event], input, {
    CLAUDE_PROJECT_DIR: at,
    ...env,
  });
  assert.equal(answer.code, 0, answer.stderr);
  assert.equal(answer.stderr, '');
  if (answer.stdout === '') return {};
  assert.ok(answer.stdout.startsWith('{'), 'only JSON');
  const said = answer.json() as unknown as Record<string, Record<string, string>>;
  const specific = said['hookSpecificOutput'] ?? {};
  for (const text of [...Object.values(specific), String(said['reason'] ?? '')]) {
    assert.ok(text.length <= 10_000, `${text.length} characters`);
  }
  if (said['hookSpecificOutput']) assert.equal(specific['hookEventName'], event);
  return said as Record<string, unknown>;
}

function decisionOf(said: Record<string, unknown>): { decision: string; reason: string } {
  const specific = (said['hookSpecificOutput'] ?? {}) as Record<string, string>;
  return {
    decision: specific['permissionDecision'] ?? 'none',
    reason: specific['permissionDecisionReason'] ?? '',
  };
}

const preToolUse = (tool: string, input: unknown, more = {}) => ({
  session_id: 'f807dbf3-388d-49c1-a42c-2848983e86b8',
  hook_event_name: 'PreToolUse',
  permission_mode: 'acceptEdits',
  cwd,
  tool_name: tool,
  tool_input: input,
  tool_use_id: 'toolu_1',
  ...more,
});

describe('recorded payloads', () => {
  for (const name of readdirSync(recorded).filter((file) => file.endsWith('.json'))) {
    test(name, async () => {
      const text = readFileSync(join(recorded, name), 'utf8').replaceAll('/home/dev/shop', cwd);
      const payload = JSON.parse(text) as { hook_event_name: string };
      await ask(payload.hook_event_name, payload);
      // And where nobody ever joined, nothing is said at all.
      const elsewhere = JSON.parse(text.replaceAll(cwd, join(root, 'never-joined')));
      assert.deepEqual(
        await ask(payload.hook_event_name, elsewhere, join(root, 'never-joined')),
        {},
      );
    });
  }
});

const UI = /belongs to the domain ui \(frontend\), not to backend/;
const NOBODYS = /belongs to no domain/;
const LOCKED = /is locked by backend-two until .*: Rewriting it/;

type Row = readonly [what: string, tool: string, input: () => unknown, reason: RegExp | undefined];

const edit = (path: string) => () => ({
  file_path: path.replace('CWD', cwd),
  old_string: 'a',
  new_string: 'b',
});
const bash = (command: string) => () => ({ command: command.replaceAll('CWD', cwd) });

const ROWS: readonly Row[] = [
  ['its own file, absolute', 'Edit', edit('CWD/src/api/a.ts'), undefined],
  ['its own file, relative', 'Edit', edit('src/api/a.ts'), undefined],
  ['a new file of its own', 'Write', edit('CWD/src/api/deep/er/new.ts'), undefined],
  ['a file of another domain, absolute', 'Edit', edit('CWD/src/ui/u.ts'), UI],
  ['relative', 'Edit', edit('src/ui/u.ts'), UI],
  ['with dots', 'Edit', edit('CWD/src/api/../ui/u.ts'), UI],
  ['MultiEdit', 'MultiEdit', edit('CWD/src/ui/u.ts'), UI],
  [
    'NotebookEdit',
    'NotebookEdit',
    () => ({ notebook_path: `${cwd}/src/ui/n.ipynb`, new_source: '1' }),
    UI,
  ],
  [
    'NotebookEdit of its own',
    'NotebookEdit',
    () => ({ notebook_path: `${cwd}/src/api/n.ipynb` }),
    undefined,
  ],
  ['a file of nobody', 'Write', edit('CWD/README.md'), NOBODYS],
  ['a link out of its domain', 'Edit', edit('CWD/src/api/out/u.ts'), UI],
  ['a link that leads nowhere yet', 'Write', edit('CWD/src/api/dangling.ts'), UI],
  ['a link into its domain', 'Edit', edit('CWD/in/a.ts'), undefined],
  [
    'through a link to the repository',
    'Edit',
    () => ({ file_path: join(root, 'elsewhere/src/ui/u.ts') }),
    UI,
  ],
  ['~', 'Write', () => ({ file_path: '~/notes.txt' }), undefined],
  [
    'outside of every repository',
    'Write',
    () => ({ file_path: join(root, 'free.txt') }),
    undefined,
  ],
  [
    'in a repository where nobody joined',
    'Edit',
    () => ({ file_path: join(root, 'never-joined/x.ts') }),
    undefined,
  ],
  [
    "another agent's worktree",
    'Edit',
    () => ({ file_path: join(root, 'ui/src/ui/u.ts') }),
    /the worktree of frontend/,
  ],
  [
    "another agent's worktree, a path of its own domain",
    'Edit',
    () => ({ file_path: join(root, 'api-two/src/api/a.ts') }),
    /the worktree of backend-two/,
  ],
  ['Windows separators', 'Edit', edit('src\\ui\\u.ts'), UI],
  ['Windows separators, its own', 'Edit', edit('src\\api\\a.ts'), undefined],
  ['a locked file', 'Edit', edit('CWD/src/api/locked.ts'), LOCKED],
  ['a new file under a locked glob', 'Write', edit('CWD/src/api/held/x.ts'), LOCKED],
  ['a file that it locked itself', 'Edit', edit('CWD/src/api/mine.ts'), undefined],
  ['what Git ignores', 'Write', edit('CWD/dist/out.js'), undefined],
  ['the hooks themselves', 'Write', edit('CWD/.claude/settings.json'), NOBODYS],
  ['inside of .git', 'Write', edit('CWD/.git/hooks/pre-commit'), NOBODYS],
  ['Bash that reads', 'Bash', bash('cat src/ui/u.ts | grep u 2>&1'), undefined],
  ['Bash: >', 'Bash', bash('echo hi > src/ui/u.ts'), UI],
  ['Bash: >>', 'Bash', bash('echo hi >> "CWD/src/ui/u.ts"'), UI],
  ['Bash: &>', 'Bash', bash('make &> src/ui/log'), UI],
  ['Bash: > its own', 'Bash', bash('echo hi > src/api/a.ts'), undefined],
  ['Bash: > /dev/null', 'Bash', bash('ls > /dev/null 2>/tmp/x'), undefined],
  ['Bash: sed -i', 'Bash', bash("sed -i 's/a/b/' src/ui/u.ts"), UI],
  ['Bash: sed without -i', 'Bash', bash("sed 's/a/b/' src/ui/u.ts"), undefined],
  [
    'Bash: sed -i.bak -e',
    'Bash',
    bash('sed -i.bak -e s/a/b/ -e s/c/d/ src/api/a.ts src/ui/u.ts'),
    UI,
  ],
  ['Bash: perl -pi', 'Bash', bash("perl -pi -e 's/a/b/' src/ui/u.ts"), UI],
  ['Bash: tee', 'Bash', bash('echo hi | tee -a src/api/a.ts src/ui/u.ts'), UI],
  ['Bash: mv away', 'Bash', bash('mv src/ui/u.ts src/api/u.ts'), UI],
  ['Bash: mv into a folder', 'Bash', bash('mv src/api/a.ts src/ui/'), UI],
  ['Bash: cp out', 'Bash', bash('cp src/ui/u.ts src/api/u.ts'), undefined],
  ['Bash: rm', 'Bash', bash('rm -rf src/ui/u.ts'), UI],
  ['Bash: rm of a pattern', 'Bash', bash('rm src/ui/*.ts'), UI],
  ['Bash: rm of a link', 'Bash', bash('rm src/api/out'), undefined],
  ['Bash: heredoc', 'Bash', bash("cat > src/ui/u.ts <<'EOF'\nrm src/api/a.ts\nEOF"), UI],
  [
    'Bash: heredoc whose text names others',
    'Bash',
    bash("cat > src/api/a.ts <<'EOF'\nrm -f src/ui/u.ts > src/ui/x\nEOF"),
    undefined,
  ],
  ['Bash: after cd', 'Bash', bash('cd src/ui && echo hi > u.ts'), UI],
  ['Bash: cd in a subshell', 'Bash', bash('(cd src/ui; ls); echo hi > src/api/a.ts'), undefined],
  ['Bash: bash -c', 'Bash', bash("bash -c 'echo hi > src/ui/u.ts'"), UI],
  ['Bash: git rm', 'Bash', bash('git rm -f src/ui/u.ts'), UI],
  ['Bash: git checkout --', 'Bash', bash('git checkout -- src/ui/u.ts'), UI],
  ['Bash: dd', 'Bash', bash('dd if=/dev/zero of=src/ui/u.ts count=1'), UI],
  ['Bash: ln -s over it', 'Bash', bash('ln -sf /tmp/x src/ui/u.ts'), UI],
  ['Bash: truncate', 'Bash', bash('truncate -s 0 src/api/locked.ts'), LOCKED],
  ['Bash: what cannot be known is left to the audit', 'Bash', bash('echo hi > "$FILE"'), undefined],
  ['Bash: unfinished quotes', 'Bash', bash("echo 'oops > src/ui/u.ts"), undefined],
  ['Bash: ten thousand parentheses', 'Bash', () => ({ command: '('.repeat(10_000) }), undefined],
  ['an unknown tool', 'Teleport', edit('CWD/src/ui/u.ts'), undefined],
  ['a tool of a server', 'mcp__files__write', edit('CWD/src/ui/u.ts'), undefined],
  ['no path at all', 'Edit', () => ({}), undefined],
  ['a path that is a number', 'Edit', () => ({ file_path: 7 }), undefined],
  ['no input', 'Write', () => undefined, undefined],
  ['input that is a list', 'Bash', () => ['rm src/ui/u.ts'], undefined],
  [
    '5 MB of content',
    'Write',
    () => ({ file_path: `${cwd}/src/ui/u.ts`, content: 'x'.repeat(5_000_000) }),
    UI,
  ],
  [
    '5 MB of command',
    'Bash',
    () => ({ command: `echo hi > src/ui/u.ts; ${'x'.repeat(5_000_000)}` }),
    UI,
  ],
];

describe('before a tool runs', () => {
  for (const [what, tool, input, reason] of ROWS) {
    test(`${tool === 'Bash' ? '' : `${tool}: `}${what}`, async () => {
      const { decision, reason: said } = decisionOf(
        await ask('PreToolUse', preToolUse(tool, input())),
      );
      assert.equal(decision, reason === undefined ? 'none' : 'deny', said);
      if (reason === undefined) return;
      assert.match(said, reason);
      assert.match(said, /Next:\n {2}comm-node ask /);
    });
  }

  test('from another folder of the worktree', async () => {
    const payload = preToolUse('Edit', { file_path: '../ui/u.ts' }, { cwd: join(cwd, 'src/api') });
    assert.equal(decisionOf(await ask('PreToolUse', payload)).decision, 'deny');
  });

  test('a thousand files at once: the reason stays short', async () => {
    const files = Array.from({ length: 1000 }, (_, at) => `src/ui/${'long-'.repeat(20)}${at}.ts`);
    const said = decisionOf(
      await ask('PreToolUse', preToolUse('Bash', { command: `rm ${files.join(' ')}` })),
    );
    assert.match(said.reason, /and 992 more belong to the domain ui/);
  });

  for (const [what, text] of [
    ['not JSON', 'hello'],
    ['nothing', ''],
    ['a list', '[1, 2]'],
    ['half of it', '{"tool_name": "Edit", '],
  ] as const) {
    test(`${what}: refused where somebody joined, passed by elsewhere`, async () => {
      assert.equal(decisionOf(await ask('PreToolUse', text)).decision, 'deny');
      assert.deepEqual(await ask('PreToolUse', text, join(root, 'never-joined')), {});
      for (const event of [
        'SessionStart',
        'UserPromptSubmit',
        'PostToolBatch',
        'Stop',
        'SessionEnd',
      ]) {
        assert.deepEqual(await ask(event, text), {});
      }
    });
  }

  test('an event that nobody knows', async () => {
    assert.deepEqual(await ask('Solstice', { hook_event_name: 'Solstice' }), {});
  });

  test('who is meant by COMM_NODE_AGENT is judged, not who joined', async () => {
    const payload = preToolUse('Edit', { file_path: 'src/ui/u.ts' }, { session_id: 'another' });
    assert.equal(
      decisionOf(await ask('PreToolUse', payload, cwd, { COMM_NODE_AGENT: 'frontend' })).decision,
      'none',
    );
  });

  test('a session stays who it was, wherever it goes', async () => {
    const session = { session_id: 'wanderer' };
    await ask('SessionStart', {
      ...session,
      hook_event_name: 'SessionStart',
      cwd,
      source: 'startup',
    });
    const there = join(root, 'ui');
    const payload = preToolUse('Edit', { file_path: 'src/ui/u.ts' }, { ...session, cwd: there });
    const { decision, reason } = decisionOf(await ask('PreToolUse', payload, there));
    assert.equal(decision, 'deny');
    assert.match(reason, UI);
  });
});

describe('what cannot be read', () => {
  const own = () =>
    preToolUse('Edit', { file_path: `${cwd}/src/api/a.ts` }, { session_id: 'unsure' });

  test('a lock that is cut off counts as held, and is named', async () => {
    let path = '';
    shop.edit((clone) => {
      const [name = ''] = readdirSync(join(clone, 'locks')).filter((file) => file.endsWith('.md'));
      path = `locks/${name}`;
      const text = readFileSync(join(clone, path), 'utf8');
      writeFileSync(join(clone, `${path}.kept`), text);
      writeFileSync(join(clone, path), text.slice(0, 60));
    });
    const { decision, reason } = decisionOf(await ask('PreToolUse', own()));
    assert.equal(decision, 'deny');
    assert.match(reason, /cannot be read .* and so counts as held/);
    assert.ok(reason.includes(path));
    shop.edit((clone) => {
      writeFileSync(join(clone, path), readFileSync(join(clone, `${path}.kept`)));
      rmSync(join(clone, `${path}.kept`));
    });
    assert.equal(decisionOf(await ask('PreToolUse', own())).decision, 'none');
  });

  test('a hub of a newer schema: refused, at the edit and at the commit', async () => {
    let text = '';
    shop.edit((clone) => {
      text = readFileSync(join(clone, 'comm-node.toml'), 'utf8');
      writeFileSync(join(clone, 'comm-node.toml'), `schema = 2\n${text}`);
    });
    const { decision, reason } = decisionOf(await ask('PreToolUse', own()));
    assert.equal(decision, 'deny');
    assert.match(reason, /cannot tell what is allowed here, so it refuses: comm-node\.toml:1/);
    const commit = await shop.hook(cwd, ['git', 'pre-commit']);
    assert.equal(commit.code, 1);
    assert.match(
      commit.stderr,
      /pre-commit cannot tell what is allowed, so it refuses: comm-node\.toml:1/,
    );
    shop.edit((clone) => writeFileSync(join(clone, 'comm-node.toml'), text));
  });

  test('a hub that is gone: refused, and a command that writes nothing goes on', async () => {
    const moved = `${shop.hub}.moved`;
    const { renameSync } = await import('node:fs');
    renameSync(shop.hub, moved);
    try {
      assert.equal(decisionOf(await ask('PreToolUse', own())).decision, 'deny');
      assert.equal(
        decisionOf(await ask('PreToolUse', preToolUse('Bash', { command: 'ls' }))).decision,
        'none',
      );
      assert.deepEqual(await ask('PostToolBatch', { session_id: 'unsure', cwd }), {});
      const begun = await ask('SessionStart', { session_id: 'unsure', cwd, source: 'startup' });
      assert.match(
        JSON.stringify(begun),
        /comm-node cannot work here: there is no coordination repository/,
      );
      for (const hook of ['pre-commit', 'pre-push']) {
        assert.equal((await shop.hook(cwd, ['git', hook])).code, 1, hook);
      }
      assert.equal((await shop.hook(join(root, 'never-joined'), ['git', 'pre-commit'])).code, 0);
    } finally {
      renameSync(moved, shop.hub);
    }
  });

  test('a new worktree that nobody joined: it is said who must join', async () => {
    shop.git(cwd, 'worktree', 'add', '--quiet', '-b', 'unnamed', '../unnamed');
    const there = join(root, 'unnamed');
    const begun = await ask(
      'SessionStart',
      { session_id: 'nameless', cwd: there, source: 'startup' },
      there,
    );
    assert.match(JSON.stringify(begun), /not known which agent works in this worktree/);
    const commit = await shop.hook(there, ['git', 'pre-commit']);
    assert.equal(commit.code, 1);
    assert.match(commit.stderr, /comm-node join URL --agent NAME/);
    // A session that began in backend's worktree and went there is backend still.
    const payload = preToolUse(
      'Edit',
      { file_path: join(there, 'src/ui/u.ts') },
      { session_id: 'sub', cwd: there },
    );
    const { reason } = decisionOf(
      await ask('PreToolUse', payload, there, { CLAUDE_PROJECT_DIR: cwd }),
    );
    assert.match(reason, UI);
    mkdirSync(join(there, 'src/api'), { recursive: true });
    const fine = preToolUse(
      'Edit',
      { file_path: join(there, 'src/api/a.ts') },
      { session_id: 'sub', cwd: there },
    );
    assert.equal(
      decisionOf(await ask('PreToolUse', fine, there, { CLAUDE_PROJECT_DIR: cwd })).decision,
      'none',
    );
  });
});
