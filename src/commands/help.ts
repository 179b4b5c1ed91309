import { type Command, defineCommand, done, type Entry } from './command.ts';
import {
  renderOverview,
  renderVerbUsage,
  type VerbGroup,
  type VerbUsage,
  verbUsage,
} from './usage.ts';
import { findEntry, unknownVerb, verbsOf } from './verb-choice.ts';

const POSITIONALS = [{ name: 'verb', summary: 'The verb to explain', many: true }] as const;

type HelpData = { readonly groups: readonly VerbGroup[] } | { readonly verb: VerbUsage };

/** `comm-node help [VERB]`; also what `--help` and a bare `comm-node` come to. */
export function helpCommand(
  catalogue: readonly Entry[],
): Command<typeof POSITIONALS, Record<never, never>, HelpData> {
  return defineCommand({
    name: 'help',
    summary: 'Explain comm-node, or one verb',
    positionals: POSITIONALS,
    options: {},
    examples: [
      { line: 'comm-node help', what: 'all verbs' },
      { line: 'comm-node help completion', what: 'one verb, with its options and examples' },
    ],
    async run(_context, { verb: words }) {
      const name = words.join(' ');
      const entry = findEntry(name, catalogue);
      if (entry) return done<HelpData>({ verb: verbUsage(entry, await entry.load()) });
      const verbs = name === '' ? catalogue : verbsOf(name, catalogue);
      if (verbs.length === 0) throw unknownVerb(words[0] ?? '', words[1], catalogue);
      return done<HelpData>({ groups: grouped(verbs) });
    },
    render: (data, look) =>
      'verb' in data ? renderVerbUsage(data.verb, look) : renderOverview(data.groups, look),
  });
}

function grouped(entries: readonly Entry[]): VerbGroup[] {
  const names = [...new Set(entries.map(({ group }) => group))];
  return names.map((name) => ({
    name,
    verbs: entries
      .filter(({ group }) => group === name)
      .map(({ name, summary }) => ({ name, summary })),
  }));
}
