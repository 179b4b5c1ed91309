import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportedCosts } from '../../src/records/reported-cost.ts';
import { reportedOf } from '../../src/services/reported.ts';

test('what Claude Code says of a session is its last word, and that before each /clear', () => {
  const line = (session_id: string, usd: number) =>
    JSON.stringify({
      session_id,
      workspace: { current_dir: `/${session_id}` },
      cost: { total_cost_usd: usd, total_duration_ms: 1 },
    });
  const all = [line('a', 0.25), line('b', 1), line('a', 0.5), 'no line', '{"session_id":"c"}'];
  const lines = [...all, line('a', 0), line('a', 0.125), line('b', 1)].join('\n');
  assert.deepEqual(reportedCosts(lines), [
    { session: 'a', cwd: '/a', usd: 0.625 },
    { session: 'b', cwd: '/b', usd: 1 },
  ]);
});

const DELTA = 1;
const CUMULATIVE = 2;

interface Point {
  readonly session: string | undefined;
  /** Start of the counter, or of the span, and when it was told. */
  readonly from: number;
  readonly at: number;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One line as a collector writes it to a file. */
function exported(name: string, aggregationTemporality: number, ...points: Point[]): string {
  const dataPoints = points.map(({ session, from, at, value, labels }) => ({
    attributes: Object.entries({ ...labels, ...(session && { 'session.id': session }) }).map(
      ([key, stringValue]) => ({ key, value: { stringValue } }),
    ),
    startTimeUnixNano: `${1_795_000_000_000_000_000n + BigInt(from)}`,
    timeUnixNano: `${1_795_000_000_000_000_000n + BigInt(at)}`,
    // The collector writes whole numbers of 64 bits as texts.
    ...(name.endsWith('token.usage') ? { asInt: `${value}` } : { asDouble: value }),
  }));
  const sum = { dataPoints, aggregationTemporality, isMonotonic: true };
  const scope = { name: 'com.anthropic.claude_code', version: '2.1.240' };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'claude-code' } }] };
  const metrics = [
    { name: 'claude_code.session.count', sum: { ...sum, dataPoints: [{ asDouble: 1 }] } },
    { name, unit: 'USD', sum },
    { name, gauge: { dataPoints } },
  ];
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] });
}

const COST = 'claude_code.cost.usage';
const TOKENS = 'claude_code.token.usage';
const OPUS = { model: 'claude-opus-4-7' };
const HAIKU = { model: 'claude-haiku-4-5' };

test('of spans of time each counts once, of a running total the highest of each start', () => {
  const spans = exported(
    COST,
    DELTA,
    { session: 'a', from: 0, at: 60, value: 0.5, labels: OPUS },
    { session: 'a', from: 60, at: 120, value: 0.5, labels: OPUS },
    { session: 'a', from: 60, at: 120, value: 0.25, labels: HAIKU },
    { session: undefined, from: 0, at: 60, value: 64 },
    { session: 'a', from: 0, at: 60, value: -1 },
  );
  const totals = [
    exported(COST, CUMULATIVE, { session: 'b', from: 0, at: 60, value: 1, labels: OPUS }),
    exported(COST, CUMULATIVE, { session: 'b', from: 0, at: 120, value: 3, labels: OPUS }),
    exported(COST, CUMULATIVE, { session: 'b', from: 0, at: 120, value: 0.5, labels: HAIKU }),
    // Resumed: a process of its own, whose counters begin anew.
    exported(COST, CUMULATIVE, { session: 'b', from: 500, at: 560, value: 2, labels: OPUS }),
  ];
  const tokens = exported(
    TOKENS,
    DELTA,
    { session: 'a', from: 0, at: 60, value: 100, labels: { ...OPUS, type: 'input' } },
    { session: 'a', from: 0, at: 60, value: 9_000, labels: { ...OPUS, type: 'cacheRead' } },
    { session: 'a', from: 60, at: 120, value: 7, labels: { ...OPUS, type: 'output' } },
  );
  // A collector that was not sure of an answer delivers again, and a log may turn its lines round.
  const lines = [tokens, ...totals.toReversed(), spans, spans, tokens, '{"resourceMetrics":[7]}'];
  assert.deepEqual(
    reportedCosts(lines.join('\n')).sort((x, y) => (x.session < y.session ? -1 : 1)),
    [
      { session: 'a', usd: 1.25, tokens: 9_107 },
      { session: 'b', usd: 5.5, tokens: 0 },
    ],
  );
});

test('where a session of OpenTelemetry works its transcript tells, and a status line of it counts once', async () => {
  const line = (session_id: string, current_dir: string, total_cost_usd: number) =>
    JSON.stringify({ session_id, workspace: { current_dir }, cost: { total_cost_usd } });
  const point = (session: string, value: number) => ({ session, from: 0, at: 60, value });
  const lines = [
    line('both', '/own', 2),
    line('status', '/own', 8),
    line('foreign', '/other', 16),
    exported(COST, DELTA, point('both', 1.5), point('told', 4), point('moved', 32)),
    exported(COST, DELTA, point('unknown', 64)),
    exported(TOKENS, DELTA, point('both', 10), point('told', 20), point('unknown', 40)),
  ];
  const usage = (session: string, cwd: string, at: string) => ({
    ...{ key: `${session}${at}`, model: 'm', at, cwd, session },
    ...{ input: 1, cacheWrite: 0, cacheWriteHour: 0, cacheRead: 0, output: 1 },
  });
  const usages = [
    usage('told', '/own', '2026-11-20T10:00:00.000Z'),
    usage('told', '/other', '2026-11-20T09:00:00.000Z'),
    usage('moved', '/own', '2026-11-20T09:00:00.000Z'),
    usage('moved', '/other', '2026-11-20T10:00:00.000Z'),
  ];
  const isOwn = async (cwd: string) => cwd === '/own';
  assert.deepEqual(await reportedOf(lines.join('\n'), isOwn, async () => usages), {
    sessions: 3,
    usd: 14,
    tokens: 30,
  });
  const noTranscripts = () => Promise.reject(new Error('status lines need no transcripts'));
  assert.deepEqual(await reportedOf(lines.slice(0, 3).join('\n'), isOwn, noTranscripts), {
    sessions: 2,
    usd: 10,
    tokens: null,
  });
});
