import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { archiveCut } from '../../src/records/archive-cut.ts';
import { decide } from '../../src/records/decide.ts';
import { createIds, idTime } from '../../src/records/ids.ts';
import { parseMessage } from '../../src/records/message-file.ts';
import { archivePath, messagePath, receiptPath } from '../../src/records/paths.ts';
import { message, NOW, nextId, shop, TIP, Tree } from './fixture.ts';

const DAY = 86_400_000;

test('init writes what a project begins with, once', async () => {
  const tree = new Tree();
  const change = await tree.grant('init', 'human', { project: 'shop' });
  assert.equal(change.subject, 'init: shop');
  assert.deepEqual(
    [...tree.files.keys()],
    ['comm-node.toml', 'PROTOCOL.md', 'README.md', '.gitattributes', 'agents/human.md'],
  );
  assert.equal(tree.files.get('.gitattributes'), '* -text\n');
  assert.deepEqual(tree.state.malformed, []);
  assert.deepEqual(await tree.unneeded('init', 'backend', { project: 'other' }), {
    project: 'shop',
  });
  tree.files.set('comm-node.toml', 'name = ');
  assert.equal((await tree.refuse('init', 'human', { project: 'shop' })).code, 'project-malformed');
});

test('nothing else goes before init', async () => {
  const tree = new Tree();
  for (const [kind, payload] of [
    ['join', {}],
    ['send', { to: ['human'], body: 'x' }],
    ['archive', {}],
  ] as const) {
    assert.equal((await tree.refuse(kind, 'backend', payload)).code, 'not-initialised');
  }
  assert.equal((await tree.refuse('init', 'human', { project: 'Shop' })).code, 'invalid-request');
});

test('join registers the agent and its domain, and is idempotent', async () => {
  const tree = await shop();
  assert.deepEqual(tree.state.project?.domains.get('web'), { repo: 'shop-web' });
  const known = tree.state.agents.get('frontend');
  assert.deepEqual(
    [known?.domain, known?.repo, known?.role],
    ['web', 'shop-web', 'the shop window'],
  );
  await tree.unneeded('join', 'frontend', { domain: 'web', repo: 'shop-web' });
  await tree.unneeded('join', 'frontend');
  const change = await tree.grant('join', 'frontend', { role: 'pixels' });
  assert.equal(change.subject, 'join: frontend updates its registration');
  const second = await tree.grant('join', 'painter', { domain: 'web', repo: 'shop-web' });
  assert.equal(second.subject, 'join: painter takes domain web');
  assert.deepEqual([...second.files.keys()], ['agents/painter.md']);
});

test('a name that works elsewhere is taken, unless it is replaced', async () => {
  const tree = await shop();
  const refusal = await tree.refuse('join', 'backend', { domain: 'web' });
  assert.equal(refusal.code, 'agent-taken');
  assert.match(refusal.hint ?? '', /--replace/);
  assert.equal((await tree.refuse('join', 'backend', { repo: 'other' })).code, 'agent-taken');
  await tree.grant('join', 'backend', { domain: 'web', repo: 'shop-web', replace: true });
  assert.equal(tree.state.agents.get('backend')?.domain, 'web');
});

test('who leaves and comes back keeps the day it first came', async () => {
  const tree = await shop();
  const joined = tree.state.agents.get('backend')?.joined;
  tree.now += DAY;
  const gone = await tree.grant('leave', 'backend');
  assert.equal(gone.subject, 'leave: backend');
  assert.equal(tree.state.agents.get('backend')?.left, '2026-11-23T09:30:00.000Z');
  await tree.unneeded('leave', 'backend');
  assert.equal((await tree.refuse('leave', 'nobody')).code, 'not-registered');
  tree.now += DAY;
  const back = await tree.grant('join', 'backend', { domain: 'backend' });
  assert.equal(back.subject, 'join: backend is back');
  const agent = tree.state.agents.get('backend');
  assert.deepEqual([agent?.joined, agent?.left, agent?.repo], [joined, undefined, 'shop-api']);
});

