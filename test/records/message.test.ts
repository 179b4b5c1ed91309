import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../src/errors.ts';
import { formatAgent, parseAgent } from '../../src/records/agent-file.ts';
import { formatArchive, parseArchive } from '../../src/records/archive.ts';
import { foldFile } from '../../src/records/fold.ts';
import { type Message, messageTypes, priorities, tiers } from '../../src/records/message.ts';
import { formatMessage, parseMessage, readMessage } from '../../src/records/message-file.ts';
import { archivePath, messagePath, receiptPath } from '../../src/records/paths.ts';
import { formatReceipt, parseReceipt } from '../../src/records/receipt.ts';
import { summaryOf } from '../../src/records/summary.ts';
import { message, nextId, TIP } from './fixture.ts';

const FULL = message({
  type: 'question',
  to: ['frontend', 'web'],
  cc: ['human'],
  task: 'bd-123',
  in_reply_to: nextId(),
  priority: 'high',
  artifacts: ['api contract.yaml'],
  blocks_progress: true,
  ack_required: true,
  token_budget: 80,
  expires: '2026-11-23T09:30:00.000Z',
  key: 'once',
  body: 'Which claims?\n',
});

test('a message is written as people read it', () => {
  assert.equal(
    formatMessage(FULL),
    `---
schema: 1
id: ${FULL.id}
type: question
tier: coordination
from: backend
to: [frontend, web]
cc: [human]
task: bd-123
thread: ${FULL.thread}
in_reply_to: ${FULL.in_reply_to}
priority: high
artifacts: ["api contract.yaml"]
blocks_progress: true
ack_required: true
token_budget: 80
tokens: 4
created: 2026-11-22T09:30:00.000Z
expires: 2026-11-23T09:30:00.000Z
key: once
---
Which claims?

`,
  );
  assert.deepEqual(parseMessage(formatMessage(FULL), messagePath(FULL.id)), FULL);
  const small = message();
  assert.doesNotMatch(formatMessage(small), /^(?:cc|artifacts|blocks|ack|task)/m);
  assert.deepEqual(parseMessage(formatMessage(small), messagePath(small.id)), small);
});

test('every message reads back, with the fields that we do not know', () => {
  const name = fc.constantFrom('backend', 'all', 'human', 'api@shop', 'web-2');
  const line = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 20 })
    .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text));
  const fields = fc.record(
    {
      type: fc.constantFrom(...messageTypes),
      tier: fc.constantFrom(...tiers),
      priority: fc.constantFrom(...priorities),
      to: fc.array(name),
      cc: fc.array(name),
      task: fc.constantFrom('bd-1', '017', 'no', '1.10'),
      artifacts: fc.array(line),
      blocks_progress: fc.boolean(),
      token_budget: fc.nat(),
      key: line,
      body: fc.string({ unit: 'grapheme' }).map((body) => body.replace(/[\r\0]/g, '')),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fields, fc.dictionary(fc.constantFrom('x-sig', 'later'), line), (some, extra) => {
      const whole = message(some as Partial<Message>);
      const read = readMessage(formatMessage(whole, extra), messagePath(whole.id));
      assert.deepEqual(read, { message: whole, extra: { ...extra } });
    }),
  );
});

const WRONG: [from: string, to: string, line: number, expected: RegExp][] = [
  [
    'type: question',
    'type: query',
    4,
    /type: one of task_assignment, .*type: task_assignment; found type: "query"/s,
  ],
  ['priority: high', 'priority: urgent', 12, /high, medium, low/],
  ['to: [frontend, web]', 'to: frontend', 7, /list of strings.*\[frontend, admin\]/],
  ['to: [frontend, web]', 'to: [Front]', 7, /agents or domains/],
  ['task: bd-123', 'task: 123', 9, /task/],
  ['tokens: 4', 'tokens: "4"', 17, /whole number/],
  ['created: 2026-11-22T09:30:00.000Z', 'created: yesterday', 18, /RFC 3339/],
  ['blocks_progress: true', 'blocks_progress: yes', 14, /true or false/],
  ['schema: 1', 'schema: 2', 2, /upgrade/],
  ['schema: 1\n', '', 1, /schema: 1; found no "schema"/],
  [
    'from: backend\n',
    '',
    1,
    /from: the name of an agent, for example from: backend; found no "from"/,
  ],
  [`id: ${FULL.id}`, `id: ${nextId()}`, 3, /the id that the path says/],
];

for (const [from, to, line, expected] of WRONG) {
  test(`a message with ${to.slice(0, 24).trim() || `no ${from.trim()}`} is refused at its line`, () => {
    const text = formatMessage(FULL).replace(from, to);
    assert.throws(
      () => parseMessage(text, messagePath(FULL.id)),
      (error: unknown) => {
        assert.ok(error instanceof RecordError, String(error));
        assert.match(error.message, expected);
        assert.equal(error.fault.line, line, error.message);
        return true;
      },
    );
  });
}

