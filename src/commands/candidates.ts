import { spelled } from './argument-value.ts';
import type { AnyCommand, Entry, Option, Options } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { findEntry } from './verb-choice.ts';

/** What may stand in place of the last word typed: verbs, options, or the choices of a value. */
export async function candidates(
  typed: readonly string[],
  catalogue: readonly Entry[],
): Promise<string[]> {
  const partial = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  const words = before.filter((word) => !word.startsWith('-'));
  const entry =
    findEntry(words.slice(0, 2).join(' '), catalogue) ?? findEntry(words[0] ?? '', catalogue);
  const found = entry
    ? ofVerb(
        await entry.load(),
        words.length - entry.name.split(' ').length,
        before.at(-1),
        partial,
      )
    : partial.startsWith('-')
      ? optionNames(GLOBAL_OPTIONS)
      : verbWords(words, catalogue);
  return found.filter((word) => word.startsWith(partial));
}

/** The words that can follow those of a verb so far. */
function verbWords(words: readonly string[], catalogue: readonly Entry[]): string[] {
  const names = catalogue.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]);
  const parts = names.map((name) => name.split(' '));
  const fitting = parts.filter((part) => words.every((word, index) => part[index] === word));
  return [...new Set(fitting.flatMap((part) => part[words.length] ?? []))];
}

function ofVerb(
  command: AnyCommand,
  position: number,
  previous: string | undefined,
  partial: string,
): readonly string[] {
  const options: Options = { ...GLOBAL_OPTIONS, ...command.options };
  const asked = Object.entries(options).find(([name]) => previous === spelled(name))?.[1];
  if (asked && asked.type !== 'flag') return choicesOf(asked);
  if (partial.startsWith('-')) return optionNames(options);
  return command.positionals?.[position]?.choices ?? [];
}

function choicesOf(option: Option): readonly string[] {
  return option.type === 'text' ? (option.choices ?? []) : [];
}

function optionNames(options: Options): string[] {
  return Object.keys(options).map(spelled);
}
