import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unreadOf } from '../../src/bus/mailbox.ts';
import { makeDeposit } from '../../src/bus/outbox.ts';
import { CALM, writePace } from '../../src/bus/pace.ts';
import type { Entry } from '../../src/bus/queue.ts';
import { Queue } from '../../src/bus/queue.ts';
import { pushRefs } from '../../src/git/transport.ts';
import { createIds } from '../../src/records/ids.ts';
import { formatTime } from '../../src/records/time.ts';
import { searchMessages } from '../../src/services/finding.ts';
import { createSandbox } from '../support/sandbox.ts';
import { audit, runStorm } from '../support/storm.ts';
import { type Desk, enter, foundProject, openDesk } from './setting.ts';

/** Two machines at one remote. */
async function twoMachines(t: TestContext) {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundProject(sandbox, ['backend', 'frontend']);
  const url = `file://${path}`;
  const [a, b] = [
    await openDesk(url, join(sandbox.root, 'a')),
    await openDesk(url, join(sandbox.root, 'b')),
  ];
  t.after(() => {
    a.bus.close();
    b.bus.close();
  });
  return { sandbox, path, url, a, b };
}

async function unread(desk: Desk, name: string): Promise<string[]> {
  const view = await desk.bus.view();
  const agent = view.fold.agents.get(name);
  assert.ok(agent);
  return (await unreadOf(view, agent, 10_000)).rows.map(({ summary }) => summary);
}

/** Tells a hub that others were at the remote just now. */
async function warn(desk: Desk): Promise<void> {
  const pace = { ...CALM, pushMs: 50, crowd: 1, rivalAt: Date.now() };
  await writePace(desk.bus.hub, pace);
}

/** A request of one machine that lies in its outbox on the remote and in its own queue. */
async function deposit(desk: Desk, base: string): Promise<Entry> {
  const ids = createIds(Date.now);
  const payload = {
    type: 'announcement',
    to: ['frontend'],
    cc: [],
    priority: 'medium',
    artifacts: [],
    blocks_progress: false,
    ack_required: false,
    body: 'Left in the outbox.',
  };
  const request = {
    id: ids(),
    kind: 'send',
    agent: 'backend',
    at: formatTime(Date.now()),
    payload,
  };
  const entry: Entry = { request, base, waiter: undefined, deferrable: true, attempted: true };
  await new Queue(desk.bus.hub.state).put(entry);
  const spec = await makeDeposit(desk.bus.hub, [entry], ids());
  const pushed = await pushRefs(desk.bus.hub.gitDir, desk.bus.hub.url, [spec], {});
  assert.ok(pushed.ok);
  return entry;
}

test('what one machine left in its outbox, another takes along; its owner does not send it again', async (t) => {
  const { sandbox, path, a, b } = await twoMachines(t);
  const base = sandbox.git(path, 'rev-parse', 'main');
  const entry = await deposit(a, base);
  await warn(b);
  assert.ok('published' in (await b.send('frontend', 'backend', 'From the other machine.')));
  const helped = sandbox.git(path, 'log', '--format=%an %s', '--grep', entry.request.id, 'main');
  assert.match(helped, /^backend send: backend → frontend: Left in the outbox\.$/);
  // The owner's queue still holds it: with the next command it learns that it is done.
  const received = await a.bus.receive();
  assert.deepEqual({ sent: received.sent, kept: received.kept }, { sent: 1, kept: 0 });
  await a.bus.receive();
  await b.bus.receive();
  const { landed, doubled } = audit(path, sandbox.env);
  assert.deepEqual({ landed: landed.length, doubled }, { landed: 2, doubled: [] });
  assert.equal(
    sandbox.git(path, 'for-each-ref', 'refs/comm-node/outbox'),
    '',
    'each has cleared its own outbox',
  );
});

