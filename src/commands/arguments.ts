import { Parser } from 'yargs/helpers';
import { UsageError } from '../errors.ts';
import { argumentValue, camelCase, spelled, type Values } from './argument-value.ts';
import type { AnyCommand, Option, Options } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { positionalValues } from './positional-values.ts';
import { nearest } from './suggestion.ts';

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
