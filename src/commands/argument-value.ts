import { UsageError } from '../errors.ts';
import { parseDuration } from '../records/time.ts';
import type { Option } from './command.ts';
import { nearest } from './suggestion.ts';

/** Every positional and option of a verb, and every global option, by its camelCase name. */
export type Values = Readonly<Record<string, unknown>>;

/** What `args` holds for an option, from what the parser found; a UsageError if it is wrong. */
export function argumentValue(name: string, option: Option, found: unknown, verb: string): unknown {
  if (option.type === 'flag') return last(found) === true;
  if (option.type === 'texts') return texts(name, option, found, verb);
  const value = last(found);
  if (value === undefined) {
    if (option.required) throw required(name, verb);
    return 'default' in option ? option.default : undefined;
  }
  const text = given(name, value);
  if (option.type === 'number') return wholeNumber(name, text);
  if (option.type === 'duration') return parseDuration(text);
  return choose(spelled(name), text, option.choices);
}

/** `task-id` → `taskId`. */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** As it is typed: `--task`, `-C`. */
export function spelled(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** The word itself, if it is one of the choices. */
export function choose(what: string, word: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(word)) return word;
  const meant = nearest(word, choices);
  throw new UsageError(`${what}: "${word}" is not one of ${choices.join(', ')}`, {
    ...(meant ? { hint: `did you mean "${meant}"?` } : {}),
    data: { value: word, choices },
  });
}

function last(found: unknown): unknown {
  return Array.isArray(found) ? found.at(-1) : found;
}

function texts(name: string, option: Option, found: unknown, verb: string): string[] {
  const all = found === undefined ? [] : [found].flat();
  if (option.required && all.length === 0) throw required(name, verb);
  if (found !== undefined && all.length === 0) throw withoutValue(name);
  return all.map((value) => given(name, value));
}

/** The parser puts an empty text (or `undefined` in a list) where no value followed. */
function given(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw withoutValue(name);
  return value;
}

function withoutValue(name: string): UsageError {
  return new UsageError(`${spelled(name)} needs a value`, {
    hint: `a value that begins with a dash is written ${spelled(name)}=VALUE`,
  });
}

function required(name: string, verb: string): UsageError {
  return new UsageError(`${verb} needs ${spelled(name)}`, { hint: `comm-node help ${verb}` });
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new UsageError(`${spelled(name)}: "${text}" is not a whole number`);
}
