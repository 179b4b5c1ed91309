import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { largerOf, usageOf } from '../../src/hosts/claude-usage.ts';
import { parallelismOf } from '../../src/records/parallel.ts';
import { costOf, LIST_PRICES, priceOf, readPrices } from '../../src/records/prices.ts';
import { openOffice } from '../cli/office.ts';

/** One line as Claude Code writes it for each block of an answer. */
function answer(
  cwd: string,
  id: string,
  model: string,
  at: string,
  numbers: readonly number[],
): string {
  const [input = 0, cacheWrite = 0, cacheRead = 0, output = 0, hour = 0] = numbers;
  return JSON.stringify({
    parentUuid: null,
    isSidechain: false,
    type: 'assistant',
    uuid: `uuid-${id}-${output}`,
    requestId: `req_${id}`,
    sessionId: 'session-1',
    timestamp: at,
    cwd,
    message: {
      id: `msg_${id}`,
      role: 'assistant',
      model,
      content: [{ type: 'text', text: 'a "usage" in words' }],
      usage: {
        input_tokens: input,
        cache_creation_input_tokens: cacheWrite,
        cache_read_input_tokens: cacheRead,
        output_tokens: output,
        cache_creation: {
          ephemeral_5m_input_tokens: cacheWrite - hour,
          ephemeral_1h_input_tokens: hour,
        },
      },
    },
  });
}

test('the transcripts of a project, each answer once, come to what a pencil makes of them', async (t) => {
  const office = await openOffice(t);
  const projects = join(office.root, 'claude', 'projects');
  const write = (name: string, ...lines: string[]) => {
    mkdirSync(dirname(join(projects, name)), { recursive: true });
    writeFileSync(join(projects, name), lines.map((line) => `${line}\n`).join(''));
  };
  const [backend, frontend] = [`${office.root}/backend`, `${office.root}/frontend`];
  const SONNET = 'claude-sonnet-4-5-20250929';
  const shared = answer(
    backend,
    'b',
    'claude-opus-4-6',
    '2026-11-20T10:00:00.000Z',
    [100, 1000, 2000, 50, 400],
  );
  write(
    'backend/one.jsonl',
    JSON.stringify({ type: 'user', cwd: backend, message: { content: 'what is "usage"?' } }),
    // Three blocks of one answer: the first has counted its output only so far.
    answer(backend, 'a', SONNET, '2026-11-20T09:00:00.000Z', [10, 200, 3000, 1]),
    answer(backend, 'a', SONNET, '2026-11-20T09:00:01.000Z', [10, 200, 3000, 80]),
    answer(backend, 'a', SONNET, '2026-11-20T09:00:02.000Z', [10, 200, 3000, 80]),
    shared,
    'half a line {"usage"',
    answer(backend, 's', '<synthetic>', '2026-11-20T10:00:01.000Z', [0, 0, 0, 0]),
  );
  // The session was resumed: its answers stand in the new file as well.
  write(
    'backend/two.jsonl',
    shared,
    answer(backend, 'c', 'claude-next-9', '2026-11-21T10:00:00.000Z', [5, 0, 0, 7]),
  );
  // A sub-agent of the first session.
  write(
    'backend/one/subagents/agent-1.jsonl',
    answer(backend, 'd', SONNET, '2026-11-21T11:00:00.000Z', [1, 2, 3, 4]),
  );
  write(
    'frontend/three.jsonl',
    answer(frontend, 'e', SONNET, '2026-11-21T12:00:00.000Z', [1000, 0, 0, 1000]),
  );
  write(
    'elsewhere/four.jsonl',
    answer('/nobody', 'f', SONNET, '2026-11-21T12:00:00.000Z', [9, 9, 9, 9]),
  );
  const costs = (...more: string[]) =>
    office.data('backend', 'cost', '--transcripts', projects, ...more);

  const byAgent = await costs();
  // backend: a (10, 200, 3000, 80), b (100, 1000, 2000, 50), c (5, 0, 0, 7), d (1, 2, 3, 4).
  // a: 10×3 + 200×3.75 + 3000×0.3 + 80×15         = 30 + 750 + 900 + 1200    = 2880
  // b: 100×5 + 600×6.25 + 400×10 + 2000×0.5 + 50×25 = 500 + 3750 + 4000 + 1000 + 1250 = 10500
  // d: 1×3 + 2×3.75 + 3×0.3 + 4×15                = 3 + 7.5 + 0.9 + 60       = 71.4
  // Millionths of a dollar: 13451.4. c has no price: 12 tokens.
  const rows = byAgent['rows'] as Record<string, unknown>[];
  const row = (name: string, of = rows) => of.find((one) => one['name'] === name) ?? {};
  const close = (value: unknown, micros: number) =>
    assert.ok(Math.abs(Number(value) * 1e6 - micros) < 1e-6, `${value} is not ${micros}`);
  const { usd, ...numbers } = row('backend');
  assert.deepEqual(numbers, {
    name: 'backend',
    input: 116,
    cacheWrite: 1202,
    cacheWriteHour: 400,
    cacheRead: 5003,
    output: 141,
    tokens: 6462,
    unpriced: 12,
  });
  close(usd, 13_451.4);
  // frontend: 1000×3 + 1000×15.
  close(row('frontend')['usd'], 18_000);
  close((byAgent['total'] as { usd: number }).usd, 31_451.4);
  assert.deepEqual([byAgent['unknown_models'], byAgent['elsewhere']], [['claude-next-9'], 36]);

  const byModel = (await costs('--by', 'model'))['rows'] as Record<string, unknown>[];
  assert.deepEqual(
    [row('claude-next-9', byModel)['usd'], row('claude-next-9', byModel)['unpriced']],
    [0, 12],
  );
  assert.match(
    (await office.as('backend', ['cost', '--by', 'model', '--transcripts', projects])).stdout,
    /claude-next-9 +unknown/,
  );
  const byDay = (await costs('--by', 'day'))['rows'] as Record<string, unknown>[];
  assert.deepEqual(
    [row('2026-11-20', byDay)['tokens'], row('2026-11-21', byDay)['tokens']],
    [6440, 2022],
  );

  writeFileSync(join(office.root, 'prices.json'), '{"claude-next-9": {"input": 2, "output": 10}}');
  const priced = await costs('--prices', '../prices.json');
  // c: 5×2 + 7×10.
  close((priced['total'] as { usd: number }).usd, 31_531.4);

  appendFileSync(
    join(projects, 'frontend/three.jsonl'),
    `${answer(frontend, 'g', SONNET, '2026-11-22T12:00:00.000Z', [0, 0, 0, 100])}\n`,
  );
  close(row('frontend', (await costs())['rows'] as Record<string, unknown>[])['usd'], 19_500);
  // A file that is gone takes its answers along, those that stand elsewhere stay.
  write('backend/one.jsonl', shared);
  close(row('backend', (await costs())['rows'] as Record<string, unknown>[])['usd'], 10_571.4);
});

