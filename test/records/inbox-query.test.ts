import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/errors.ts';
import type { Agent } from '../../src/records/agent.ts';
import { addressedTo, inboxOrder, rankOf } from '../../src/records/inbox.ts';
import type { Message } from '../../src/records/message.ts';
import { matches, needles, parseQuery } from '../../src/records/query.ts';
import { formatTime } from '../../src/records/time.ts';
import { message, NOW } from './fixture.ts';

const agent = (name: string, domain?: string, joined = NOW - 1000): Agent => ({
  name,
  ...(domain === undefined ? {} : { domain }),
  joined: formatTime(joined),
  extra: {},
  body: '',
});

test('who a message is for', () => {
  const table: [Partial<Message>, Agent, boolean][] = [
    [{ to: ['frontend'] }, agent('frontend'), true],
    [{ to: ['x'], cc: ['frontend'] }, agent('frontend'), true],
    [{ to: ['x'] }, agent('frontend', 'web'), false],
    [{ to: ['web'] }, agent('frontend', 'web'), true],
    [{ to: ['all'] }, agent('frontend'), true],
    [{ to: ['x'], cc: ['all'] }, agent('frontend'), true],
    [{ to: ['human'] }, agent('human'), true],
    [{ to: ['all'] }, agent('human'), true],
    [{ to: ['all'] }, agent('backend'), false],
    [{ to: ['backend-team'] }, agent('backend', 'backend-team'), false],
    [{ to: ['backend'] }, agent('backend'), true],
    [{ to: ['all'] }, agent('late', 'web', NOW + 30_000), true],
    [{ to: ['all'] }, agent('late', 'web', NOW + 30_001), false],
    [{ to: ['web'] }, agent('late', 'web', NOW + 60_000), false],
    [{ to: ['late'] }, agent('late', 'web', NOW + 60_000), true],
  ];
  for (const [fields, who, is] of table) {
    assert.equal(addressedTo(message(fields), who), is, JSON.stringify([fields, who]));
  }
  assert.equal(
    addressedTo(message({ to: ['all'] }), agent('late', 'web', NOW + 60_000), 60_000),
    true,
  );
});

test('the more urgent stands first, then the older', () => {
  const ranks: [Partial<Message>, number][] = [
    [{ priority: 'high', blocks_progress: true }, 0],
    [{ priority: 'low', blocks_progress: true }, 1],
    [{ priority: 'high' }, 2],
    [{ type: 'question' }, 3],
    [{ ack_required: true, priority: 'low' }, 3],
    [{}, 4],
    [{ priority: 'low' }, 5],
  ];
  for (const [fields, rank] of ranks) assert.equal(rankOf(message(fields)), rank);
  const ordered = ranks.map(([fields]) => message(fields));
  const later = message();
  assert.deepEqual([later, ...[...ordered].reverse()].sort(inboxOrder), [
    ...ordered.slice(0, 6),
    later,
    ...ordered.slice(6),
  ]);
  assert.equal(inboxOrder(later, later), 0);
});

const MAIL = message({
  type: 'question',
  to: ['frontend'],
  cc: ['human'],
  task: 'BD-123',
  artifacts: ['api-contract.yaml'],
  body: 'Which\n JWT claims does the Café "service" need?\n日本語 C:\\temp',
});

test('what a search finds', () => {
  const found = [
    'jwt',
    'JWT claims',
    '"which jwt claims"',
    'cafe\u0301',
    'CAFÉ',
    '日本',
    'from:backend',
    'to:human',
    'type:question',
    'type:Question',
    'task:bd-123',
    'since:1h',
    'since:2026-11-22',
    'since:2026-11-22T09:30:00.000Z',
    'jwt -oauth',
    'from:frontend from:backend',
    '-from:frontend jwt',
    'api-contract.yaml',
    'c:\\temp',
    '"service',
    '-"oauth flow"',
    'jwt -since:2026-12-01',
    'FROM:backend',
  ];
  const missed = [
    'oauth',
    '"jwt which"',
    'cafe',
    'from:frontend',
    'to:backend',
    'to:front',
    'type:answer',
    'task:bd-12',
    'since:2026-11-23',
    'jwt -claims',
    '-from:backend',
    'jwt from:frontend',
    '"need? backend"',
  ];
  for (const text of found)
    assert.ok(matches(parseQuery(text === 'c:\\temp' ? '"c:\\temp"' : text, NOW), MAIL), text);
  for (const text of missed) assert.ok(!matches(parseQuery(text, NOW), MAIL), text);
});

test('addresses and times are words, not filters', () => {
  const body = 'see https://example.com/a at 12:30, todo: src/a.ts:12';
  for (const text of ['https://example.com/a', '12:30', 'todo:', 'src/a.ts:12']) {
    assert.ok(matches(parseQuery(text, NOW), message({ body })), text);
  }
});

test('a search that cannot be read says how', () => {
  const table: [string, RegExp, RegExp][] = [
    ['form:backend', /unknown filter "form:"/, /did you mean from:\?.*'"form:backend"'/],
    ['colour:red', /unknown filter/, /from: to: type: task: since:/],
    ['type:questoin', /unknown type/, /type:question/],
    ['since:soon', /since/, /since:2h/],
    ['from: backend', /no value/, /from:backend/],
    ['', /nothing to search/, /comm-node search/],
    ['   ""', /nothing to search/, /./],
  ];
  for (const [text, problem, hint] of table) {
    assert.throws(
      () => parseQuery(text, NOW),
      (error) =>
        error instanceof UsageError && problem.test(error.message) && hint.test(error.hint ?? ''),
      text,
    );
  }
});

test('needles are what an index can look for', () => {
  assert.deepEqual(
    needles(parseQuery('JWT "Auth API" -old from:backend since:1d type:answer', NOW)),
    ['jwt', 'auth', 'api', 'backend', 'answer'],
  );
  assert.deepEqual(needles(parseQuery('from:a from:b café 日本 -x', NOW)), ['caf']);
});

test('the JSON of whatever matches holds all needles', () => {
  const bit = fc.constantFrom(
    'jwt',
    'JWT',
    'Auth',
    'café',
    'cafe\u0301',
    '\u212a',
    'İ',
    '"',
    '\\',
    ';',
    '\u037e',
    '`',
    '\u1fef',
    '\n',
    ' ',
    'ß',
    '≠',
    '-',
    'Σ',
  );
  const text = fc.array(bit, { minLength: 1, maxLength: 6 }).map((bits) => bits.join(''));
  let hits = 0;
  fc.assert(
    fc.property(
      text,
      text,
      fc.constantFrom('', 'from:backend ', 'task:bd-1 '),
      (body, word, filter) => {
        const mail = message({ body: body.slice(0, 3) + word + body, task: 'BD-1' });
        let query: ReturnType<typeof parseQuery>;
        try {
          query = parseQuery(filter + word, NOW);
        } catch (error) {
          assert.ok(error instanceof UsageError);
          return;
        }
        if (!matches(query, mail)) return;
        hits++;
        const json = JSON.stringify(mail).toLowerCase();
        for (const needle of needles(query))
          assert.ok(json.includes(needle), `${needle} in ${json}`);
      },
    ),
    { numRuns: 5000 },
  );
  assert.ok(hits > 1000, String(hits));
});

test('any text is a search, or a UsageError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      try {
        matches(parseQuery(text, NOW), MAIL);
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }),
  );
});
