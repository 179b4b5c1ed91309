import { findMessages } from '../bus/mailbox.ts';
import { dialectGuide, dialectWords } from '../records/dialect.ts';
import { type DialectReport, measureDialect } from '../records/dialect-report.ts';
import type { Message } from '../records/message.ts';
import { parseProject } from '../records/project.ts';
import { DIALECT_VERSION } from '../records/signal.ts';
import { type AsOf, asOf } from './as-of.ts';
import { type Surroundings, withReader } from './session.ts';

/** How a project talks, and the dialect that it has. */
export interface Dialect extends DialectReport {
  readonly version: number;
  /** Markdown: the grammar, and the words of the project. */
  readonly guide: string;
  /** The estimates against a real tokenizer; null unless asked for. */
  readonly exact: ExactTokens | null;
  readonly as_of: AsOf;
}

/** How far the estimates of the measured messages are from a real count. */
export interface ExactTokens {
  readonly tokenizer: string;
  readonly estimated: number;
  readonly counted: number;
  /** Of estimate ÷ count − 1, and of its size; null without messages. */
  readonly median_error: number | null;
  readonly median_size: number | null;
}

/**
 * Measures the last messages of the project.
 * @param last how many messages
 * @param limit how many phrases are told
 * @param exact whether a real tokenizer is asked too; nothing is ever decided by its counts
 * @throws ConfigError on words of the project that can be misunderstood, and `tokenizer-missing`
 */
export function readDialect(
  place: Surroundings,
  {
    last,
    limit,
    exact,
  }: { readonly last: number; readonly limit: number; readonly exact: boolean },
): Promise<Dialect> {
  return withReader(place, async (bus) => {
    const view = await bus.view();
    const text = view.fold.projectText;
    const project = text === '' ? undefined : parseProject(text);
    const words = dialectWords(project);
    const all = await findMessages(view, [], () => true);
    all.sort((a, b) => (a.id < b.id ? -1 : 1));
    const own = { words, domains: [...(project?.domains.keys() ?? [])] };
    const measured = last > 0 ? all.slice(-last) : [];
    return {
      version: DIALECT_VERSION,
      ...measureDialect(measured, own, place.now(), limit),
      guide: dialectGuide(words),
      exact: exact ? await countExactly(measured) : null,
      as_of: await asOf(bus, view),
    };
  });
}

async function countExactly(messages: readonly Message[]): Promise<ExactTokens> {
  const { loadExactCounter } = await import('../hosts/exact-tokens.ts');
  const counter = loadExactCounter();
  const pairs = messages.map(({ tokens, body }) => ({ tokens, counted: counter.count(body) }));
  const errors = pairs.map(({ tokens, counted }) => tokens / Math.max(1, counted) - 1);
  return {
    tokenizer: counter.name,
    estimated: pairs.reduce((sum, { tokens }) => sum + tokens, 0),
    counted: pairs.reduce((sum, { counted }) => sum + counted, 0),
    median_error: medianOf(errors),
    median_size: medianOf(errors.map(Math.abs)),
  };
}

/** To the thousandth; null of nothing. */
function medianOf(values: readonly number[]): number | null {
  const middle = [...values].sort((a, b) => a - b)[values.length >> 1];
  return middle === undefined ? null : Math.round(middle * 1000) / 1000;
}
