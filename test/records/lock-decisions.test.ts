import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../src/records/decide.ts';
import { type LockBoard, obstaclesTo } from '../../src/records/lock-board.ts';
import { boardOf } from '../../src/records/lock-changes.ts';
import { parseMessage } from '../../src/records/message-file.ts';
import { lockPath, messagePath } from '../../src/records/paths.ts';
import { formatTime } from '../../src/records/time.ts';
import { shop, type Tree } from './fixture.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const SKEW = 30_000;

/** Four agents without scopes in one repository, so that only locks are in the way. */
async function crowd(): Promise<Tree> {
  const tree = await shop();
  for (const agent of ['ann', 'bob', 'cem', 'dag']) {
    await tree.grant('join', agent, { domain: 'all-of-it', repo: 'mono' });
  }
  return tree;
}

const ask = (paths: string[], more: Record<string, unknown> = {}) => ({
  repo: 'mono',
  paths,
  ttl_ms: HOUR,
  ...more,
});
const wait = (tree: Tree, minutes = 10) => ({
  wait: { until: formatTime(tree.now + minutes * MINUTE), grace_ms: 5000 },
});
const lockOf = (change: { result: Readonly<Record<string, unknown>> }) =>
  change.result['lock'] as {
    id: string;
    fence: number;
    expires: string;
    holder: string;
    safe_until: string;
  };
const placeOf = (change: { result: Readonly<Record<string, unknown>> }) =>
  change.result['place'] as { id: string; place: number };
const holders = (tree: Tree) => boardOf(tree.state).locks.map(({ holder }) => holder);
const turns = (tree: Tree) =>
  boardOf(tree.state)
    .waits.filter(({ turn }) => turn !== undefined)
    .map(({ agent }) => agent);

