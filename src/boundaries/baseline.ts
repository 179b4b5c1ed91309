import { ConfigError } from '../errors.ts';
import { compareText, type Report, type Violation } from './violation.ts';

/** One violation that is known from before. It has no line: code above it may move. */
export interface Known {
  readonly rule: string;
  readonly file: string;
  readonly specifier: string;
  readonly target: string;
}

/** What a baseline file is called unless it is named. */
export const baselineName = 'boundaries.baseline.json';

const example =
  '{"schema": 1, "violations": [{"rule": "forbidden-import", "file": "src/a.ts", "specifier": "./b", "target": "src/b.ts"}]}';

/**
 * Reads a baseline file.
 * @throws ConfigError that names the file and what was expected.
 */
export function parseBaseline(text: string, file: string): readonly Known[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${file}: is not valid JSON`, {
      cause,
      hint: `expected ${example}`,
      data: { file },
    });
  }
  const list =
    typeof content === 'object' && content !== null
      ? (content as { violations?: unknown }).violations
      : undefined;
  if (!Array.isArray(list) || !list.every(isKnown)) {
    throw new ConfigError(`${file}: is not a baseline`, {
      hint: `expected ${example}`,
      data: { file },
    });
  }
  return list;
}

function isKnown(entry: unknown): entry is Known {
  if (typeof entry !== 'object' || entry === null) return false;
  return ['rule', 'file', 'specifier', 'target'].every(
    (key) => typeof (entry as Record<string, unknown>)[key] === 'string',
  );
}

/** The text of a baseline file: sorted, one violation a line, so that its changes read well. */
export function formatBaseline(known: readonly Known[]): string {
  const lines = known
    .map(({ rule, file, specifier, target }) => JSON.stringify({ rule, file, specifier, target }))
    .sort(compareText);
  const body = lines.length === 0 ? '' : `\n    ${lines.join(',\n    ')}\n  `;
  return `{\n  "schema": 1,\n  "violations": [${body}]\n}\n`;
}

/** What identifies a violation from one run to the next. */
export function knownOf({ rule, file, specifier, target }: Violation): Known {
  return { rule, file, specifier, target };
}

/**
 * Marks the violations a baseline knows. Each entry tolerates one violation; an entry whose
 * violation is gone is a violation itself: the baseline may only shrink.
 * @param file where the baseline stands.
 */
export function applyBaseline(report: Report, known: readonly Known[], file: string): Report {
  const left = tally(known);
  const violations = report.violations.map((violation): Violation => {
    const key = keyOf(violation);
    const count = left.get(key) ?? 0;
    if (count === 0) return violation;
    left.set(key, count - 1);
    return { ...violation, baseline: true };
  });
  const stale = known.filter((entry) => {
    const count = left.get(keyOf(entry)) ?? 0;
    left.set(keyOf(entry), count - 1);
    return count > 0;
  });
  return {
    ...report,
    violations: [...violations, ...stale.map((entry) => staleViolation(entry, file))],
  };
}

/** The violations of one report that are not in another: what a branch brought. */
export function introduced(report: Report, before: Report): Report {
  const left = tally(before.violations);
  const violations = report.violations.filter((violation) => {
    const key = keyOf(violation);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
  return { ...report, violations };
}

function tally(entries: readonly Known[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  return counts;
}

function keyOf({ rule, file, specifier, target }: Known): string {
  return [rule, file, specifier, target].join('\0');
}

function staleViolation({ rule, file, specifier, target }: Known, baseline: string): Violation {
  const what = specifier === '' ? file : `${file} importing "${specifier}"`;
  return {
    file: baseline,
    line: 1,
    column: 1,
    kind: '',
    specifier,
    target,
    domain: '',
    target_domain: '',
    rule: 'stale-baseline',
    message: `the baseline knows a violation that is gone (${rule}: ${what}): take it out with \`comm-node boundaries baseline\``,
    why: '',
    instead: '',
    deciding: { file: baseline, line: 1, key: 'violations', pattern: undefined },
    baseline: false,
  };
}
