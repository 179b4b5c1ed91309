import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findMessages, unreadOf } from '../../src/bus/mailbox.ts';
import type { CommError } from '../../src/errors.ts';
import { createIds } from '../../src/records/ids.ts';
import { messagePath } from '../../src/records/paths.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { audit } from '../support/storm.ts';
import { type Desk, enter, foundProject, openDesk } from './setting.ts';

/** A project of two agents, and this machine's desk at it. */
async function begin(t: TestContext, scheme: 'path' | 'file' = 'path') {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundProject(sandbox, ['backend', 'frontend']);
  const url = scheme === 'path' ? path : `file://${path}`;
  const home = join(sandbox.root, 'machine');
  const desk = await openDesk(url, home);
  t.after(() => desk.bus.close());
  return { sandbox, path, url, home, desk };
}

async function unreadCount(desk: Desk, name: string): Promise<number> {
  const view = await desk.bus.view();
  const agent = view.fold.agents.get(name);
  assert.ok(agent);
  return (await unreadOf(view, agent, 0)).count;
}

function landedCount(path: string, sandbox: Sandbox): number {
  const { landed, doubled, fsck } = audit(path, sandbox.env);
  assert.deepEqual({ doubled, fsck }, { doubled: [], fsck: '' });
  return landed.length;
}

test('a leader that died after it landed: its queue is not published twice', async (t) => {
  const { sandbox, path, desk } = await begin(t);
  const queue = join(desk.bus.hub.state, 'queue');
  const first = await desk.send('backend', 'frontend', 'Once.');
  assert.ok('published' in first);
  const id = String(first.published['id']);
  // What such a leader leaves: the request still in the queue, its lock still there.
  const base = sandbox.git(path, 'rev-parse', 'main~1');
  const request = {
    id,
    kind: 'send',
    agent: 'backend',
    at: '2026-01-01T00:00:00.000Z',
    payload: {
      type: 'announcement',
      to: ['frontend'],
      cc: [],
      priority: 'medium',
      artifacts: [],
      blocks_progress: false,
      ack_required: false,
      body: 'Once.',
    },
  };
  mkdirSync(queue, { recursive: true });
  writeFileSync(join(queue, `${id}.json`), JSON.stringify({ request, base, deferrable: true }));
  const dead = spawnSync('true').pid;
  const lock = { pid: dead, start: '1', host: '', token: 'gone' };
  writeFileSync(join(desk.bus.hub.state, 'write.lock'), JSON.stringify(lock));
  utimesSync(join(desk.bus.hub.state, 'write.lock'), 1, 1);
  const next = await desk.send('backend', 'frontend', 'Twice.');
  assert.ok('published' in next);
  assert.equal(landedCount(path, sandbox), 2);
  assert.deepEqual(readdirSync(queue), []);
});

test("a lock of Git's that was left behind is moved aside, and said", async (t) => {
  const { sandbox, path, desk } = await begin(t);
  const lock = join(path, 'refs', 'heads', 'main.lock');
  writeFileSync(lock, '');
  const longAgo = Date.now() / 1000 - 120;
  utimesSync(lock, longAgo, longAgo);
  // While such a lock stands the branch does not move: it is older still.
  utimesSync(join(path, 'refs', 'heads', 'main'), longAgo - 60, longAgo - 60);
  assert.ok('published' in (await desk.send('backend', 'frontend', 'Past the lock.')));
  assert.equal(landedCount(path, sandbox), 1);
  assert.match(desk.notices.join('\n'), /main\.lock/);
});