describe('lock', () => {
  test('is granted to one, and names itself to the other', async () => {
    const tree = await crowd();
    const change = await tree.grant('lock', 'ann', ask(['src/auth/**'], { task: 'shop-7' }));
    assert.equal(change.subject, 'lock: ann src/auth/** for 1h');
    assert.equal(change.task, 'shop-7');
    const { id, fence, expires } = lockOf(change);
    assert.deepEqual([...change.files.keys()].sort(), [lockPath(id), 'locks/fence.md'].sort());
    assert.deepEqual([fence, expires], [1, formatTime(tree.now + HOUR)]);
    const refusal = await tree.refuse('lock', 'bob', ask(['docs/**', 'src/**/*.ts']));
    assert.equal(refusal.code, 'lock-held');
    assert.match(refusal.message, /ann holds src\/auth\/\*\* until \S+ \(in 1h\) for shop-7/);
    assert.match(refusal.hint ?? '', /--wait 10m/);
    const { safe_until, ...told } = lockOf(change);
    assert.equal(safe_until, formatTime(tree.now + HOUR - SKEW));
    assert.deepEqual(refusal.data?.['conflicts'], [told]);
    assert.deepEqual(holders(tree), ['ann'], 'nothing of it was granted');
  });

  test('names every conflict', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['a/**']));
    await tree.grant('lock', 'bob', ask(['b/**'], { exclusive: false }));
    await tree.grant('lock', 'cem', ask(['c/**']));
    const { message, data } = await tree.refuse('lock', 'dag', ask(['a/*', 'b/x', 'd']));
    assert.match(message, /ann holds a\/\*\* .*; bob holds b\/\*\* \(shared\)/);
    const conflicts = data?.['conflicts'] as unknown[] | undefined;
    assert.equal(conflicts?.length, 2);
  });

  test('is shared by those who share', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['src/**'], { exclusive: false }));
    await tree.grant('lock', 'bob', ask(['src/a*'], { exclusive: false }));
    await tree.refuse('lock', 'cem', ask(['src/abc']));
    await tree.grant('lock', 'cem', ask(['lib/**']));
  });

  test('asked for again is prolonged, with the same fence', async () => {
    const tree = await crowd();
    const first = lockOf(await tree.grant('lock', 'ann', ask(['a', 'b'])));
    tree.now += MINUTE;
    const change = await tree.grant('lock', 'ann', ask(['b', 'a']));
    assert.match(change.subject, /^renew: ann/);
    const { id, fence, expires } = lockOf(change);
    assert.deepEqual([id, fence, expires], [first.id, 1, formatTime(tree.now + HOUR)]);
    const shorter = await tree.grant('lock', 'ann', ask(['a', 'b'], { ttl_ms: MINUTE }));
    assert.equal(lockOf(shorter).expires, expires, 'it never ends sooner');
  });

  test('with the same key is the same lock', async () => {
    const tree = await crowd();
    const { id } = lockOf(await tree.grant('lock', 'ann', ask(['a']), 'key'));
    const again = await tree.unneeded('lock', 'ann', ask(['other']), 'key');
    assert.equal((again['lock'] as { id: string }).id, id);
  });

  test('is over for others when the slowest clock agrees, and swept by the next writer', async () => {
    const tree = await crowd();
    const { id } = lockOf(await tree.grant('lock', 'ann', ask(['a'])));
    tree.now += HOUR + SKEW;
    await tree.refuse('lock', 'bob', ask(['a']));
    tree.now += 1;
    const change = await tree.grant('lock', 'bob', ask(['a']));
    assert.equal(change.files.get(lockPath(id)), null);
    assert.equal(lockOf(change).fence, 2);
    assert.deepEqual(holders(tree), ['bob']);
  });

  test('fences grow although locks go, and although their record goes', async () => {
    const tree = await crowd();
    for (const fence of [1, 2, 3]) {
      assert.equal(lockOf(await tree.grant('lock', 'ann', ask(['a']))).fence, fence);
      await tree.grant('unlock', 'ann', { all: true });
    }
    await tree.grant('lock', 'ann', ask(['a']));
    tree.files.delete('locks/fence.md');
    assert.equal(lockOf(await tree.grant('lock', 'ann', ask(['b']))).fence, 5);
    tree.files.set('locks/fence.md', 'gone');
    assert.equal((await tree.refuse('lock', 'ann', ask(['c']))).code, 'fence-malformed');
  });

  test('a record that cannot be read holds everything, until the human takes it away', async () => {
    const tree = await crowd();
    const { id } = lockOf(await tree.grant('lock', 'ann', ask(['a'])));
    tree.files.set(lockPath(id), (tree.files.get(lockPath(id)) ?? '').slice(0, 60));
    const refusal = await tree.refuse('lock', 'bob', { ...ask(['x']), repo: 'shop-api' });
    assert.equal(refusal.code, 'outside-scope');
    const held = await tree.refuse('lock', 'bob', ask(['far/away']));
    assert.match(held.message, /cannot be read counts as held/);
    await tree.grant('unlock', 'human', { ids: [id], force: true });
    await tree.grant('lock', 'bob', ask(['far/away']));
  });

  test('asks for the scope first', async () => {
    const tree = await crowd();
    await tree.grant('join', 'keeper', { domain: 'auth', repo: 'mono', scope: ['src/auth/**'] });
    await tree.grant('lock', 'keeper', ask(['src/auth/a.ts']));
    const refusal = await tree.refuse('lock', 'ann', ask(['src/**']));
    assert.equal(refusal.code, 'outside-scope');
    assert.deepEqual(refusal.data?.['owner'], 'auth');
    assert.match(refusal.hint ?? '', /comm-node ask keeper/);
    const other = await tree.refuse('lock', 'keeper', ask(['README.md']));
    assert.equal(other.data?.['owner'], 'all-of-it');
    await tree.refuse('lock', 'human', ask(['src/auth/a.ts']));
    await tree.grant('lock', 'human', ask(['src/auth/b.ts', 'README.md']));
  });

  test('refuses leases that protect nobody, and requests that make no sense', async () => {
    const tree = await crowd();
    for (const ttl_ms of [0, SKEW, 31 * 24 * HOUR]) {
      assert.equal((await tree.refuse('lock', 'ann', ask(['a'], { ttl_ms }))).code, 'bad-lease');
    }
    for (const wrong of [{ paths: [] }, { paths: ['/a'] }, { repo: '' }, { ttl_ms: 1.5 }]) {
      assert.equal((await tree.refuse('lock', 'ann', ask(['a'], wrong))).code, 'invalid-request');
    }
    assert.equal((await tree.refuse('lock', 'nobody', ask(['a']))).code, 'not-registered');
  });
});

