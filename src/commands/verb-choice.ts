import { UsageError } from '../errors.ts';
import type { Entry, Option } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { nearest } from './suggestion.ts';

/** Which verb a command line asks for, and its words without the verb's own. */
export interface VerbChoice {
  /** Undefined when no verb was named. */
  readonly entry: Entry | undefined;
  readonly rest: readonly string[];
}

/** Finds the verb: global options may stand before it, and between the words of a group. */
export function chooseVerb(argv: readonly string[], catalogue: readonly Entry[]): VerbChoice {
  const [first, second] = wordIndexes(argv);
  if (first === undefined) return { entry: undefined, rest: argv };
  const one = argv[first] ?? '';
  const two = second === undefined ? undefined : argv[second];
  const pair = two === undefined ? undefined : findEntry(`${one} ${two}`, catalogue);
  const entry = pair ?? findEntry(one, catalogue);
  if (entry === undefined) throw unknownVerb(one, two, catalogue);
  const taken = new Set(pair ? [first, second] : [first]);
  return { entry, rest: argv.filter((_, index) => !taken.has(index)) };
}

/** Whether help is asked for, whatever else is right or wrong on the line. */
export function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

/** The words that name a verb or a group at the beginning of a line: what `--help` is about. */
export function topic(argv: readonly string[], catalogue: readonly Entry[]): string[] {
  const words = wordIndexes(argv).map((index) => argv[index] ?? '');
  return findEntry(words.join(' '), catalogue) ? words : words.slice(0, 1);
}

/** The entry of this name or alias. */
export function findEntry(name: string, catalogue: readonly Entry[]): Entry | undefined {
  return catalogue.find((entry) => entry.name === name || entry.aliases?.includes(name));
}

/** The verbs of a group: `boundaries` → `boundaries init`, … */
export function verbsOf(group: string, catalogue: readonly Entry[]): Entry[] {
  return catalogue.filter((entry) => entry.name.startsWith(`${group} `));
}

/** What to say to a verb that is not there. */
export function unknownVerb(
  one: string,
  two: string | undefined,
  catalogue: readonly Entry[],
): UsageError {
  const members = verbsOf(one, catalogue).map((entry) => entry.name.slice(one.length + 1));
  if (members.length > 0 && two === undefined) {
    return new UsageError(`"${one}" needs one more word: ${members.join(', ')}`, {
      hint: `comm-node ${one} ${members[0]} --help`,
    });
  }
  const typed = members.length > 0 ? `${one} ${two}` : one;
  const names = catalogue.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]);
  const groups = names.flatMap((name) => (name.includes(' ') ? name.split(' ', 1) : []));
  const meant = nearest(typed, [...names, ...groups]);
  return new UsageError(`there is no verb "${typed}"`, {
    hint: meant ? `did you mean "comm-node ${meant}"?` : 'see all verbs: comm-node help',
    data: { verb: typed, ...(meant ? { suggestion: meant } : {}) },
  });
}

/** Where the first two words stand that are neither options nor values of global options. */
function wordIndexes(argv: readonly string[]): number[] {
  const found: number[] = [];
  for (let index = 0; index < argv.length && found.length < 2; index++) {
    const token = argv[index] ?? '';
    if (token === '--') break;
    if (takesNextToken(token)) index++;
    else if (!token.startsWith('-') || token === '-') found.push(index);
    else if (found.length > 0 && !isGlobal(token)) break;
  }
  return found;
}

function takesNextToken(token: string): boolean {
  const option = globalOption(token);
  return option !== undefined && option.type !== 'flag' && !token.includes('=');
}

function isGlobal(token: string): boolean {
  return globalOption(token) !== undefined;
}

function globalOption(token: string): Option | undefined {
  const name = token.split('=', 1)[0];
  for (const [key, option] of Object.entries<Option>(GLOBAL_OPTIONS)) {
    if (name === (key.length === 1 ? `-${key}` : `--${key}`)) return option;
    if (option.alias !== undefined && name === `-${option.alias}`) return option;
  }
  return undefined;
}
