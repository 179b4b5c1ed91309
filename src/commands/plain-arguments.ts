import { argumentValue, camelCase, type Values } from './argument-value.ts';
import type { AnyCommand, Options } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { positionalValues } from './positional-values.ts';

/** A word that no parser could take for anything but itself. */
const plain = /^[\w./@*][\w./@*+,:-]*$/;

/**
 * Reads the words of a verb where they are as plain as those of hooks and scripts: known
 * options by their long names, each once, and words without a dash. Loading the real parser
 * costs more than many a verb takes.
 * @returns the same as the real parser would; undefined when it is needed.
 * @throws UsageError the same as the real parser would.
 */
export function plainArguments(
  command: Pick<AnyCommand, 'name' | 'options' | 'positionals'>,
  words: readonly string[],
): Values | undefined {
  const options: Options = { ...GLOBAL_OPTIONS, ...command.options };
  const found = new Map<string, string | true>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (plain.test(word)) {
      rest.push(word);
      continue;
    }
    const name = word.startsWith('--') ? word.slice(2) : '';
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option || name.length < 2 || found.has(name)) return undefined;
    const value = option.type === 'flag' || words[++at];
    if (value !== true && !plain.test(value || '-')) return undefined;
    found.set(name, value || '');
  }
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    values[camelCase(name)] = argumentValue(name, option, found.get(name), command.name);
  }
  return { ...values, ...positionalValues(command, rest) };
}
