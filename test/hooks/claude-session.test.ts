// What a session is told, and how often: mail once, a wrong change once, an open question once.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { estimateTokens } from '../../src/records/tokens.ts';
import { makeSandbox } from '../support/sandbox.ts';
import { addLine, furnish, type Shop } from './shop.ts';

const root = mkdtempSync(join(tmpdir(), 'comm-node session '));
let shop: Shop;
let cwd: string;
before(async () => {
  shop = await furnish(makeSandbox(root));
  cwd = shop.place('shop');
});
after(() => rmSync(root, { recursive: true, force: true }));

interface Said {
  decision?: string;
  reason?: string;
  hookSpecificOutput?: { hookEventName: string; additionalContext: string };
}

async function hook(event: string, more: object = {}, env = {}): Promise<Said> {
  const payload = { session_id: 'one', cwd, hook_event_name: event, ...more };
  const answer = await shop.hook(cwd, ['claude', event], JSON.stringify(payload), {
    CLAUDE_PROJECT_DIR: cwd,
    ...env,
  });
  assert.equal(answer.code, 0, answer.stderr);
  return answer.stdout === '' ? {} : (answer.json() as unknown as Said);
}

const contextOf = (said: Said) => said.hookSpecificOutput?.additionalContext ?? '';

async function must(
  place: 'shop' | 'ui' | 'api-two',
  ...args: string[]
): Promise<Record<string, unknown>> {
  const done = await shop.node(shop.place(place), ...args, '--json');
  assert.equal(done.code, 0, done.stdout);
  return done.json().data;
}

