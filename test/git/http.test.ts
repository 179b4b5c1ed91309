import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRef } from '../../src/git/refs.ts';
import { peekRemote } from '../../src/git/remote-refs.ts';
import { cloneMirror, fetchRefs, listRemote, pushRefs } from '../../src/git/transport.ts';
import { bareRepository, commitOf, git, gitEnv, temporaryFolder } from './fixture.ts';

const MAIN = 'refs/heads/main';
const BACKEND = join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend');
const skip = existsSync(BACKEND) ? false : 'git http-backend is not installed';

/** A smart HTTP server for the repositories of a folder, as Apache would run it. */
async function serve(t: TestContext, root: string, password?: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers['user-agent'] ?? '');
    const given = request.headers.authorization?.split(' ')[1] ?? '';
    const isRight = Buffer.from(given, 'base64').toString() === `user:${password}`;
    if (password === undefined || isRight) return runBackend(root, request, response);
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end('who are you?');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function runBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://x');
  const backend = spawn(BACKEND, {
    env: {
      ...gitEnv,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'user',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk) => chunks.push(chunk));
  backend.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const lines = output.toString('latin1', 0, end).split('\r\n');
    const headers = new Map(lines.map((line) => line.split(': ') as [string, string]));
    const code = Number(headers.get('Status')?.slice(0, 3) ?? 200);
    headers.delete('Status');
    response.writeHead(code, Object.fromEntries(headers)).end(output.subarray(end + 4));
  });
}

test('clone, push and peek over smart HTTP', { skip }, async (t) => {
  const remote = bareRepository(t);
  const { base, asked } = await serve(t, dirname(remote));
  const url = `http://${base}/${basename(remote)}`;
  const hub = join(temporaryFolder(t), 'hub');
  assert.deepEqual(await cloneMirror(url, hub, { refspecs: [`+${MAIN}:${MAIN}`] }), { ok: true });
  const head = await readRef(hub, MAIN);
  const next = commitOf(hub, { 'b.md': '2' }, [head ?? '']);
  const pushed = await pushRefs(hub, url, [`${next}:${MAIN}`]);
  assert.equal(pushed.ok && pushed.refs.get(MAIN)?.status, 'ok');
  asked.length = 0;
  assert.equal(await peekRemote(url, MAIN), next);
  assert.equal(await peekRemote(url, 'refs/heads/none'), undefined);
  assert.deepEqual(
    asked.filter((agent) => /^git\/\d/.test(agent) && !/isomorphic/.test(agent)),
    [],
  );
  assert.deepEqual(await listRemote(url, [MAIN]), new Map([[MAIN, next]]));
  const other = commitOf(hub, { 'c.md': '3' }, [head ?? '']);
  const second = await pushRefs(hub, url, [`${other}:${MAIN}`]);
  assert.equal(second.ok && second.refs.get(MAIN)?.status, 'stale');
});

test('a password in the URL is used; a wrong one is denied; a wrong path is missing', {
  skip,
}, async (t) => {
  const remote = bareRepository(t);
  const { base } = await serve(t, dirname(remote), 'secret');
  const name = basename(remote);
  const head = git(remote, ['rev-parse', 'main']);
  assert.equal(await peekRemote(`http://user:secret@${base}/${name}`, MAIN), head);
  const hub = bareRepository(t);
  const outcomes = [`http://${base}/${name}`, `http://user:wrong@${base}/${name}`];
  for (const url of outcomes) {
    const fetched = await fetchRefs(hub, url, [MAIN]);
    assert.equal(fetched.ok || fetched.reason, 'denied', JSON.stringify(fetched));
    await assert.rejects(peekRemote(url, MAIN), { code: 'git' });
  }
  const missing = await fetchRefs(hub, `http://user:secret@${base}/none.git`, [MAIN]);
  assert.equal(missing.ok || missing.reason, 'missing', JSON.stringify(missing));
});

test('peek of a path, and of a remote that is gone', async (t) => {
  const remote = bareRepository(t);
  assert.equal(await peekRemote(remote, MAIN), git(remote, ['rev-parse', 'main']));
  await assert.rejects(peekRemote(`${remote}-gone`, MAIN), { code: 'offline' });
  await assert.rejects(peekRemote('http://127.0.0.1:9/x', MAIN), { code: 'offline' });
});
