import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/errors.ts';
import { createIds, idTime, isId } from '../../src/records/ids.ts';
import {
  archivePath,
  isDated,
  lockPath,
  messagePath,
  receiptPath,
  recordId,
  roomOf,
  violationPath,
} from '../../src/records/paths.ts';
import { formatDuration, formatTime, parseDuration, parseTime } from '../../src/records/time.ts';

const ID = '01KAP9Q1V8Z3YQ4T9W2X5M6N7P';
const MS = fc.integer({ min: 1, max: 253_402_300_799_999 });

test('ids grow, also within a millisecond and when the clock steps back', () => {
  fc.assert(
    fc.property(fc.array(MS, { minLength: 2, maxLength: 20 }), (clock) => {
      let tick = 0;
      const next = createIds(
        () => clock[tick++] ?? 1,
        () => 0.5,
      );
      const ids = clock.map(() => next());
      assert.deepEqual(ids, [...new Set(ids)].sort());
      assert.ok(ids.every(isId));
      assert.equal(idTime(ids[0] ?? ''), clock[0]);
    }),
  );
});

test('what is no id is refused', () => {
  const bad = [
    '',
    ID.toLowerCase(),
    ID.slice(1),
    `${ID}0`,
    ID.replace('Z', 'U'),
    `8${ID.slice(1)}`,
    `7Z${ID.slice(2)}`,
    `${ID}\n`,
  ];
  for (const text of bad) {
    assert.equal(isId(text), false, text);
    assert.throws(() => idTime(text), UsageError);
    assert.throws(() => messagePath(text), UsageError);
    assert.throws(() => lockPath(text), UsageError);
    assert.throws(() => archivePath(text), UsageError);
  }
});

test('a time reads back as it was written, and nothing else is a time', () => {
  fc.assert(fc.property(MS, (ms) => assert.equal(parseTime(formatTime(ms)), ms)));
  const bad = [
    '2026-11-22',
    '2026-11-22T09:30:00Z',
    '2026-11-22T09:30:00.000+00:00',
    '2026-02-30T09:30:00.000Z',
    '2026-11-22T24:00:00.000Z',
    ' 2026-11-22T09:30:00.000Z',
    '2026-11-22t09:30:00.000z',
    'now',
  ];
  for (const text of bad) assert.equal(parseTime(text), undefined, text);
});

test('durations', () => {
  const table: [string, number, string][] = [
    ['45s', 45_000, '45s'],
    ['2h30m', 9_000_000, '2h 30m'],
    ['14d', 1_209_600_000, '14d'],
    ['1w', 604_800_000, '7d'],
    ['1d 12h', 129_600_000, '1d 12h'],
    ['250ms', 250, '250ms'],
    ['0s', 0, '0s'],
    ['1d30s', 86_430_000, '1d'],
    ['90m', 5_400_000, '1h 30m'],
  ];
  for (const [text, ms, shown] of table) {
    assert.equal(parseDuration(text), ms, text);
    assert.equal(formatDuration(ms), shown);
  }
  assert.equal(formatDuration(-9_000_000), '-2h 30m');
  for (const text of [
    '',
    '5',
    'h',
    '-1h',
    '1.5h',
    '2 hours',
    '1h!',
    '9999999999999999d',
    '999999999999w',
    '1h 1h x',
  ]) {
    assert.throws(
      () => parseDuration(text),
      (error) => error instanceof UsageError && /2h30m/.test(error.hint ?? ''),
      text,
    );
  }
});

test('a duration shown is never more than it was, and less than a 24th short', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (ms) => {
      const shown = parseDuration(formatDuration(ms));
      assert.ok(shown <= ms && ms - shown <= ms / 24, `${ms} ${shown}`);
    }),
  );
});

test('each path tells its room and its id', () => {
  const next = createIds(
    () => Date.UTC(2026, 10, 22, 23, 59),
    () => 0.1,
  );
  const id = next();
  assert.equal(messagePath(id), `messages/2026/11/22/${id}.md`);
  fc.assert(
    fc.property(MS, (ms) => {
      const made = createIds(
        () => ms,
        () => 0.7,
      )();
      for (const path of [messagePath(made), receiptPath('backend', made), violationPath(made)]) {
        assert.equal(recordId(path), made);
        assert.equal(isDated(path), true);
        assert.equal(roomOf(path), path.split('/')[0]);
      }
      assert.equal(isDated(archivePath(made)), false);
      assert.equal(recordId(archivePath(made)), made);
    }),
  );
});

test('rooms, and what is in none', () => {
  const rooms: [string, string | undefined, string][] = [
    ['comm-node.toml', 'project', ''],
    ['agents/backend.md', 'agents', 'backend'],
    [`locks/${ID}.md`, 'locks', ID],
    ['locks/mine.md', 'locks', ''],
    ['artifacts/backend/api.yaml.md', 'artifacts', 'api.yaml'],
    ['artifacts/backend/files/readme.md', undefined, ''],
    ['artifacts/backend/files/docs/a.md', undefined, ''],
    ['artifacts/backend/files.md', 'artifacts', 'files'],
    [`budgets/bd-1/${ID}.md`, 'budgets', ID],
    ['tasks/bd-1.md', 'tasks', 'bd-1'],
    ['kickoff/start.md', 'kickoff', 'start'],
    [`orders/${ID}.md`, 'orders', ID],
    [`messages/${ID}.md`, 'messages', ''],
    [`messages/2026/11/22/x.md`, 'messages', ''],
    ['PROTOCOL.md', undefined, ''],
    ['README.md', undefined, ''],
    ['agents/README.md', undefined, ''],
    ['agents/backend.txt', undefined, ''],
    ['agents', undefined, ''],
    ['constructor/x.md', undefined, ''],
    ['', undefined, ''],
  ];
  for (const [path, room, id] of rooms) {
    assert.equal(roomOf(path), room, path);
    assert.equal(recordId(path), id, path);
  }
  assert.equal(isDated(`messages/1999/01/01/${ID}.md`), false);
  assert.equal(isDated(`receipts/2025/11/22/${ID}.md`), false);
});

test('no path makes these throw', () => {
  const part = fc.constantFrom(
    'messages',
    'receipts',
    'agents',
    'artifacts',
    'files',
    '..',
    '',
    ID,
    `${ID}.md`,
    '2026',
    '11',
    '22',
    'x.md',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part).map((parts) => parts.join('/')),
      ),
      (path) => {
        assert.equal(typeof recordId(path), 'string');
        if (isDated(path)) assert.ok(isId(recordId(path)));
        if (recordId(path) !== '') assert.notEqual(roomOf(path), undefined);
      },
    ),
  );
});