describe('a session', () => {
  test('is told at its start who it is, who else is here, and what is unread', async () => {
    await must('ui', 'send', 'backend', 'The form sends ISO dates now.');
    const file = join(root, 'env-file');
    const text = contextOf(
      await hook('SessionStart', { source: 'startup' }, { CLAUDE_ENV_FILE: file }),
    );
    assert.match(text, /this session is the agent backend of the project shop/);
    assert.match(text, /Its domain is api: src\/api\/\*\*/);
    assert.match(text, /Also here: .*frontend \(ui\)/);
    assert.match(
      text,
      /New mail \(1 unread\)[^\n]*\n\w{7} from frontend, announcement: The form sends ISO dates now/,
    );
    assert.equal(readFileSync(file, 'utf8'), 'export COMM_NODE_AGENT=backend\n');
  });

  test('is told when commits in its worktree pass the hooks by', async () => {
    assert.doesNotMatch(contextOf(await hook('SessionStart', { source: 'resume' })), /No hook/);
    shop.git(cwd, 'config', '--worktree', 'core.hooksPath', '/nowhere');
    const text = contextOf(await hook('SessionStart', { source: 'resume' }));
    assert.match(text, /No hook of comm-node stands before a commit .*: comm-node hooks install/);
    shop.git(cwd, 'config', '--worktree', '--unset', 'core.hooksPath');
  });

  test('is told of each message once', async () => {
    assert.deepEqual(await hook('PostToolBatch', { tool_calls: [] }), {});
    await must('ui', 'send', 'backend', 'The form has a new field.', '--priority', 'high');
    const text = contextOf(await hook('PostToolBatch', { tool_calls: [] }));
    assert.match(text, /\w{7} from frontend, announcement \[!\]: The form has a new field/);
    assert.doesNotMatch(text, /ISO dates/);
    assert.deepEqual(await hook('PostToolUse', { tool_name: 'Bash', tool_input: {} }), {});
    assert.deepEqual(await hook('UserPromptSubmit', { prompt: 'go on' }), {});
    const again = contextOf(await hook('SessionStart', { source: 'compact' }));
    assert.match(again, /new field[\s\S]*ISO dates/, 'a shortened conversation has forgotten it');
  });

  test('is told of many messages within a budget', async () => {
    for (let at = 0; at < 30; at++)
      await must('ui', 'send', 'backend', `Note number ${at}: ${'word '.repeat(20)}.`);
    const text = contextOf(await hook('UserPromptSubmit', { prompt: 'go on' }));
    assert.match(text, /and \d+ more/);
    assert.ok(estimateTokens(text) < 700, `${estimateTokens(text)} tokens`);
    assert.deepEqual(await hook('PostToolBatch'), {}, 'all of them count as told');
  });

  test('shows that it is alive', async () => {
    const agents = (await must('ui', 'status'))['agents'] as {
      name: string;
      silent_seconds: number;
    }[];
    assert.ok((agents.find(({ name }) => name === 'backend')?.silent_seconds ?? 999) < 60);
  });

  test('is told once of a change that is not its own, whoever made it', async () => {
    addLine(cwd, 'src/ui/u.ts', '// by some script');
    const text = contextOf(await hook('PostToolBatch'));
    assert.match(
      text,
      /changed in this worktree, and not to be committed:\nsrc\/ui\/u\.ts belongs to the domain ui/,
    );
    assert.deepEqual(await hook('PostToolBatch'), {});
    shop.git(cwd, 'checkout', '--', 'src');
    assert.deepEqual(await hook('PostToolBatch'), {});
    addLine(cwd, 'src/ui/u.ts', '// once more');
    assert.match(contextOf(await hook('PostToolBatch')), /src\/ui\/u\.ts/);
    shop.git(cwd, 'checkout', '--', 'src');
    const seen = (await must('shop', 'status'))['violations'] as {
      place: string;
      outcome: string;
    }[];
    assert.equal(
      seen.filter(({ place, outcome }) => place === 'audit' && outcome === 'bypassed').length,
      2,
    );
  });

  test('is held back once by a question that blocks its sender', async () => {
    assert.deepEqual(await hook('Stop', { stop_hook_active: false }), {});
    await must('ui', 'ask', 'backend', 'Is anything urgent?');
    assert.deepEqual(await hook('Stop', { stop_hook_active: false }), {}, 'nobody is blocked');
    await must('ui', 'ask', 'backend', 'Which status code does a lost session get?', '--blocking');
    const asked = await hook('Stop', { stop_hook_active: false });
    assert.equal(asked.decision, 'block');
    assert.match(asked.reason ?? '', /frontend waits for an answer to \w{7}: Which status code/);
    assert.deepEqual(await hook('Stop', { stop_hook_active: true }), {}, 'never a loop');
    assert.deepEqual(await hook('Stop', { stop_hook_active: false }), {});
  });

  test('is held back by one that it has read and not answered, and not by one it has', async () => {
    const first = await must('ui', 'ask', 'backend', 'Is the token signed?', '--blocking');
    const second = await must('ui', 'ask', 'backend', 'How long does it live?', '--blocking');
    await hook('PostToolBatch');
    await must('shop', 'read', String(first['id']), String(second['id']));
    await must('shop', 'answer', String(second['id']), 'One hour.');
    const { reason = '' } = await hook('Stop', { stop_hook_active: false });
    assert.match(reason, /Is the token signed/);
    assert.doesNotMatch(reason, /How long/);
  });

  test('is held back once by a lock it still holds, but not while something runs on', async () => {
    await must('shop', 'lock', 'src/api/a.ts', '--for', '1h');
    const running = { stop_hook_active: false, background_tasks: [{ id: 'x' }] };
    assert.deepEqual(await hook('Stop', running), {});
    const { reason = '' } = await hook('Stop', { stop_hook_active: false });
    assert.match(reason, /Still locked: src\/api\/a\.ts \(backend, \d+m \d+s left\)/);
    assert.deepEqual(await hook('Stop', { stop_hook_active: true }), {});
    assert.match((await hook('SubagentStop', { agent_id: 'a1' })).reason ?? '', /Still locked/);
    assert.deepEqual(await hook('SubagentStop', { agent_id: 'a1' }), {});
  });

  test('is forgotten when it ends', async () => {
    assert.deepEqual(await hook('SessionEnd', { reason: 'other' }), {});
    assert.match(contextOf(await hook('UserPromptSubmit', { prompt: 'x' })), /ISO dates/);
  });
});