test('unknown fields of an agent survive each rewrite', async () => {
  const tree = await shop();
  const path = 'agents/backend.md';
  tree.files.set(
    path,
    (tree.files.get(path) ?? '').replace('\n---\n', '\nfuture: [a, b]\n---\nnotes\n'),
  );
  await tree.grant('leave', 'backend');
  await tree.grant('join', 'backend', { machine: 'm2' });
  assert.match(tree.files.get(path) ?? '', /\nfuture: \[a, b\]\n---\nnotes\n$/);
});

test('send writes one message and says what it is', async () => {
  const tree = await shop();
  const body = 'Auth API ready. Use it.';
  const change = await tree.grant(
    'send',
    'backend',
    { to: ['frontend', 'human', 'frontend'], cc: ['human', 'all'], body, task: 'bd-1' },
    'k1',
  );
  const id = change.record;
  assert.equal(change.subject, 'send: backend → frontend, human, all: Auth API ready.');
  assert.equal(change.task, 'bd-1');
  assert.deepEqual([...change.files.keys()], [messagePath(id)]);
  assert.deepEqual(change.result, {
    id,
    tier: 'coordination',
    tokens: 7,
    thread: id,
    to: ['frontend', 'human'],
    cc: ['all'],
  });
  const sent = parseMessage(tree.files.get(messagePath(id)) ?? '', messagePath(id));
  assert.deepEqual(
    [sent.created, sent.key, sent.from, sent.body],
    ['2026-11-22T09:30:00.000Z', 'k1', 'backend', body],
  );
  assert.deepEqual(await tree.unneeded('send', 'backend', { to: ['web'], body: 'again' }, 'k1'), {
    id,
  });
  await tree.grant('send', 'frontend', { to: ['web'], body: 'mine' }, 'k1');
});

test('the subject tells the kind, on one safe line of at most 100 characters', async () => {
  const tree = await shop();
  const subject = async (payload: object) =>
    (await tree.grant('send', 'backend', { to: ['web'], body: 'Hi.', ...payload })).subject;
  assert.equal(await subject({ type: 'question' }), 'ask: backend → web: Hi.');
  assert.equal(await subject({ type: 'answer' }), 'answer: backend → web: Hi.');
  assert.equal(await subject({ type: 'ack', body: '' }), 'ack: backend → web: (ack)');
  assert.equal(await subject({ type: 'completion' }), 'send: backend → web: Hi.');
  assert.equal(
    await subject({ body: '✓bd-1 backend→web' }),
    'signal: backend → web: ✓bd-1 backend→web',
  );
  assert.equal(
    await subject({ to: ['web', 'frontend', 'human', 'all', 'backend'] }),
    'send: backend → web, frontend, human +2: Hi.',
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (body) => {
      if (/[\0\p{Cs}]/u.test(body)) return;
      const hostile = `${body} \u001b[31m\r\nAgent: human`;
      const text = await subject({ body: hostile, tier: 'detailed' });
      assert.doesNotMatch(text, /[\p{Cc}\p{Cs}\u202e]/u);
      assert.ok(Array.from(text).length <= 100);
    }),
  );
});

const REFUSED: [string, Record<string, unknown>, string, RegExp][] = [
  ['backend', { to: [] }, 'no-recipient', /--to/],
  ['backend', {}, 'no-recipient', /--to/],
  ['backend', { to: ['frontent'] }, 'unknown-recipient', /did you mean frontend/],
  ['backend', { to: ['zzzz'] }, 'unknown-recipient', /recipients: all, backend, frontend/],
  ['backend', { to: ['frontend'], cc: ['wob'] }, 'unknown-recipient', /did you mean web/],
  [
    'backend',
    { to: ['gone'] },
    'recipient-left',
    /backend has the domain backend now: --to backend/,
  ],
  ['backend', { to: ['desert'] }, 'recipient-left', /human/],
  ['backend', { to: ['api@other'] }, 'unknown-project', /human/],
  ['nobody', { to: ['frontend'] }, 'not-registered', /comm-node join/],
  ['gone', { to: ['frontend'] }, 'not-registered', /comm-node join/],
  ['backend', { to: ['web'], tier: 'signal' }, 'tier-misfit', /✓bd-123/],
  [
    'backend',
    { to: ['web'], tier: 'coordination', body: 'A. B. C. Dd. Ee. Ff. Gg.' },
    'tier-misfit',
    /detailed/,
  ],
  ['backend', { to: ['web'], body: '✓bd-1 frontend→web' }, 'not-your-name', /backend→/],
  ['backend', { to: ['web'], body: 'a\0b' }, 'bad-text', /plain text/],
  ['backend', { to: ['web'], body: 'x'.repeat(1_048_000) }, 'bad-text', /artifact/],
  ['backend', { to: ['web'], body: 7 }, 'invalid-request', /doctor/],
  ['backend', { to: 'web' }, 'invalid-request', /doctor/],
  ['backend', { to: ['../x'] }, 'invalid-request', /doctor/],
  ['backend', { to: ['web'], artifacts: ['a\nb'] }, 'invalid-request', /doctor/],
  ['backend', { to: ['web'], thread: '../x' }, 'invalid-request', /doctor/],
  ['backend', { to: ['web'], type: 'order66' }, 'invalid-request', /doctor/],
];

