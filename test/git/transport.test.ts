import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readRef } from '../../src/git/refs.ts';
import {
  addRemote,
  cloneMirror,
  createBare,
  fetchRefs,
  listRemote,
  type PushOutcome,
  pushRefs,
} from '../../src/git/transport.ts';
import { bareRepository, commitOf, git, setEnvironment, temporaryFolder } from './fixture.ts';

const MAIN = 'refs/heads/main';
const ALL = ['+refs/heads/*:refs/heads/*'];

/** A remote, a mirror of it, and a commit in the mirror that the remote has not. */
async function pair(t: TestContext, asUrl = (path: string) => path) {
  const remote = bareRepository(t);
  const hub = join(temporaryFolder(t), 'hub');
  const url = asUrl(remote);
  assert.deepEqual(await cloneMirror(url, hub, { refspecs: ALL }), { ok: true });
  const head = git(hub, ['rev-parse', 'main']);
  const next = commitOf(hub, { 'b.md': 'next' }, [head]);
  return { remote, hub, url, head, next };
}

function hook(remote: string, name: string, script: string): void {
  mkdirSync(join(remote, 'hooks'), { recursive: true });
  writeFileSync(join(remote, 'hooks', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(remote, 'hooks', name), 0o755);
}

const status = (outcome: PushOutcome, ref = MAIN) =>
  outcome.ok ? outcome.refs.get(ref)?.status : outcome.reason;

test('a bare repository is made once, on main, with its configuration', async (t) => {
  const path = join(temporaryFolder(t), 'new', 'hub.git');
  const config = { 'gc.auto': '0', 'remote.or "ig.url': 'a;b #c\\', 'core.fsync': 'committed' };
  const made = await Promise.all([1, 2, 3].map(() => createBare(path, config)));
  assert.deepEqual(made.sort(), ['created', 'exists', 'exists']);
  assert.equal(readFileSync(join(path, 'HEAD'), 'utf8'), 'ref: refs/heads/main\n');
  for (const [key, value] of Object.entries(config))
    assert.equal(git(path, ['config', key]), value);
  assert.deepEqual(readdirSync(join(path, '..')), ['hub.git']);
});

for (const [kind, asUrl] of [
  ['a path', (path: string) => path],
  ['file://', (path: string) => pathToFileURL(path).href],
] as const) {
  test(`fetch, push and list over ${kind}`, async (t) => {
    const { remote, hub, url, head, next } = await pair(t, asUrl);
    assert.equal(await readRef(hub, MAIN), head);
    const refspec = `${next}:${MAIN}`;
    assert.equal(status(await pushRefs(hub, url, [refspec], {})), 'ok');
    assert.equal(await readRef(remote, MAIN), next);
    assert.equal(status(await pushRefs(hub, url, [refspec], {})), 'up-to-date');
    assert.deepEqual(await listRemote(url, [MAIN]), new Map([[MAIN, next]]));
    assert.deepEqual(await fetchRefs(hub, url, ALL), { ok: true });
    assert.equal(await readRef(hub, MAIN), next);
    const two = [`+${head}:refs/comm-node/outbox/x`, `+${next}:refs/comm-node/outbox/y`];
    await pushRefs(hub, url, two, { atomic: true });
    const gone = await pushRefs(hub, url, [':refs/comm-node/outbox/x']);
    assert.equal(status(gone, 'refs/comm-node/outbox/x'), 'ok');
    assert.deepEqual(
      [...(await listRemote(url, ['refs/comm-node/*'])).keys()],
      ['refs/comm-node/outbox/y'],
    );
  });
}

test('a transfer through simple-git does not wait for its quick close', async (t) => {
  const { hub, url, next } = await pair(t);
  await pushRefs(hub, url, [`${next}:${MAIN}`]);
  const times = [];
  for (let n = 0; n < 5; n++) {
    const began = performance.now();
    await fetchRefs(hub, url, ALL);
    times.push(performance.now() - began);
  }
  t.diagnostic(`fetch of nothing: ${Math.min(...times).toFixed(1)} ms`);
  assert.ok(Math.min(...times) < 50, `${times}`);
});

test('who comes second is told stale, whatever the way it is noticed', async (t) => {
  const { remote, hub, url, head, next } = await pair(t);
  const other = commitOf(remote, { 'c.md': 'other' }, [head]);
  git(remote, ['update-ref', MAIN, other]);
  assert.equal(status(await pushRefs(hub, url, [`${next}:${MAIN}`])), 'stale', 'fetch first');
  await fetchRefs(hub, url, ALL);
  assert.equal(status(await pushRefs(hub, url, [`${next}:${MAIN}`])), 'stale', 'non-fast-forward');
  git(remote, ['update-ref', MAIN, head]);
  hook(remote, 'pre-receive', `unset GIT_QUARANTINE_PATH; git update-ref ${MAIN} ${other}`);
  assert.equal(
    status(await pushRefs(hub, url, [`${next}:${MAIN}`])),
    'stale',
    'is at X but expected Y',
  );
  rmSync(join(remote, 'hooks'), { recursive: true });
  const fresh = commitOf(hub, { 'd.md': 'd' }, [other]);
  writeFileSync(join(remote, `${MAIN}.lock`), '');
  assert.equal(status(await pushRefs(hub, url, [`${fresh}:${MAIN}`])), 'stale', 'cannot lock ref');
});

test('concurrent pushes: one wins, the others are stale', async (t) => {
  const { remote, hub, url, head } = await pair(t);
  hook(remote, 'pre-receive', 'sleep 0.3');
  const commits = [1, 2, 3, 4].map((n) => commitOf(hub, { 'n.md': `${n}` }, [head]));
  const outcomes = await Promise.all(commits.map((oid) => pushRefs(hub, url, [`${oid}:${MAIN}`])));
  const all = outcomes.map((outcome) => status(outcome)).sort();
  assert.deepEqual(all, ['ok', 'stale', 'stale', 'stale']);
});

test('an atomic push of two refs fails as a whole, for the guilty one’s reason', async (t) => {
  const { remote, hub, url, head, next } = await pair(t);
  git(remote, ['update-ref', MAIN, commitOf(remote, { x: '1' }, [head])]);
  const refspecs = [`${next}:${MAIN}`, `${next}:refs/heads/other`];
  const outcome = await pushRefs(hub, url, refspecs, { atomic: true });
  assert.deepEqual([status(outcome), status(outcome, 'refs/heads/other')], ['stale', 'stale']);
  assert.equal(await readRef(remote, 'refs/heads/other'), undefined);
});

test('a hook’s no is declined, with its words', async (t) => {
  const { remote, hub, url, next } = await pair(t);
  for (const name of ['pre-receive', 'update']) {
    hook(remote, name, 'echo "locks are closed today" >&2; exit 1');
    const outcome = await pushRefs(hub, url, [`${next}:${MAIN}`]);
    assert.equal(status(outcome), 'declined');
    assert.match(
      outcome.ok ? (outcome.refs.get(MAIN)?.message ?? '') : '',
      /locks are closed today/,
    );
    rmSync(join(remote, 'hooks', name));
  }
});

test('a remote that hangs is offline after the time limit', async (t) => {
  const { remote, hub, url, next } = await pair(t);
  hook(remote, 'pre-receive', 'sleep 5');
  const began = Date.now();
  const outcome = await pushRefs(hub, url, [`${next}:${MAIN}`], { timeoutMs: 500 });
  assert.equal(status(outcome), 'offline');
  assert.ok(Date.now() - began < 2500, `${Date.now() - began} ms`);
});

test('a remote that is gone, a host that is unknown, a port that is closed: offline', async (t) => {
  const { remote, hub, next } = await pair(t);
  renameSync(remote, `${remote}-away`);
  const urls = [
    remote,
    pathToFileURL(remote).href,
    'http://127.0.0.1:9/x.git',
    'ssh://127.0.0.1:9/x',
  ];
  for (const url of [...urls, 'https://no-such-host.invalid/x.git']) {
    const fetched = await fetchRefs(hub, url, ALL);
    assert.equal(fetched.ok || fetched.reason, 'offline', `${url}: ${JSON.stringify(fetched)}`);
    assert.equal(status(await pushRefs(hub, url, [`${next}:${MAIN}`])), 'offline', url);
    await assert.rejects(listRemote(url, []), { code: 'offline' });
  }
});

test('a ref the remote has not is missing', async (t) => {
  const { hub, url } = await pair(t);
  const outcome = await fetchRefs(hub, url, ['refs/heads/none:refs/heads/none']);
  assert.equal(outcome.ok || outcome.reason, 'missing');
  assert.match(outcome.ok ? '' : outcome.message, /couldn't find remote ref refs\/heads\/none/);
});

test('a damaged remote is corrupt', async (t) => {
  const { remote, hub, url, head } = await pair(t);
  const lost = commitOf(remote, { 'big.md': 'x' }, [head]);
  const blob = git(remote, ['rev-parse', `${lost}:big.md`]);
  git(remote, ['update-ref', MAIN, lost]);
  rmSync(join(remote, 'objects', blob.slice(0, 2), blob.slice(2)));
  const outcome = await fetchRefs(hub, url, ALL);
  assert.equal(outcome.ok || outcome.reason, 'corrupt', JSON.stringify(outcome));
});

test('a URL is never taken for an option', async (t) => {
  const { hub } = await pair(t);
  const mark = join(hub, 'pwned');
  const outcome = await fetchRefs(hub, `--upload-pack=touch '${mark}'`, ALL).catch(() => undefined);
  assert.notEqual(outcome?.ok, true);
  assert.equal(readdirSync(hub).includes('pwned'), false);
});

test('the user’s ssh command and askpass are passed on; a hook’s variables are not', async (t) => {
  const { hub } = await pair(t);
  const log = join(hub, 'ssh.log');
  const script = join(hub, 'my-ssh');
  writeFileSync(script, `#!/bin/sh\necho "$@ [$GIT_INDEX_FILE]" > '${log}'\nexit 1\n`);
  chmodSync(script, 0o755);
  const mine = {
    GIT_SSH_COMMAND: `'${script}'`,
    GIT_INDEX_FILE: '/x',
    EDITOR: 'vi',
    PAGER: 'less',
  };
  setEnvironment(t, { ...mine, GIT_ASKPASS: 'echo', GIT_DIR: '/nowhere' });
  await fetchRefs(hub, 'ssh://host.invalid/x', ALL);
  assert.match(readFileSync(log, 'utf8'), /host\.invalid.*git-upload-pack.*\[\]/);
});

test('a remote is named, and its refs that went away are pruned', async (t) => {
  const { remote, hub, url, head } = await pair(t);
  await addRemote(hub, 'other', 'https://example.org/ü');
  assert.equal(git(hub, ['remote', 'get-url', 'other']), 'https://example.org/ü');
  const refspecs = ['+refs/comm-node/*:refs/remotes/origin/comm-node/*'];
  git(remote, ['update-ref', 'refs/comm-node/outbox/h', head]);
  await fetchRefs(hub, url, refspecs, { prune: true });
  assert.equal(await readRef(hub, 'refs/remotes/origin/comm-node/outbox/h'), head);
  git(remote, ['update-ref', '-d', 'refs/comm-node/outbox/h']);
  await fetchRefs(hub, url, refspecs, { prune: true });
  assert.equal(await readRef(hub, 'refs/remotes/origin/comm-node/outbox/h'), undefined);
});