describe('unlock', () => {
  test('gives back what is named: by id, by path, all', async () => {
    const tree = await crowd();
    const { id } = lockOf(await tree.grant('lock', 'ann', ask(['a/**', 'b/**'])));
    const part = await tree.grant('unlock', 'ann', { repo: 'mono', paths: ['b/**'] });
    assert.match(part.subject, /^unlock: ann/);
    assert.deepEqual(boardOf(tree.state).locks[0]?.paths, ['a/**']);
    await tree.grant('lock', 'bob', ask(['b/x']));
    await tree.grant('unlock', 'ann', { ids: [id] });
    assert.deepEqual(holders(tree), ['bob']);
    assert.equal((await tree.refuse('unlock', 'ann', { all: true })).code, 'no-lock');
    assert.equal(
      (await tree.refuse('unlock', 'ann', { repo: 'mono', paths: ['b/**'] })).code,
      'no-lock',
    );
  });

  test('of another is refused; by force it is the human only, and the holder is told', async () => {
    const tree = await crowd();
    const { id } = lockOf(await tree.grant('lock', 'ann', ask(['a/**'])));
    assert.equal((await tree.refuse('unlock', 'bob', { ids: [id] })).code, 'not-your-lock');
    for (const named of [{ ids: [id] }, { repo: 'mono', paths: ['a/x'] }]) {
      const refusal = await tree.refuse('unlock', 'bob', { ...named, force: true });
      assert.equal(refusal.code, 'only-human');
    }
    assert.equal((await tree.refuse('unlock', 'human', { ids: [id] })).code, 'not-your-lock');
    const change = await tree.grant('unlock', 'human', {
      repo: 'mono',
      paths: ['a/x'],
      force: true,
      why: 'ann is on holiday',
    });
    assert.equal(change.subject, 'unlock: human breaks the lock of ann on a/**: ann is on holiday');
    const [path, text] = [...change.files].find(([name]) => name.startsWith('messages/')) ?? [];
    const message = parseMessage(text ?? '', path ?? '');
    assert.equal(path, messagePath(message.id));
    assert.deepEqual([message.to, message.type, message.from], [['ann'], 'order', 'human']);
    assert.match(message.body, /ann is on holiday\./);
    assert.deepEqual(holders(tree), []);
  });

  test('is done by whoever leaves', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['a']));
    await tree.grant('lock', 'bob', ask(['a'], wait(tree)));
    await tree.grant('leave', 'ann');
    assert.deepEqual(holders(tree), []);
    assert.deepEqual(turns(tree), ['bob']);
    await tree.grant('leave', 'bob');
    assert.deepEqual(boardOf(tree.state).waits, []);
  });
});

describe('renew', () => {
  test('prolongs what is held, and nothing that has expired', async () => {
    const tree = await crowd();
    const { id } = lockOf(await tree.grant('lock', 'ann', ask(['a'])));
    tree.now += HOUR;
    const change = await tree.grant('renew', 'ann', { ids: [id], ttl_ms: HOUR });
    const [lock] = change.result['locks'] as { expires: string; fence: number }[];
    assert.deepEqual([lock?.expires, lock?.fence], [formatTime(tree.now + HOUR), 1]);
    tree.now += HOUR + SKEW + 1;
    assert.equal((await tree.refuse('renew', 'ann', { ids: [id], ttl_ms: HOUR })).code, 'no-lock');
    assert.equal((await tree.refuse('renew', 'bob', { all: true, ttl_ms: HOUR })).code, 'no-lock');
  });
});

describe('the line', () => {
  test('is first come, first served, and nobody passes by', async () => {
    const tree = await crowd();
    const { id } = lockOf(await tree.grant('lock', 'ann', ask(['src/a.ts'])));
    const bob = placeOf(await tree.grant('lock', 'bob', ask(['src/**'], wait(tree))));
    const cem = placeOf(await tree.grant('lock', 'cem', ask(['src/b.ts'], wait(tree))));
    assert.ok(bob.place < cem.place);
    const refusal = await tree.refuse('lock', 'dag', ask(['src/c.ts']));
    assert.match(refusal.message, /bob came first and waits for src\/\*\*/);
    await tree.grant('lock', 'dag', ask(['lib/**']));
    await tree.grant('unlock', 'ann', { ids: [id] });
    assert.deepEqual(turns(tree), ['bob']);
    const other = await tree.refuse('lock', 'bob', ask(['src/b.ts'], { claim: bob.id }));
    assert.equal(other.code, 'turn-lost', 'a place is for what it was given for');
    const early = await tree.unneeded('lock', 'cem', ask(['src/b.ts'], { claim: cem.id }));
    assert.equal((early['conflicts'] as { holder: string }[])[0]?.holder, 'bob');
    const own = lockOf(await tree.grant('lock', 'bob', ask(['src/**'], { claim: bob.id })));
    assert.equal(own.holder, 'bob');
    await tree.grant('unlock', 'bob', { all: true });
    await tree.grant('lock', 'cem', ask(['src/b.ts'], { claim: cem.id }));
    assert.deepEqual(boardOf(tree.state).waits, []);
  });

  test('a turn that nobody takes passes on', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['a']));
    const bob = placeOf(await tree.grant('lock', 'bob', ask(['a'], wait(tree))));
    const cem = placeOf(await tree.grant('lock', 'cem', ask(['a'], wait(tree))));
    await tree.grant('unlock', 'ann', { all: true });
    tree.now += 5000 + SKEW + 1;
    await tree.grant('lock', 'cem', ask(['a'], { claim: cem.id }));
    assert.equal(
      (await tree.refuse('lock', 'bob', ask(['a'], { claim: bob.id }))).code,
      'turn-lost',
    );
  });

  test('whoever comes back for the same has kept its place', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['a']));
    const first = placeOf(await tree.grant('lock', 'bob', ask(['a'], wait(tree))));
    await tree.grant('lock', 'cem', ask(['a'], wait(tree)));
    tree.now += MINUTE;
    const again = placeOf(await tree.grant('lock', 'bob', ask(['a'], wait(tree))));
    assert.deepEqual(again.place, first.place);
    assert.equal(boardOf(tree.state).waits.length, 2);
    await tree.grant('unlock', 'ann', { all: true });
    await tree.grant('lock', 'bob', ask(['a']));
    assert.deepEqual(
      boardOf(tree.state).waits.map(({ agent }) => agent),
      ['cem'],
    );
  });

  test('also when a lease ran out and nobody gave it back', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['a'], { ttl_ms: MINUTE }));
    await tree.grant('lock', 'bob', ask(['a'], wait(tree)));
    tree.now += MINUTE + SKEW + 1;
    const first = await decide(tree.state, tree.request('lock', 'cem', ask(['a'])), tree.now);
    assert.ok('granted' in first, 'bob has died in line: his turn is noted');
    const change = await tree.grant('lock', 'cem', ask(['a']));
    assert.equal((change.result['refused'] as { code: string }).code, 'lock-held');
    assert.deepEqual(turns(tree), ['bob']);
    tree.now += 5000 + SKEW + 1;
    assert.equal(lockOf(await tree.grant('lock', 'cem', ask(['a']))).holder, 'cem');
  });

  test('who is waited for passes those who wait for it', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['a']));
    await tree.grant('lock', 'bob', ask(['a', 'b'], wait(tree)));
    await tree.grant('lock', 'cem', ask(['b', 'c'], wait(tree)));
    await tree.grant('lock', 'ann', ask(['c']));
    await tree.refuse('lock', 'dag', ask(['c']));
  });

  test('two that would wait for one another are told', async () => {
    const tree = await crowd();
    await tree.grant('lock', 'ann', ask(['a']));
    await tree.grant('lock', 'bob', ask(['b']));
    await tree.grant('lock', 'bob', ask(['a'], wait(tree)));
    const refusal = await tree.refuse('lock', 'ann', ask(['b'], wait(tree)));
    assert.equal(refusal.code, 'deadlock');
  });
});