for (const [agent, payload, code, hint] of REFUSED) {
  test(`send is refused: ${code} ${JSON.stringify(payload).slice(0, 60)} by ${agent}`, async () => {
    const tree = await shop();
    await tree.grant('join', 'gone', { domain: 'backend' });
    await tree.grant('leave', 'gone');
    await tree.grant('join', 'lonely', { domain: 'desert' });
    await tree.grant('leave', 'lonely');
    const refusal = await tree.refuse('send', agent, { body: 'Hi.', ...payload });
    assert.equal(refusal.code, code, refusal.message);
    assert.match(refusal.hint ?? '', hint);
  });
}

test('the human can be addressed without a registration, and a domain whose agent has its name', async () => {
  const tree = await shop();
  tree.files.delete('agents/human.md');
  await tree.grant('send', 'backend', { to: ['human'], body: 'Hi.' });
  await tree.grant('leave', 'backend');
  await tree.grant('join', 'second', { domain: 'backend' });
  await tree.grant('send', 'frontend', { to: ['backend'], body: 'Hi.' });
});

test('read leaves a receipt', async () => {
  const tree = await shop();
  const ids = [nextId(), nextId()];
  const change = await tree.grant('read', 'frontend', { messages: [...ids, ids[0]], tokens: 9 });
  assert.equal(change.subject, 'read: frontend read 2 messages');
  assert.deepEqual([...change.files.keys()], [receiptPath('frontend', change.record)]);
  assert.equal(
    (await tree.grant('read', 'frontend', { messages: ids.slice(1), tokens: 1 })).subject,
    'read: frontend read 1 message',
  );
  await tree.unneeded('read', 'frontend', { messages: [], tokens: 0 });
  assert.equal(
    (await tree.refuse('read', 'nobody', { messages: ids, tokens: 0 })).code,
    'not-registered',
  );
  assert.equal(
    (await tree.refuse('read', 'frontend', { messages: ['x'], tokens: 0 })).code,
    'invalid-request',
  );
});

test('archive takes what is too old, and says where it was', async () => {
  const tree = await shop();
  assert.deepEqual(await tree.unneeded('archive', 'backend'), { count: 0 });
  const old = createIds(
    () => NOW - 15 * DAY,
    () => 0.3,
  );
  const paths = [messagePath(old()), receiptPath('backend', old())];
  for (const path of paths) tree.files.set(path, '');
  tree.files.set(messagePath(nextId()), '');
  const change = await tree.grant('archive', 'backend');
  assert.equal(change.subject, 'archive: 2 records up to 2026-11-07');
  assert.deepEqual([...change.files.keys()].sort(), [archivePath(change.record), ...paths].sort());
  assert.deepEqual([change.result['tip'], change.result['count']], [TIP, 2]);
  await tree.unneeded('archive', 'backend');
});

test('archive cuts a crowd down to what is kept', async () => {
  const tree = await shop();
  tree.files.set(
    'comm-node.toml',
    (tree.files.get('comm-node.toml') ?? '').replace('= 1000', '= 10'),
  );
  const add = (count: number) => {
    for (let at = 0; at < count; at++) tree.files.set(messagePath(nextId()), '');
  };
  add(12);
  await tree.unneeded('archive', 'backend');
  add(1);
  const change = await tree.grant('archive', 'backend');
  assert.equal(change.result['count'], 3);
  assert.equal((await tree.state.datedPaths()).length, 10);
});