test('remote gone: a message is queued, an agreement fails; remote back: it leaves', async (t) => {
  const { sandbox, path, desk } = await begin(t, 'file');
  renameSync(path, `${path}.gone`);
  const sent = await desk.send('backend', 'frontend', 'Written on a plane.');
  assert.ok('queued' in sent, JSON.stringify(sent));
  await assert.rejects(
    desk.ask('docs', 'join', { domain: 'docs', repo: 'docs' }),
    (error: CommError) => {
      assert.equal(error.code, 'offline');
      assert.match(error.hint ?? '', /nothing was changed/);
      return true;
    },
  );
  assert.equal((await desk.bus.waiting()).length, 1);
  renameSync(`${path}.gone`, path);
  const received = await desk.bus.receive();
  assert.deepEqual({ sent: received.sent, kept: received.kept }, { sent: 1, kept: 0 });
  assert.equal(landedCount(path, sandbox), 1);
  assert.ok('published' in (await desk.ask('docs', 'join', { domain: 'docs', repo: 'docs' })));
});

test('queued messages leave with the next command too, in order', async (t) => {
  const { sandbox, path, desk } = await begin(t, 'file');
  renameSync(path, `${path}.gone`);
  for (const text of ['One.', 'Two.']) await desk.send('backend', 'frontend', text);
  renameSync(`${path}.gone`, path);
  await desk.send('backend', 'frontend', 'Three.');
  const subjects = sandbox.git(path, 'log', '--reverse', '--format=%s', '-3', 'main').split('\n');
  assert.deepEqual(
    subjects.map((subject) => subject.split(': ').at(-1)),
    ['One.', 'Two.', 'Three.'],
  );
  assert.equal(landedCount(path, sandbox), 3);
});

test('a hook of the remote refuses: the sender is told what it said, nothing is published or kept', async (t) => {
  const { sandbox, path, desk } = await begin(t, 'file');
  mkdirSync(join(path, 'hooks'), { recursive: true });
  const hook = join(path, 'hooks', 'pre-receive');
  writeFileSync(hook, '#!/bin/sh\necho "no mail on Sundays" >&2\nexit 1\n', { mode: 0o755 });
  await assert.rejects(desk.send('backend', 'frontend', 'Hello.'), (error: CommError) => {
    assert.equal(error.code, 'push-declined');
    assert.match(error.message, /no mail on Sundays/);
    return true;
  });
  assert.equal((await desk.bus.waiting()).length, 0);
  assert.equal(landedCount(path, sandbox), 0);
});

test('a truncated index is built again', async (t) => {
  const { desk } = await begin(t);
  for (let i = 0; i < 5; i++) await desk.send('backend', 'frontend', `Number ${i}.`);
  assert.equal(await unreadCount(desk, 'frontend'), 5);
  const index = join(desk.bus.hub.state, 'index');
  for (const name of ['log.ndjson', 'inbox/frontend.log', 'head.json']) {
    truncateSync(join(index, name), Math.floor(statSync(join(index, name)).size / 2));
    assert.equal(await unreadCount(desk, 'frontend'), 5, name);
    const all = await findMessages(await desk.bus.view(), ['"type":"announcement"'], () => true);
    assert.equal(all.length, 5, name);
  }
});

test("somebody else's malformed record hides nothing and is reported", async (t) => {
  const { sandbox, path, desk } = await begin(t);
  await desk.send('backend', 'frontend', 'Before.');
  const clone = join(sandbox.root, 'clone');
  sandbox.git(sandbox.root, 'clone', '--quiet', path, clone);
  const bad = messagePath(createIds(Date.now)());
  mkdirSync(dirname(join(clone, bad)), { recursive: true });
  writeFileSync(join(clone, bad), '---js\nprocess.exit(3)\n---\n');
  writeFileSync(join(clone, 'agents', 'eve.md'), 'no fence here\n');
  sandbox.git(clone, 'add', '.');
  sandbox.git(clone, 'commit', '--quiet', '--message', 'Break things');
  sandbox.git(clone, 'push', '--quiet', 'origin', 'main');
  await desk.send('backend', 'frontend', 'After.');
  assert.equal(await unreadCount(desk, 'frontend'), 2);
  const { malformed } = (await desk.bus.view()).fold;
  assert.deepEqual(malformed.map(({ path: file }) => file).sort(), ['agents/eve.md', bad]);
});

