import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foldFile } from '../../src/records/fold.ts';
import type { LiveRecord, Malformed } from '../../src/records/live-record.ts';
import type { Lock } from '../../src/records/lock.ts';
import {
  isHeld,
  isSafe,
  lockBoard,
  obstaclesOn,
  obstaclesTo,
} from '../../src/records/lock-board.ts';
import { formatLock, parseLock } from '../../src/records/lock-file.ts';
import { lockPath, waitPath } from '../../src/records/paths.ts';
import { formatTime } from '../../src/records/time.ts';
import { formatWait, parseWait } from '../../src/records/wait-file.ts';
import { NOW, nextId } from './fixture.ts';

const HOUR = 3_600_000;
const SKEW = 30_000;

function lock(fields: Partial<Lock> = {}): Lock {
  return {
    id: nextId(),
    holder: 'backend',
    repo: 'shop',
    paths: ['src/auth/**'],
    exclusive: true,
    fence: 1,
    created: formatTime(NOW),
    expires: formatTime(NOW + HOUR),
    extra: {},
    body: '',
    ...fields,
  };
}

function board(...files: [string, string][]) {
  const live = new Map<string, LiveRecord>();
  const malformed: Malformed[] = [];
  for (const [path, text] of files) {
    const folded = foldFile(path, text);
    if ('live' in folded) live.set(path, folded.live);
    if ('malformed' in folded) malformed.push(folded.malformed);
  }
  return lockBoard({ live, malformed }, SKEW);
}

const file = (one: Lock): [string, string] => [lockPath(one.id), formatLock(one)];
const mine = { agent: 'frontend', repo: 'shop' };
const inTheWay = (found: ReturnType<typeof obstaclesTo>) =>
  found.map((one) => ('lock' in one ? one.lock.holder : one.unreadable.path));

describe('a lock record', () => {
  test('is read as it was written, with what later versions add', () => {
    const full = lock({ task: 'shop-7', why: 'the login', key: 'k', extra: { colour: 'red' } });
    assert.deepEqual(parseLock(formatLock(full), lockPath(full.id)), full);
    const [held] = board(file(full)).locks;
    assert.deepEqual(held, full);
  });

  test('names its place, and holds globs that can be read', () => {
    const one = lock();
    const other = lockPath(nextId());
    assert.throws(() => parseLock(formatLock(one), other), /the id that the path says/);
    for (const paths of [[], ['../x'], ['src/!(a)']]) {
      assert.throws(() => parseLock(formatLock({ ...one, paths }), lockPath(one.id)), /glob/);
    }
  });

  test('so is a place in the line', () => {
    const { holder: agent, fence: place, expires: until, id, ...rest } = lock();
    const wait = { ...rest, id, agent, place, until, grace_ms: 5000, turn: formatTime(NOW) };
    assert.deepEqual(parseWait(formatWait(wait), waitPath(id)), wait);
  });
});

describe('what is in the way of a lock', () => {
  const cases: [string, Partial<Lock>, { paths: string[]; exclusive?: boolean }, boolean][] = [
    ['globs that can match one path', { paths: ['src/*.ts'] }, { paths: ['src/a*'] }, true],
    ['a wide one around a narrow one', { paths: ['**/*.py'] }, { paths: ['src/**'] }, true],
    ['not what is beside it', { paths: ['src/api/**'] }, { paths: ['src/web/**'] }, false],
    ['not both shared', { exclusive: false }, { paths: ['src/**'], exclusive: false }, false],
    ['a shared one, for an exclusive one', { exclusive: false }, { paths: ['src/**'] }, true],
    ['an exclusive one, for a shared one', {}, { paths: ['src/**'], exclusive: false }, true],
    ['not one of another repository', { repo: 'other' }, { paths: ['src/**'] }, false],
    ['not the own ones', { holder: 'frontend' }, { paths: ['src/**'] }, false],
    ['a folder and a file in it', { paths: ['src/db'] }, { paths: ['src/db/client.ts'] }, true],
    ['one of many globs', { paths: ['docs/**', 'src/x.ts'] }, { paths: ['src/*'] }, true],
  ];
  for (const [what, held, { paths, exclusive = true }, expected] of cases) {
    test(what, () => {
      const found = obstaclesTo({ ...mine, paths, exclusive }, board(file(lock(held))), NOW);
      assert.equal(found.length > 0, expected);
    });
  }

  test('until the slowest clock agrees that it is over', () => {
    const one = lock();
    const wish = { ...mine, paths: ['src/**'], exclusive: true };
    const found = (now: number) => obstaclesTo(wish, board(file(one)), now).length;
    assert.equal(found(NOW + HOUR + SKEW), 1);
    assert.equal(found(NOW + HOUR + SKEW + 1), 0);
    assert.equal(isHeld(one, NOW + HOUR + 1, SKEW), true);
    assert.equal(isSafe(one, NOW + HOUR - SKEW - 1, SKEW), true);
    assert.equal(isSafe(one, NOW + HOUR - SKEW, SKEW), false);
  });

  test('every lock that cannot be read, whatever is asked for', () => {
    const whole = formatLock(lock());
    const wish = { ...mine, repo: 'another', paths: ['x'], exclusive: false };
    const broken: [string, string][] = [
      [lockPath(nextId()), whole.slice(0, 40)],
      [lockPath(nextId()), whole.replace('schema: 1', 'schema: 2')],
      ['locks/not-an-id.md', whole],
      [lockPath(nextId()), ''],
    ];
    for (const [path, text] of broken) {
      assert.deepEqual(inTheWay(obstaclesTo(wish, board([path, text]), NOW)), [path]);
      const here = { agent: 'backend', repo: 'shop', path: 'src/auth/a.ts' };
      assert.deepEqual(inTheWay(obstaclesOn(here, board([path, text]), NOW)), [path]);
    }
    assert.deepEqual(obstaclesTo(wish, board(['locks/README.md', 'x']), NOW), []);
  });
});

describe('what is in the way of a change', () => {
  const on = (path: string, ...locks: Lock[]) =>
    inTheWay(obstaclesOn({ ...mine, path }, board(...locks.map(file)), NOW));

  test('a lock of another that matches the path', () => {
    assert.deepEqual(on('src/auth/a.ts', lock()), ['backend']);
    assert.deepEqual(on('src/auth.ts', lock()), []);
    assert.deepEqual(on('src/auth/a.ts', lock({ holder: 'frontend' })), []);
  });

  test('a shared one, unless it is shared with who asks', () => {
    const theirs = lock({ exclusive: false });
    assert.deepEqual(on('src/auth/a.ts', theirs), ['backend']);
    const own = lock({ exclusive: false, holder: 'frontend', paths: ['src/auth/a.ts'] });
    assert.deepEqual(on('src/auth/a.ts', theirs, own), []);
    assert.deepEqual(on('src/auth/b.ts', theirs, own), ['backend']);
  });
});
