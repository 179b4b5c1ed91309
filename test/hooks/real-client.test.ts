// The real Claude Code, from the npm registry, in a folder of the test's own; its model is a script on
// loopback. It is never a dependency (its licence is its maker's). COMM_NODE_CLAUDE_FOLDER names a
// folder where it is installed already. Where it cannot be had, the test says so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProcess } from '../support/cli.ts';
import { makeSandbox } from '../support/sandbox.ts';
import { type ScriptedModel, type Step, startScriptedModel } from '../support/scripted-model.ts';
import { furnish, type Shop } from './shop.ts';

const VERSION = '2.1.330';
const given = process.env['COMM_NODE_CLAUDE_FOLDER'];
const root = mkdtempSync(join(tmpdir(), 'comm-node client '));
let program = '';
let missing: string | undefined;
let shop: Shop;
let cwd: string;

before(async () => {
  const folder = given ?? join(root, 'client');
  try {
    if (given === undefined) {
      execFileSync('mkdir', ['-p', folder]);
      writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
      const words = [
        'install',
        '--no-audit',
        '--no-fund',
        '--silent',
        `@anthropic-ai/claude-code@${VERSION}`,
      ];
      execFileSync('npm', words, { cwd: folder, stdio: 'pipe', timeout: 600_000 });
    }
    program = join(folder, 'node_modules/.bin/claude');
    const home = makeSandbox(root).env;
    const said = execFileSync(program, ['--version'], {
      env: { ...home },
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.match(said, /Claude Code/);
  } catch (error) {
    missing = `THE REAL CLIENT COULD NOT BE HAD: ${String(error).split('\n')[0]}`;
    return;
  }
  shop = await furnish(makeSandbox(root));
  cwd = shop.place('shop');
  shop.write(cwd, 'src/api/locked.ts', 'export const locked = 1;\n');
  shop.lock('backend-two', ['src/api/locked.ts']);
});
after(() => rmSync(root, { recursive: true, force: true }));

/** Runs one turn of the client against a script. */
async function turn(model: ScriptedModel, at = cwd) {
  const words = [
    '-p',
    'Do the thing',
    '--output-format',
    'json',
    '--permission-mode',
    'acceptEdits',
  ];
  const ran = await runProcess(program, [...words, '--allowedTools', 'Bash Edit Write Read'], {
    cwd: at,
    env: {
      ...shop.env,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_TELEMETRY: '1',
    },
  });
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  return JSON.parse(ran.stdout) as { permission_denials: { tool_name: string }[] };
}

async function withModel<T>(
  steps: readonly Step[],
  beforeStep: (step: number) => Promise<void>,
  use: (model: ScriptedModel) => Promise<T>,
): Promise<T> {
  const model = await startScriptedModel(steps, beforeStep);
  try {
    return await use(model);
  } finally {
    model.close();
  }
}

const say = async (...args: string[]) => {
  const sent = await shop.node(shop.place('ui'), ...args);
  assert.equal(sent.code, 0, sent.stderr);
};
const count = (text: string | undefined, what: string) => (text ?? '').split(what).length - 1;
const tool = (name: string, input: object): Step => ({ tools: [{ name, input }] });

describe('the real client', () => {
  test('is refused what is not its own, and the reason reaches the model', async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const ui = join(cwd, 'src/ui/u.ts');
    const locked = join(cwd, 'src/api/locked.ts');
    const before_ = [readFileSync(ui, 'utf8'), readFileSync(locked, 'utf8')];
    const steps: Step[] = [
      tool('Read', { file_path: ui }),
      tool('Edit', { file_path: ui, old_string: 'u = 1', new_string: 'u = 2' }),
      tool('Write', { file_path: join(cwd, 'src/ui/new.ts'), content: 'export {};\n' }),
      tool('Bash', { command: 'echo broken > src/ui/u.ts', description: 'write' }),
      tool('Read', { file_path: locked }),
      tool('Edit', { file_path: locked, old_string: '1', new_string: '2' }),
      tool('Bash', { command: "sed -i 's/1/2/' src/api/locked.ts", description: 'write' }),
      tool('Write', { file_path: join(cwd, 'src/api/fine.ts'), content: 'export {};\n' }),
      { text: 'Done.' },
    ];
    await withModel(
      steps,
      async () => undefined,
      async (model) => {
        const { permission_denials: denials } = await turn(model);
        assert.deepEqual(
          denials.map(({ tool_name }) => tool_name),
          ['Edit', 'Write', 'Bash', 'Edit', 'Bash'],
        );
        assert.deepEqual(
          [readFileSync(ui, 'utf8'), readFileSync(locked, 'utf8')],
          before_,
          'untouched',
        );
        assert.equal(existsSync(join(cwd, 'src/ui/new.ts')), false);
        assert.equal(existsSync(join(cwd, 'src/api/fine.ts')), true, 'its own it may write');
        const [first, , third, , , , seventh] = model.requests;
        assert.match(first ?? '', /this session is the agent backend of the project shop/);
        assert.match(
          third ?? '',
          /src\/ui\/u\.ts belongs to the domain ui \(frontend\), not to backend/,
        );
        assert.match(seventh ?? '', /src\/api\/locked\.ts is locked by backend-two until/);
      },
    );
  });

  test('gets mail that was sent meanwhile with its next request, each message once', async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const steps: Step[] = [
      tool('Bash', { command: 'true', description: 'wait' }),
      tool('Bash', { command: 'true', description: 'wait' }),
      tool('Bash', { command: 'true', description: 'wait' }),
      { text: 'Done.' },
    ];
    await say('send', 'backend', 'Sent before the session.');
    const beforeStep = async (step: number) => {
      if (step === 1) await say('send', 'backend', 'Sent in the midst of it.');
    };
    await withModel(steps, beforeStep, async (model) => {
      await turn(model);
      const { requests } = model;
      assert.equal(count(requests[0], 'Sent before the session'), 1);
      assert.equal(count(requests[1], 'Sent in the midst of it'), 0);
      assert.equal(count(requests[2], 'Sent in the midst of it'), 1, 'with the next request');
      assert.equal(count(requests[3], 'Sent in the midst of it'), 1, 'and never again');
      assert.equal(count(requests[3], 'Sent before the session'), 1);
    });
  });

  test('is held back once by a blocking question', async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const steps: Step[] = [{ text: 'Done.' }, { text: 'Done indeed.' }];
    const beforeStep = async (step: number) => {
      if (step === 0) await say('ask', 'backend', 'Which port is it?', '--blocking');
    };
    await withModel(steps, beforeStep, async (model) => {
      await turn(model);
      assert.equal(model.requests.length, 2, 'asked once more, and then let go');
      assert.match(
        model.requests[1] ?? '',
        /frontend waits for an answer to \w{7}: Which port is it/,
      );
    });
  });
});