test('a clock two hours ahead: its mail arrives, and so does everybody else’s', async (t) => {
  const { sandbox, path, url, desk } = await begin(t);
  const fast = await openDesk(url, join(sandbox.root, 'fast'));
  fast.skew = 2 * 3600 * 1000;
  await fast.send('backend', 'frontend', 'From the future.');
  await desk.send('backend', 'frontend', 'From now.');
  fast.bus.close();
  assert.equal(await unreadCount(desk, 'frontend'), 2);
  assert.equal(landedCount(path, sandbox), 2);
});

test('an index built from nothing equals the one that grew', async (t) => {
  const { url, home, desk } = await begin(t);
  for (let i = 0; i < 12; i++) {
    const sent = await desk.send('backend', i % 3 ? 'frontend' : 'all', `Number ${i}.`);
    assert.ok('published' in sent);
    if (i % 4 === 0) {
      await desk.ask('frontend', 'read', { messages: [sent.published['id']], tokens: 3 });
    }
  }
  const grown = await inboxOf(desk, 'frontend');
  execFileSync('rm', ['-rf', join(desk.bus.hub.state, 'index')]);
  const fresh = await openDesk(url, home);
  t.after(() => fresh.bus.close());
  assert.deepEqual(await inboxOf(fresh, 'frontend'), grown);
  assert.ok(grown.length > 0);
});

async function inboxOf(desk: Desk, name: string) {
  const view = await desk.bus.view();
  const agent = view.fold.agents.get(name);
  assert.ok(agent);
  return (await unreadOf(view, agent, 100)).rows.map(({ id, summary }) => ({ id, summary }));
}

/** Runs `use` with something mounted; the reason when this machine does not let us. */
async function mounted(
  steps: readonly (readonly string[])[],
  target: string,
  use: () => Promise<void>,
): Promise<string | undefined> {
  try {
    for (const args of steps) {
      const result = spawnSync('mount', [...args, target], { encoding: 'utf8' });
      if (result.status !== 0)
        return `cannot mount here: ${result.stderr || result.error?.message}`;
    }
    await use();
    return undefined;
  } finally {
    spawnSync('umount', ['--lazy', target]);
  }
}

test('a full disk: the error says so, nothing is half-published, and it goes on when there is room', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const disk = sandbox.folder('disk');
  const reason = await mounted([['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs']], disk, async () => {
    const path = await foundProject(sandbox, ['backend', 'frontend'], 'disk/hub.git');
    const desk = await openDesk(path, join(sandbox.root, 'machine'));
    await desk.send('backend', 'frontend', 'Room enough.');
    const ballast = join(disk, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1k', 'count=4096']);
    await assert.rejects(desk.send('backend', 'frontend', 'No room.'), (error: CommError) => {
      assert.equal(error.code, 'disk-full');
      assert.ok(error.hint);
      return true;
    });
    assert.equal(await unreadCount(desk, 'frontend'), 1);
    execFileSync('rm', [ballast]);
    assert.ok('published' in (await desk.send('backend', 'frontend', 'Room again.')));
    assert.equal(landedCount(path, sandbox), 2);
    desk.bus.close();
  });
  if (reason) t.skip(reason);
});

test('a read-only hub is read; writing to it is refused with a clear error', async (t) => {
  const { sandbox, path, desk } = await begin(t);
  await desk.send('backend', 'frontend', 'Carved in stone.');
  const stone = sandbox.folder('stone.git');
  const steps = [
    ['--bind', path],
    ['-o', 'remount,ro,bind'],
  ];
  const reason = await mounted(steps, stone, async () => {
    const reader = await openDesk(stone, join(sandbox.root, 'machine'));
    assert.equal(await unreadCount(reader, 'frontend'), 1);
    await assert.rejects(reader.send('backend', 'frontend', 'Chisel.'), (error: CommError) => {
      assert.equal(error.code, 'read-only');
      return true;
    });
    reader.bus.close();
  });
  if (reason) t.skip(reason);
});

test('without the remote a name that is unknown here is refused, not queued', async (t) => {
  const { path, desk } = await begin(t, 'file');
  renameSync(path, `${path}.gone`);
  const sent = await desk.send('backend', 'frontned', 'To whom?');
  assert.ok('refused' in sent, JSON.stringify(sent));
  assert.equal(sent.refused.code, 'unknown-recipient');
  assert.equal((await desk.bus.waiting()).length, 0);
});

