import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isId } from '../../src/records/ids.ts';
import { runProcess } from '../support/cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const program = [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('program.ts', import.meta.url)),
];

function run(args: string[], options: Parameters<typeof runProcess>[2] = {}) {
  return runProcess(process.execPath, [...program, ...args], options);
}

describe('the shell', { concurrency: 4 }, () => {
  test('a refusal: its data on stdout, the no on stderr made visible, exit 1', async () => {
    const { code, stdout, stderr } = await run(['no']);
    assert.equal(code, 1);
    assert.equal(stdout, 'list\n');
    assert.equal(stderr, 'error: held by a\\u001b[2Jb\nhint: ask\n');
  });

  test('a refusal as JSON has the error, and its data beside it', async () => {
    const { code, stdout, stderr } = await run(['no', '--json']);
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.deepEqual(JSON.parse(stdout), {
      ok: false,
      command: 'no',
      data: 'list',
      error: { code: 'lock-held', message: 'held by a\u001b[2Jb', hint: 'ask', data: { n: 1 } },
    });
  });

  test('a failure that is understood: exit 2, its code, no stack', async () => {
    const told = await run(['offline']);
    assert.equal(told.code, 2);
    assert.equal(told.stderr, 'error: the remote is out of reach\nhint: try again\n');
    const { stdout, code } = await run(['--json', 'offline']);
    assert.equal(code, 2);
    assert.equal(JSON.parse(stdout).error.code, 'offline');
  });

  test('a bug says so; its stack and cause only with --debug', async () => {
    const told = await run(['bug']);
    assert.equal(told.code, 2);
    assert.match(told.stderr, /^error: unexpected: x is undefined\nhint: this is a bug/);
    assert.doesNotMatch(told.stderr, /program\.ts/);
    const debugged = await run(['bug', '--debug']);
    assert.match(debugged.stderr, /TypeError[\s\S]*program\.ts[\s\S]*caused by:\nError: because/);
  });

  test('three megabytes arrive whole through a pipe', async () => {
    const { code, stdout } = await run(['big']);
    assert.equal(code, 0);
    assert.equal(stdout.length, 3_000_001);
  });

  test('a reader that has seen enough ends a stream quietly', async () => {
    const line = `'${process.execPath}' ${program.map((word) => `'${word}'`).join(' ')} endless`;
    const { code, stdout, stderr } = await runProcess('bash', [
      '-c',
      `${line} | head -n 1 | wc -c; exit "\${PIPESTATUS[0]}"`,
    ]);
    assert.equal(stderr, '');
    assert.equal(stdout.trim(), '10001');
    assert.equal(code, 0);
  });

  for (const [verb, signal, expected] of [
    ['wait', 'SIGINT', 130],
    ['wait', 'SIGTERM', 143],
    ['stubborn', 'SIGINT', 130],
  ] as const) {
    test(`${signal} ends ${verb} with ${expected} and without a word`, async () => {
      const child = spawn(process.execPath, [...program, verb]);
      const stderr: Buffer[] = [];
      const stdout: Buffer[] = [];
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      await once(child.stdout, 'data');
      child.kill(signal);
      const [code] = await once(child, 'close');
      assert.equal(code, expected);
      assert.equal(Buffer.concat(stdout).toString(), 'ready\n');
      assert.equal(Buffer.concat(stderr).toString(), '');
    });
  }

  test('the context: options before environment, stdin, ids that grow', async (t) => {
    const { root, env, folder } = createSandbox(t);
    folder('över');
    const { code, stdout, stderr } = await run(
      ['-C', 'över', 'show', '--agent', 'backend', 'context', '--json'],
      {
        cwd: root,
        env: { ...env, COMM_NODE_AGENT: 'other', COMM_NODE_REPOSITORY: 'ssh://x/y' },
        input: 'héllo',
      },
    );
    assert.equal(code, 0);
    assert.equal(stderr, 'a notice\n');
    const { ids, ...data } = JSON.parse(stdout).data;
    assert.deepEqual(data, {
      cwd: join(root, 'över'),
      home: env['COMM_NODE_HOME'],
      agent: 'backend',
      repository: 'ssh://x/y',
      input: 'héllo',
    });
    assert.ok(isId(ids[0]) && isId(ids[1]) && ids[0] < ids[1]);
  });

  test('--quiet drops the notice, --verbose shows the steps', async () => {
    assert.equal((await run(['show', 'context', '--quiet'])).stderr, '');
    assert.equal((await run(['show', 'context', '--verbose'])).stderr, 'a notice\na step\n');
  });

  test('a folder that is not there, and half a verb', async () => {
    const lost = await run(['-C', '/not/there', 'big', '--json']);
    assert.equal(lost.code, 2);
    assert.equal(JSON.parse(lost.stdout).error.data.path, '/not/there');
    const half = await run(['show']);
    assert.equal(half.code, 2);
    assert.match(half.stderr, /"show" needs one more word: context/);
  });
});