test('a summary is one safe line', () => {
  const table: [Partial<Message>, string][] = [
    [{ body: 'Auth API v1.2 ready. Use it.' }, 'Auth API v1.2 ready.'],
    [{ body: '\n## Why JWT ##\n\nBecause.', tier: 'detailed' }, 'Why JWT'],
    [{ body: '✓bd-1 a→b', tier: 'signal' }, '✓bd-1 a→b'],
    [{ body: '- first\n- second', tier: 'detailed' }, 'first - second'],
    [{ body: '' }, '(announcement)'],
    [{ body: '---\n', type: 'ack' }, '(ack)'],
    [{ body: '\u001b[2Jboo' }, '\\u001b[2Jboo'],
  ];
  for (const [fields, summary] of table) assert.equal(summaryOf(message(fields)), summary);
  assert.equal(Array.from(summaryOf(message({ body: 'x'.repeat(900_000) }))).length, 120);
});

test('agents, receipts and archives read back', () => {
  const agent = {
    name: 'backend',
    domain: 'backend',
    role: 'a: b',
    repo: 'shop-api',
    machine: 'm1',
    joined: '2026-11-22T09:30:00.000Z',
    left: '2026-11-23T09:30:00.000Z',
    extra: { mood: ['calm'] },
    body: 'note',
  };
  assert.deepEqual(parseAgent(formatAgent(agent), 'agents/backend.md'), agent);
  assert.throws(
    () => parseAgent(formatAgent(agent), 'agents/front.md'),
    /the name that the path says/,
  );
  const receipt = {
    id: nextId(),
    agent: 'backend',
    messages: [nextId(), nextId()],
    tokens: 7,
    created: '2026-11-22T09:30:00.000Z',
  };
  assert.deepEqual(
    parseReceipt(formatReceipt(receipt), receiptPath('backend', receipt.id)),
    receipt,
  );
  assert.throws(
    () => parseReceipt(formatReceipt(receipt), receiptPath('other', receipt.id)),
    RecordError,
  );
  const archive = {
    id: nextId(),
    tip: TIP,
    from: nextId(),
    cut: nextId(),
    count: 3,
    created: '2026-11-22T09:30:00.000Z',
  };
  assert.deepEqual(parseArchive(formatArchive(archive), archivePath(archive.id)), archive);
  assert.throws(
    () => parseArchive(formatArchive({ ...archive, tip: 'main' }), archivePath(archive.id)),
    /commit/,
  );
});

test('a file folds into what it is', () => {
  const path = messagePath(FULL.id);
  assert.deepEqual(foldFile(path, formatMessage(FULL)), { message: FULL });
  assert.deepEqual(foldFile('README.md', '# hi'), { ignored: true });
  assert.deepEqual(foldFile('artifacts/web/files/a.md', '---js\n'), { ignored: true });
  const agent = '---\nschema: 1\nname: a\njoined: 2026-11-22T09:30:00.000Z\n---\nwhy\n';
  const fields = { schema: 1, name: 'a', joined: '2026-11-22T09:30:00.000Z' };
  assert.deepEqual(foldFile('agents/a.md', agent), {
    live: { path: 'agents/a.md', fields, body: 'why' },
  });
  const bad = foldFile(path, formatMessage(FULL).replace('tier: coordination', 'tier: none'));
  assert.ok('malformed' in bad && bad.malformed.line === 5 && bad.malformed.path === path);
  const misplaced = foldFile('messages/x.md', formatMessage(FULL));
  assert.ok('malformed' in misplaced && /a record at its place/.test(misplaced.malformed.message));
  const project = foldFile('comm-node.toml', 'name = "shop"\nkeep = 3\n');
  assert.ok('malformed' in project && project.malformed.line === 2);
});

test('nothing that a file holds makes the fold throw', () => {
  const path = fc.constantFrom(
    messagePath(FULL.id),
    'agents/backend.md',
    receiptPath('a', FULL.id),
    archivePath(FULL.id),
    'comm-node.toml',
    'locks/x.md',
    'tasks/bd-1.md',
  );
  const good = formatMessage(FULL);
  const damaged = fc
    .tuple(fc.nat(good.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 10 }))
    .map(([at, length, text]) => good.slice(0, at) + text + good.slice(at + length));
  fc.assert(
    fc.property(path, fc.oneof(damaged, fc.string({ unit: 'binary' })), (place, text) => {
      assert.equal(Object.keys(foldFile(place, text)).length, 1);
    }),
    { numRuns: 3000 },
  );
});
