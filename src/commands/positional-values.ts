import { UsageError } from '../errors.ts';
import { choose, type Values } from './argument-value.ts';
import type { AnyCommand, Positional } from './command.ts';

/** What `args` holds for the words after a verb. @throws UsageError for one missing, wrong or too many. */
export function positionalValues(
  { name: verb, positionals = [] }: Pick<AnyCommand, 'name' | 'positionals'>,
  words: readonly unknown[],
): Values {
  const left = words.map(String);
  const values: Record<string, unknown> = {};
  for (const positional of positionals) {
    const taken = positional.many ? left.splice(0) : left.splice(0, 1);
    if (positional.required && taken.length === 0) throw missing(positional, verb);
    for (const word of taken) choose(positional.name, word, positional.choices);
    values[positional.name] = positional.many ? taken : taken[0];
  }
  if (left.length > 0) {
    throw new UsageError(`${verb}: unexpected "${left[0]}"`, {
      hint: `quote a text that has spaces; see comm-node help ${verb}`,
    });
  }
  return values;
}

function missing(positional: Positional, verb: string): UsageError {
  return new UsageError(`${verb} needs ${positional.name.toUpperCase()}: ${positional.summary}`, {
    hint: `comm-node help ${verb}`,
  });
}
