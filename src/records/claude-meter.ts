import * as v from 'valibot';

/** What a counter of Claude Code has counted for a session. */
export interface Metered {
  readonly session: string;
  /** Dollars, as Claude Code reckons them. */
  readonly usd: number;
  /** Of all kinds: input, output, and both of the prompt cache. */
  readonly tokens: number;
}

const COUNTERS = { 'claude_code.cost.usage': 'usd', 'claude_code.token.usage': 'tokens' } as const;

/** `AGGREGATION_TEMPORALITY_CUMULATIVE`: a point tells all since the start of its counter. */
const CUMULATIVE = 2;

// Of 64 bits, so JSON has them as texts.
const nanoseconds = v.optional(v.union([v.string(), v.number()]), 0);
const POINT = v.object({
  attributes: v.optional(v.array(v.object({ key: v.string(), value: v.unknown() })), []),
  startTimeUnixNano: nanoseconds,
  timeUnixNano: nanoseconds,
  asDouble: v.optional(v.number()),
  asInt: v.optional(v.union([v.pipe(v.string(), v.transform(Number)), v.number()])),
});
const METRIC = v.object({
  name: v.picklist(Object.keys(COUNTERS) as (keyof typeof COUNTERS)[]),
  sum: v.object({ aggregationTemporality: v.number(), dataPoints: v.array(v.unknown()) }),
});
const EXPORT = v.object({
  resourceMetrics: v.array(
    v.object({ scopeMetrics: v.array(v.object({ metrics: v.array(v.unknown()) })) }),
  ),
});

/**
 * Adds up the counters of Claude Code in exports of OpenTelemetry, in the JSON of its protocol. What
 * is told again counts once: of a running total the highest point of each start, else each span of
 * time once. What is of another shape, or names no session, is passed over.
 */
export function meteredIn(exports: Iterable<unknown>): Metered[] {
  const highest = new Map<string, { session: string; what: 'usd' | 'tokens'; value: number }>();
  for (const { name, sum } of metricsIn(exports)) {
    for (const raw of sum.dataPoints) {
      const point = v.safeParse(POINT, raw);
      if (!point.success) continue;
      const { attributes, startTimeUnixNano, timeUnixNano, asDouble, asInt } = point.output;
      const value = asDouble ?? asInt ?? 0;
      const session = sessionOf(attributes);
      if (session === undefined || !(value > 0) || value === Number.POSITIVE_INFINITY) continue;
      const until = sum.aggregationTemporality === CUMULATIVE ? '' : timeUnixNano;
      const labels = attributes.map((one) => JSON.stringify(one)).sort();
      const key = JSON.stringify([name, String(startTimeUnixNano), String(until), labels]);
      if (value <= (highest.get(key)?.value ?? 0)) continue;
      highest.set(key, { session, what: COUNTERS[name], value });
    }
  }
  const sums = new Map<string, { usd: number; tokens: number }>();
  for (const { session, what, value } of highest.values()) {
    const sum = sums.get(session) ?? { usd: 0, tokens: 0 };
    sum[what] += value;
    sums.set(session, sum);
  }
  return [...sums].map(([session, sum]) => ({ session, ...sum }));
}

function* metricsIn(exports: Iterable<unknown>): Generator<v.InferOutput<typeof METRIC>> {
  for (const one of exports) {
    const parsed = v.safeParse(EXPORT, one);
    if (!parsed.success) continue;
    for (const { scopeMetrics } of parsed.output.resourceMetrics) {
      for (const raw of scopeMetrics.flatMap(({ metrics }) => metrics)) {
        const metric = v.safeParse(METRIC, raw);
        if (metric.success) yield metric.output;
      }
    }
  }
}

function sessionOf(attributes: readonly { key: string; value: unknown }[]): string | undefined {
  const value = attributes.find(({ key }) => key === 'session.id')?.value;
  const text = v.safeParse(v.object({ stringValue: v.string() }), value);
  return text.success ? text.output.stringValue : undefined;
}