describe('usage', () => {
  test('of lines that are none is none', () => {
    for (const line of [
      '',
      '{',
      'null',
      '{"usage":1}',
      '{"type":"assistant","message":{"usage":{"output_tokens":"5"}}}',
      '{"type":"assistant","timestamp":"x","message":{"usage":{"output_tokens":5}}}',
    ]) {
      assert.equal(usageOf(line), undefined);
    }
  });

  test('of two lines of one answer is the larger, at the earlier time', () => {
    const one = usageOf(answer('/a', 'x', 'm', '2026-11-20T09:00:01.000Z', [1, 2, 3, 40]));
    const other = usageOf(answer('/a', 'x', 'm', '2026-11-20T09:00:00.000Z', [1, 2, 3, 4]));
    assert.ok(one && other);
    assert.deepEqual(largerOf(one, other), largerOf(other, one));
    assert.deepEqual(
      [largerOf(one, other).output, largerOf(one, other).at],
      [40, '2026-11-20T09:00:00.000Z'],
    );
  });
});

test('prices belong to a model of exactly that name', () => {
  assert.ok(priceOf('claude-opus-4-6-20260101', LIST_PRICES));
  assert.equal(priceOf('claude-opus-4-9', LIST_PRICES), undefined);
  assert.equal(priceOf('constructor', LIST_PRICES), undefined);
  const price = { input: 1, output: 2, cache_write: 3, cache_write_hour: 4, cache_read: 5 };
  assert.equal(
    costOf(
      { input: 1e6, cacheWrite: 2e6, cacheWriteHour: 1e6, cacheRead: 1e6, output: 1e6 },
      price,
    ),
    15,
  );
  assert.ok('fault' in readPrices([]) && 'fault' in readPrices({ m: { input: -1, output: 1 } }));
  assert.ok('fault' in readPrices({ m: { input: 1 } }));
});

test('working at the same time paid, or not', () => {
  const task = (id: string, from: number, to: number, depends_on: string[] = []) => ({
    id,
    depends_on,
    status: 'done' as const,
    claimed_at: new Date(from * 60_000).toISOString(),
    done_at: new Date(to * 60_000).toISOString(),
  });
  // a takes 10 minutes, then b (20) and c (5) at once; d (10) has waited for b. 0 to 40, 45 of work.
  const done = [
    task('a', 0, 10),
    task('b', 10, 30, ['a']),
    task('c', 10, 15, ['a']),
    task('d', 30, 40, ['b']),
  ];
  assert.deepEqual(parallelismOf([...done, { ...task('e', 0, 99), status: 'open' as const }]), {
    tasks: 4,
    wall_ms: 40 * 60_000,
    work_ms: 45 * 60_000,
    critical_ms: 40 * 60_000,
    critical_path: ['a', 'b', 'd'],
    speedup: 1.13,
    possible: 1.13,
  });
  assert.equal(parallelismOf([]), undefined);
});
