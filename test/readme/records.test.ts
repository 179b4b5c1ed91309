import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { formatAgent, parseAgent } from '../../src/records/agent-file.ts';
import { formatArchive, parseArchive } from '../../src/records/archive.ts';
import { formatArtifact, parseArtifact } from '../../src/records/artifact-file.ts';
import { formatBudget, parseBudget } from '../../src/records/budget-file.ts';
import { parseRecord } from '../../src/records/codec.ts';
import { foldFile } from '../../src/records/fold.ts';
import { formatKickoff, parseKickoff } from '../../src/records/kickoff-file.ts';
import { formatLock, parseLock } from '../../src/records/lock-file.ts';
import { formatLostLock, parseLostLock } from '../../src/records/lost-lock-file.ts';
import { messageTypes } from '../../src/records/message.ts';
import { formatMessage, readMessage } from '../../src/records/message-file.ts';
import { formatOrderAck, parseOrderAck } from '../../src/records/order-ack-file.ts';
import { formatOrder, parseOrder } from '../../src/records/order-file.ts';
import { roomOf } from '../../src/records/paths.ts';
import { formatPlanRecord, parsePlanRecord } from '../../src/records/plan-record.ts';
import { parseProject } from '../../src/records/project.ts';
import { formatReceipt, parseReceipt } from '../../src/records/receipt.ts';
import { formatTask, parseTask } from '../../src/records/task-file.ts';
import { estimateTokens } from '../../src/records/tokens.ts';
import { formatViolation, parseViolation } from '../../src/records/violation-file.ts';
import { formatWait, parseWait } from '../../src/records/wait-file.ts';

const page = readFileSync(new URL('../../docs/records.md', import.meta.url), 'utf8');
const RECORD = /<!-- record: (\S+) -->\n````markdown\n([\s\S]*?)````\n/g;
const examples = [...page.matchAll(RECORD)].map(([, path = '', text = '']) => ({ path, text }));

/** A record read by its parser, and written again. */
function written(path: string, text: string): string {
  switch (roomOf(path)) {
    case 'agents':
      return formatAgent(parseAgent(text, path));
    case 'messages':
      return formatMessage(readMessage(text, path).message);
    case 'receipts':
      return formatReceipt(parseReceipt(text, path));
    case 'archives':
      return formatArchive(parseArchive(text, path));
    case 'artifacts':
      return formatArtifact(parseArtifact(text, path));
    case 'kickoff':
      return formatKickoff(parseKickoff(text, path));
    case 'locks':
      return formatLock(parseLock(text, path));
    case 'orders':
      return formatOrder(parseOrder(text, path));
    case 'acks':
      return formatOrderAck(parseOrderAck(text, path));
    case 'lost':
      return formatLostLock(parseLostLock(text, path));
    case 'waits':
      return formatWait(parseWait(text, path));
    case 'tasks':
      return formatTask(parseTask(text, path));
    case 'plans':
      return formatPlanRecord(parsePlanRecord(text, path));
    case 'budgets':
      return formatBudget(parseBudget(text, path));
    case 'violations':
      return formatViolation(parseViolation(text, path));
    default:
      throw new Error(`no example is expected at ${path}`);
  }
}

describe('docs/records.md', () => {
  test('has examples', () => assert.equal(examples.length, 21));

  for (const { path, text } of examples) {
    test(`${path} is read, and written as it stands`, () => {
      assert.ok(!('malformed' in foldFile(path, text)), JSON.stringify(foldFile(path, text)));
      assert.equal(written(path, text), text);
    });
  }

  test('its messages cost what they say', () => {
    for (const { path, text } of examples.filter((example) => example.path.startsWith('mess'))) {
      const { message } = readMessage(text, path);
      assert.equal(message.tokens, estimateTokens(message.body), path);
    }
  });

  for (const [title, room] of [
    ['Agents', 'agents'],
    ['Messages', 'messages'],
    ['Receipts', 'receipts'],
    ['Archives', 'archives'],
    ['Artifacts', 'artifacts'],
    ['Kickoffs', 'kickoff'],
    ['Locks', 'locks'],
    ['Waits', 'waits'],
    ['Violations', 'violations'],
    ['Budgets', 'budgets'],
    ['Orders', 'orders'],
    ['Acks', 'acks'],
  ]) {
    test(`its table of ${room} has every field, in order`, () => {
      const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
      const table = /\n\| field [\s\S]*?\n\n/.exec(section)?.[0] ?? '';
      const rows = [...table.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)];
      const fields = rows.flatMap(([, names = '']) => names.replaceAll('`', '').split(', '));
      const own = examples.filter(({ path }) => path.startsWith(`${room}/`));
      const shown = new Set(
        own.flatMap(({ path, text }) => Object.keys(parseRecord(text, path).fields)),
      );
      assert.deepEqual([...fields].sort(), [...shown].sort());
      for (const { path, text } of own) {
        const keys = Object.keys(parseRecord(text, path).fields);
        assert.deepEqual(
          fields.filter((name) => keys.includes(name ?? '')),
          keys,
        );
      }
    });
  }

  test('it names every type of message', () => {
    for (const type of messageTypes) assert.ok(page.includes(`\`${type}\``), type);
  });

  test('its settings can be read, and the defaults are those', () => {
    const toml = /<!-- settings -->\n````toml\n([\s\S]*?)````\n/.exec(page)?.[1] ?? '';
    const { keepDays, keepRecords, clockSkewMs } = parseProject(toml);
    const defaults = parseProject('name = "shop"');
    assert.deepEqual(
      { keepDays, keepRecords, clockSkewMs },
      {
        keepDays: defaults.keepDays,
        keepRecords: defaults.keepRecords,
        clockSkewMs: defaults.clockSkewMs,
      },
    );
  });
});