test('a message that somebody edits or deletes by hand: the index tells what stands', async (t) => {
  const { sandbox, path, desk } = await begin(t);
  await desk.send('backend', 'frontend', 'First.');
  const sent = await desk.send('backend', 'frontend', 'Second.');
  assert.ok('published' in sent);
  assert.equal(await unreadCount(desk, 'frontend'), 2);
  const clone = join(sandbox.root, 'clone');
  sandbox.git(sandbox.root, 'clone', '--quiet', path, clone);
  const file = messagePath(String(sent.published['id']));
  appendFileSync(join(clone, file), 'Edited.\n');
  sandbox.git(clone, 'commit', '--quiet', '--all', '--message', 'Edit');
  sandbox.git(clone, 'push', '--quiet', 'origin', 'main');
  assert.equal(await unreadCount(desk, 'frontend'), 2);
  sandbox.git(clone, 'rm', '--quiet', file);
  sandbox.git(clone, 'commit', '--quiet', '--message', 'Delete');
  sandbox.git(clone, 'push', '--quiet', 'origin', 'main');
  assert.equal(await unreadCount(desk, 'frontend'), 1);
});

test('damaged files beside the hub stop nobody', async (t) => {
  const { sandbox, path, desk } = await begin(t);
  const state = desk.bus.hub.state;
  mkdirSync(join(state, 'queue'), { recursive: true });
  mkdirSync(join(state, 'refused'), { recursive: true });
  writeFileSync(join(state, 'queue', '01KAP9Q1V8Z3YQ4T9W2X5M6N7P.json'), '{}');
  writeFileSync(join(state, 'queue', '00000000000000000000000000.json'), '{"request":');
  writeFileSync(join(state, 'queue', 'junk.answer'), 'junk');
  writeFileSync(join(state, 'refused', 'x.json'), '{"entry":');
  writeFileSync(join(state, 'pace.json'), '{"deposited":5}');
  assert.ok('published' in (await desk.send('backend', 'frontend', 'All the same.')));
  assert.deepEqual(await desk.bus.refused(), []);
  assert.deepEqual(await desk.bus.waiting(), []);
  assert.equal(landedCount(path, sandbox), 1);
});

test('a repository with a history of its own is not made a coordination repository', async (t) => {
  const { sandbox, home } = await begin(t);
  const work = sandbox.repository('product');
  const bare = join(sandbox.root, 'product.git');
  sandbox.git(sandbox.root, 'clone', '--quiet', '--bare', work, bare);
  const desk = await openDesk(bare, home);
  t.after(() => desk.bus.close());
  const outcome = await desk.ask('human', 'init', { project: 'product' });
  assert.ok('refused' in outcome);
  assert.equal(outcome.refused.code, 'not-empty');
  await assert.rejects(openDesk(join(work, '.git'), home), /has a working tree/);
});

test('a queued message that the remote refuses is set aside, and those after it go', async (t) => {
  const { sandbox, path, desk } = await begin(t, 'file');
  renameSync(path, `${path}.gone`);
  await desk.send('backend', 'frontend', 'Poison.');
  await desk.send('backend', 'frontend', 'Water.');
  renameSync(`${path}.gone`, path);
  mkdirSync(join(path, 'hooks'), { recursive: true });
  const hook = [
    '#!/bin/sh',
    'while read old new ref; do',
    '  case "$ref" in refs/heads/*) git log --format=%s "$old..$new" | grep -q Poison && exit 1 ;; esac',
    'done',
    'exit 0',
    '',
  ].join('\n');
  writeFileSync(join(path, 'hooks', 'pre-receive'), hook, { mode: 0o755 });
  const received = await desk.bus.receive();
  assert.equal(received.kept, 0);
  assert.equal(landedCount(path, sandbox), 1);
  assert.equal((await desk.bus.refused()).length, 1);
});