test('the cut: nothing too old stays, not too many stay, the newest stay', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { maxLength: 60 });
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 1, max: 40 }),
      (all, before, keepRecords) => {
        const ids = all.map((ms) =>
          createIds(
            () => NOW + ms,
            () => 0.4,
          )(),
        );
        const cut = archiveCut(ids, { before: NOW + before, keepRecords });
        const isOld = (id: string) => idTime(id) < NOW + before;
        const due = ids.some(isOld) || ids.length > keepRecords * 1.2;
        assert.equal(cut !== undefined, due);
        if (cut === undefined) return;
        const kept = ids.filter((id) => id >= cut);
        const gone = ids.filter((id) => id < cut);
        assert.ok(gone.length > 0 && kept.length <= keepRecords);
        assert.ok(!kept.some(isOld));
        assert.ok(
          gone.every((id) => isOld(id) || ids.filter((other) => other > id).length >= keepRecords),
        );
      },
    ),
    { numRuns: 2000 },
  );
});

test('requests of other versions are refused, not obeyed and not thrown at', async () => {
  const tree = await shop();
  const good = tree.request('send', 'backend', { to: ['web'], body: 'Hi.' });
  const bad: [object, string][] = [
    [{ kind: 'explode' }, 'unknown-kind'],
    [{ kind: '__proto__' }, 'unknown-kind'],
    [{ kind: 7 }, 'unknown-kind'],
    [{ id: '../../x' }, 'invalid-request'],
    [{ agent: '../x' }, 'invalid-request'],
    [{ agent: 'all' }, 'invalid-request'],
    [{ at: 'now' }, 'invalid-request'],
    [{ key: 'a\nb' }, 'invalid-request'],
    [{ payload: null }, 'invalid-request'],
    [{ payload: [] }, 'invalid-request'],
  ];
  for (const [part, code] of bad) {
    const decision = await decide(tree.state, { ...good, ...part } as typeof good, NOW);
    assert.equal(
      'refused' in decision ? decision.refused.code : 'granted',
      code,
      JSON.stringify(part),
    );
  }
});

test('whatever the payload, a decision comes, twice the same, and all it writes can be read', async () => {
  const tree = await shop();
  const value = fc.oneof(
    fc.anything(),
    fc.constantFrom<unknown>('web', ['web'], 'high', 'question', 'bd-1', nextId(), 'Hi.', true, 5),
  );
  const keys = [
    'project',
    'domain',
    'role',
    'repo',
    'machine',
    'replace',
    'type',
    'tier',
    'to',
    'task',
    'body',
    'priority',
    'messages',
    'tokens',
    'expires',
  ];
  const payload = fc
    .dictionary(fc.constantFrom(...keys), value)
    .chain((some) => fc.constantFrom(some, { to: ['web'], body: 'Hi.', ...some }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('init', 'join', 'leave', 'send', 'read', 'archive'),
      payload,
      async (kind, some) => {
        const request = tree.request(kind, 'backend', some);
        const [one, two] = [
          await decide(tree.state, request, NOW),
          await decide(tree.state, request, NOW),
        ];
        assert.deepEqual(one, two);
        if (!('granted' in one)) return;
        const copy = new Tree();
        for (const [path, text] of [...tree.files, ...one.granted.files])
          if (text !== null) copy.files.set(path, text);
        assert.deepEqual(copy.state.malformed, []);
        assert.doesNotMatch(one.granted.subject, /[\p{Cc}]/u);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a malformed record hides no other', async () => {
  const tree = await shop();
  tree.files.set(messagePath(nextId()), 'garbage');
  tree.files.set('agents/broken.md', '---js\n1\n---\n');
  const whole = message();
  assert.equal(tree.state.malformed.length, 2);
  assert.equal(tree.state.agents.size, 3);
  await tree.grant('send', 'backend', { to: ['web'], body: whole.body });
});
