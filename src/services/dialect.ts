import { findMessages } from '../bus/mailbox.ts';
import { dialectGuide, dialectWords } from '../records/dialect.ts';
import { type DialectReport, measureDialect } from '../records/dialect-report.ts';
import { parseProject } from '../records/project.ts';
import { DIALECT_VERSION } from '../records/signal.ts';
import { type AsOf, asOf } from './as-of.ts';
import { type Surroundings, withReader } from './session.ts';

/** How a project talks, and the dialect that it has. */
export interface Dialect extends DialectReport {
  readonly version: number;
  /** Markdown: the grammar, and the words of the project. */
  readonly guide: string;
  readonly as_of: AsOf;
}

/**
 * Measures the last messages of the project.
 * @param last how many messages
 * @param limit how many phrases are told
 * @throws ConfigError on words of the project that can be misunderstood
 */
export function readDialect(
  place: Surroundings,
  { last, limit }: { readonly last: number; readonly limit: number },
): Promise<Dialect> {
  return withReader(place, async (bus) => {
    const view = await bus.view();
    const text = view.fold.projectText;
    const project = text === '' ? undefined : parseProject(text);
    const words = dialectWords(project);
    const all = await findMessages(view, [], () => true);
    all.sort((a, b) => (a.id < b.id ? -1 : 1));
    const own = { words, domains: [...(project?.domains.keys() ?? [])] };
    return {
      version: DIALECT_VERSION,
      ...measureDialect(last > 0 ? all.slice(-last) : [], own, place.now(), limit),
      guide: dialectGuide(words),
      as_of: await asOf(bus, view),
    };
  });
}