test('a deposit that cannot be read harms nobody', async (t) => {
  const { sandbox, path, b } = await twoMachines(t);
  const request = (id: string, payload: unknown) =>
    JSON.stringify({
      waiting: [{ request: { id, kind: 'send', agent: 'eve', at: 'now', payload } }],
    });
  const hostile = [
    'not json',
    'null',
    '{"waiting":{"length":1}}',
    '{"waiting":[null,5,{"request":{"id":5,"kind":"send"}}]}',
    request('../../x', {}),
    request('01KAP9Q1V8Z3YQ4T9W2X5M6N7P', null),
  ];
  const put = (ref: string, text: string) => {
    const file = join(sandbox.root, 'hostile');
    writeFileSync(file, text);
    const blob = sandbox.git(path, 'hash-object', '-w', file);
    sandbox.git(path, 'update-ref', `refs/comm-node/${ref}`, blob);
  };
  for (const [i, text] of hostile.entries()) put(`outbox/eve/${i}`, text);
  put('heartbeat/eve', 'no heartbeat');
  sandbox.git(path, 'update-ref', 'refs/comm-node/outbox/eve/commit', 'main');
  await warn(b);
  assert.ok('published' in (await b.send('frontend', 'backend', 'Undisturbed.')));
  assert.equal((await b.bus.heartbeats()).get('eve'), 0);
  assert.equal(audit(path, sandbox.env).landed.length, 1);
});

test('who cannot leave it to the leader moves the branch from the newest state', async (t) => {
  const { sandbox, path, a, b } = await twoMachines(t);
  const file = join(sandbox.root, 'lead');
  const leadOn = () => {
    writeFileSync(file, `${sandbox.git(path, 'rev-parse', 'main')} somebody\n`);
    const blob = sandbox.git(path, 'hash-object', '-w', file);
    sandbox.git(path, 'update-ref', 'refs/comm-node/lead', blob);
  };
  leadOn();
  await b.bus.receive();
  assert.ok('published' in (await a.send('frontend', 'backend', 'The branch moves on.')));
  // The leader is the same as before, as a look from afar tells.
  leadOn();
  await warn(b);
  const joined = await b.ask('docs', 'join', { domain: 'docs', repo: 'docs' });
  assert.ok('published' in joined);
});

test('a leader that is gone, or never was, is not waited for for long', async (t) => {
  const { sandbox, path, b } = await twoMachines(t);
  const file = join(sandbox.root, 'lead');
  for (const text of [`${sandbox.git(path, 'rev-parse', 'main')} nobody\n`, 'no lead\n', '']) {
    writeFileSync(file, text);
    const blob = sandbox.git(path, 'hash-object', '-w', file);
    sandbox.git(path, 'update-ref', 'refs/comm-node/lead', blob);
    await warn(b);
    assert.ok('published' in (await b.send('frontend', 'backend', 'Is anybody leading?')));
  }
  sandbox.git(path, 'update-ref', 'refs/comm-node/lead', 'main');
  await warn(b);
  assert.ok('published' in (await b.send('frontend', 'backend', 'A commit does not lead.')));
  assert.equal(audit(path, sandbox.env).landed.length, 4);
});

test('a remote that takes no two refs as one is helped all the same', async (t) => {
  const { sandbox, path, a, b } = await twoMachines(t);
  // Deleting refs is forbidden there: a deposit cannot be taken away with the push that lands it.
  sandbox.git(path, 'config', 'receive.denyDeletes', 'true');
  const entry = await deposit(a, sandbox.git(path, 'rev-parse', 'main'));
  await warn(b);
  assert.ok('published' in (await b.send('frontend', 'backend', 'After all.')));
  const { landed, doubled } = audit(path, sandbox.env);
  assert.deepEqual({ landed: landed.length, doubled }, { landed: 2, doubled: [] });
  assert.ok(landed.some(({ id }) => id === entry.request.id));
});

test('who was told no is not granted it later', async (t) => {
  const { sandbox, path, a, b } = await twoMachines(t);
  await warn(a);
  assert.ok('refused' in (await a.send('backend', 'newbie', 'Are you there?')));
  assert.equal(sandbox.git(path, 'for-each-ref', 'refs/comm-node/outbox'), '');
  await b.ask('newbie', 'join', { domain: 'newbie', repo: 'newbie' });
  await warn(b);
  await b.send('frontend', 'backend', 'One more push.');
  assert.equal(audit(path, sandbox.env).landed.length, 1);
});

test('one idempotency key is one message, whichever machine retries it', async (t) => {
  const { sandbox, path, a, b } = await twoMachines(t);
  const draft = {
    type: 'announcement',
    to: ['frontend'],
    cc: [],
    priority: 'medium',
    artifacts: [],
    blocks_progress: false,
    ack_required: false,
    body: 'Once.',
  };
  const first = await a.ask('backend', 'send', draft, 'deploy-17');
  await b.bus.receive();
  const second = await b.ask('backend', 'send', draft, 'deploy-17');
  assert.ok('published' in first && 'unneeded' in second);
  assert.equal(second.unneeded['id'], first.published['id']);
  // Two machines that retry at once, neither knowing of the other.
  const both = await Promise.all([
    a.ask('frontend', 'send', { ...draft, to: ['backend'] }, 'k'),
    b.ask('frontend', 'send', { ...draft, to: ['backend'] }, 'k'),
  ]);
  assert.equal(both.filter((answer) => 'published' in answer).length, 1);
  assert.equal(audit(path, sandbox.env).landed.length, 2);
});

