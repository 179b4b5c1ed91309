import { Parser } from 'yargs/helpers';
import { UsageError } from '../errors.ts';
import { argumentValue, camelCase, choose, spelled } from './argument-value.ts';
import type { AnyCommand, Option, Options, Positional } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { nearest } from './suggestion.ts';

/** Every positional and option of a verb, and every global option, by its camelCase name. */
export type Values = Readonly<Record<string, unknown>>;

const CONFIGURATION = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  // `--to a b` must not swallow what comes after `a`.
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
};

/** Reads the words of one verb; anything it does not know is a UsageError. */
export function parseArguments(
  command: Pick<AnyCommand, 'name' | 'options' | 'positionals'>,
  words: readonly string[],
): Values {
  const options: Options = { ...GLOBAL_OPTIONS, ...command.options };
  const { tokens, restore } = shield(words, options);
  const { argv, error } = Parser.detailed(tokens, {
    alias: Object.fromEntries(
      Object.entries(options).flatMap(([name, { alias }]) => (alias ? [[name, alias]] : [])),
    ),
    array: namesOf(options, (type) => type === 'texts'),
    boolean: namesOf(options, (type) => type === 'flag'),
    string: namesOf(options, (type) => type !== 'flag'),
    configuration: CONFIGURATION,
  });
  if (error) throw new UsageError(error.message, { hint: `comm-node help ${command.name}` });
  refuseUnknown(Object.keys(argv), options, command.name);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    values[camelCase(name)] = argumentValue(name, option, restore(argv[name]), command.name);
  }
  return { ...values, ...positionalValues(command, argv._.map(restore)) };
}

/** Whether help is asked for, whatever else is right or wrong on the line. */
export function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

/**
 * The parser takes "- item" for letters, strips quotes and reads `true` as a
 * flag's value. Texts are none of its business: it gets a number in their place.
 */
function shield(words: readonly string[], options: Options) {
  const texts: string[] = [];
  const shielded = (text: string) => `\u0001${texts.push(text) - 1}`;
  const tokens: string[] = [];
  let literal = false;
  for (const word of words) {
    const long = /^(--[^=\s]+)=([\s\S]*)$/.exec(word);
    const short = /^-([A-Za-z])(?!$)=?([\s\S]+)$/.exec(word);
    if (literal || !/^-{1,2}[^\s\d-]\S*$|^--$/.test(long?.[1] ?? word)) tokens.push(shielded(word));
    else if (long && options[long[1]?.slice(2) ?? '']?.type === 'flag')
      tokens.push(flagToken(word));
    else if (long) tokens.push(`${long[1]}=${shielded(long[2] ?? '')}`);
    else if (short && takesText(short[1] ?? '', options)) {
      tokens.push(`-${short[1]}`, shielded(short[2] ?? ''));
    } else tokens.push(word);
    if (word === '--') literal = true;
  }
  const restoreOne = (value: unknown) =>
    typeof value === 'string' && value.startsWith('\u0001') ? texts[Number(value.slice(1))] : value;
  const restore = (value: unknown) =>
    Array.isArray(value) ? value.map(restoreOne) : restoreOne(value);
  return { tokens, restore };
}

function flagToken(word: string): string {
  if (/=(true|false)$/.test(word)) return word;
  throw new UsageError(`${word.split('=', 1)[0]} takes no value`);
}

function takesText(letter: string, options: Options): boolean {
  return Object.entries(options).some(
    ([name, option]) => (name === letter || option.alias === letter) && option.type !== 'flag',
  );
}

function namesOf(options: Options, test: (type: Option['type']) => boolean): string[] {
  return Object.keys(options).filter((name) => test(options[name]?.type ?? 'flag'));
}

function refuseUnknown(keys: readonly string[], options: Options, verb: string): void {
  const known = Object.entries(options).flatMap(([name, { alias }]) => [name, alias ?? name]);
  for (const key of keys) {
    if (key === '_' || known.includes(key)) continue;
    const meant = nearest(key, Object.keys(options));
    throw new UsageError(`${verb} has no option ${spelled(key)}`, {
      hint: meant ? `did you mean ${spelled(meant)}?` : `comm-node help ${verb}`,
      data: { option: key, ...(meant ? { suggestion: meant } : {}) },
    });
  }
}

function positionalValues(
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