describe('whatever happens', () => {
  const globs = ['a', 'a/*', 'b', 'b/x', '*', '**', '{a,b}/x', 'c/**'];
  const step = fc.record({
    agent: fc.constantFrom('ann', 'bob', 'cem', 'dag'),
    kind: fc.constantFrom('lock', 'lock', 'lock', 'wait', 'claim', 'claim', 'unlock', 'renew'),
    paths: fc.uniqueArray(fc.constantFrom(...globs), { minLength: 1, maxLength: 2 }),
    exclusive: fc.boolean(),
    ttl_ms: fc.constantFrom(SKEW + 1, 2 * MINUTE, HOUR),
    after: fc.constantFrom(0, 0, 1000, MINUTE, 10 * MINUTE),
  });

  test('no two hold what conflicts, fences grow, and a turn is called when all is free', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const tree = await crowd();
        let lastFence = 0;
        for (const { agent, kind, paths, exclusive, ttl_ms, after } of steps) {
          tree.now += after;
          const board = boardOf(tree.state);
          const place = board.waits.find((one) => one.agent === agent);
          const payload =
            kind === 'unlock' || kind === 'renew'
              ? { all: true, ...(kind === 'renew' ? { ttl_ms } : {}) }
              : kind === 'claim' && place
                ? ask([...place.paths], { exclusive: place.exclusive, ttl_ms, claim: place.id })
                : ask(paths, { exclusive, ttl_ms, ...(kind === 'wait' ? wait(tree) : {}) });
          const verb = kind === 'unlock' || kind === 'renew' ? kind : 'lock';
          const decision = await decide(tree.state, tree.request(verb, agent, payload), tree.now);
          if (!('granted' in decision)) continue;
          for (const [path, text] of decision.granted.files) {
            if (text === null) tree.files.delete(path);
            else tree.files.set(path, text);
          }
          const { lock, renewed } = decision.granted.result as {
            lock?: { fence: number };
            renewed?: true;
          };
          if (lock && !renewed) {
            assert.ok(lock.fence > lastFence);
            lastFence = lock.fence;
          }
          assertExclusive(boardOf(tree.state), tree.now);
        }
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 150) },
    );
  });

  function assertExclusive(board: LockBoard, now: number): void {
    for (const lock of board.locks) {
      const found = obstaclesTo({ ...lock, agent: lock.holder }, board, now);
      assert.deepEqual(found, [], `${lock.holder} ${lock.paths}`);
    }
    const waiting = board.waits.filter(({ turn }) => turn !== undefined);
    for (const one of waiting) {
      assert.deepEqual(obstaclesTo(one, board, now), [], 'a turn is only called when it is free');
    }
  }
});