test('a heartbeat makes no history and is heard on the other machine', async (t) => {
  const { sandbox, path, a, b } = await twoMachines(t);
  const before = sandbox.git(path, 'rev-parse', 'main');
  await a.bus.beat('backend');
  await a.bus.receive();
  await b.bus.receive();
  const heard = (await b.bus.heartbeats()).get('backend') ?? 0;
  assert.ok(Math.abs(Date.now() - heard) < 60_000);
  assert.equal(sandbox.git(path, 'rev-parse', 'main'), before);
});

test('old messages leave the tree, and are found all the same: here, without an index, and in a new mirror', async (t) => {
  const { sandbox, path, url, a, b } = await twoMachines(t);
  const clone = join(sandbox.root, 'clone');
  sandbox.git(sandbox.root, 'clone', '--quiet', path, clone);
  const settings = sandbox.git(clone, 'show', 'HEAD:comm-node.toml');
  writeFileSync(
    join(clone, 'comm-node.toml'),
    settings.replace(/^.*keep_records.*$/m, 'keep_records = 20'),
  );
  sandbox.git(clone, 'commit', '--quiet', '--all', '--message', 'Keep less');
  sandbox.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  await a.bus.receive();
  for (let i = 0; i < 60; i++) await a.send('backend', 'frontend', `Number ${i} of sixty.`);
  const standing = sandbox
    .git(path, 'ls-tree', '-r', '--name-only', 'main', 'messages')
    .split('\n');
  assert.ok(standing.length <= 25, `${standing.length} in the tree`);
  assert.match(sandbox.git(path, 'log', '--format=%s', 'main'), /^archive: /m);
  // One who was away all the time: the archives passed by between its two looks.
  await b.bus.receive();
  const all = Array.from({ length: 60 }, (_, i) => `Number ${i} of sixty.`);
  assert.deepEqual(await unread(a, 'frontend'), all);
  assert.deepEqual(await unread(b, 'frontend'), all);
  rmSync(join(a.bus.hub.state, 'index'), { recursive: true });
  assert.deepEqual(await unread(a, 'frontend'), all);
  const fresh = await openDesk(url, join(sandbox.root, 'fresh'));
  t.after(() => fresh.bus.close());
  assert.deepEqual(await unread(fresh, 'frontend'), all);
  const found = await searchMessages(await fresh.bus.view(), '"Number 3 of"', 10, Date.now());
  assert.deepEqual(
    found.messages.map(({ body }) => body),
    ['Number 3 of sixty.'],
  );
});

test('four machines over a slow remote: none lost, none doubled, none starved', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const agents = Array.from({ length: 8 }, (_, i) => `agent-${i + 1}`);
  const path = await foundProject(sandbox, agents);
  slow(path, 0.15);
  const reports = await runStorm(
    agents.map((agent, i) => ({
      agent,
      url: `file://${path}`,
      home: join(sandbox.root, `machine-${i % 4}`),
      seconds: 15,
    })),
    sandbox.env,
  );
  const { landed, doubled, fsck } = audit(path, sandbox.env);
  const there = new Set(landed.map(({ id }) => id));
  const lost = reports.flatMap(({ acked }) => acked).filter(({ id }) => !there.has(id));
  assert.deepEqual(
    { lost, doubled, fsck, problems: reports.flatMap(({ problems }) => problems) },
    { lost: [], doubled: [], fsck: '', problems: [] },
  );
  const counts = reports.map(({ acked }) => acked.length).sort((x, y) => x - y);
  assert.ok((counts[0] ?? 0) >= 3, `somebody starved: ${counts}`);
});

function slow(path: string, seconds: number): void {
  mkdirSync(join(path, 'hooks'), { recursive: true });
  writeFileSync(join(path, 'hooks', 'pre-receive'), `#!/bin/sh\nsleep ${seconds}\n`, {
    mode: 0o755,
  });
}
