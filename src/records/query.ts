import { UsageError } from '../errors.ts';
import { type Message, messageTypes } from './message.ts';
import { nearest } from './names.ts';
import { parseDuration, parseTime } from './time.ts';
import { oneLine } from './visible.ts';

const FILTERS = ['from', 'to', 'type', 'task', 'since'] as const;
type Filter = (typeof FILTERS)[number];

/** One condition: text that must occur, or a filter that must hold; or must not. */
interface Term {
  readonly not: boolean;
  readonly filter: Filter | undefined;
  /** Lower case, NFC; for `since` the milliseconds since 1970. */
  readonly value: string;
}

/** What a search asks for. */
export interface Query {
  readonly terms: readonly Term[];
}

// -filter:"value with blanks", "phrase", word
const TERM = /(-?)(?:(\p{L}+):(?!\/\/))?(?:"([^"]*)"?|(\S+))/gu;

/**
 * Reads a search: words and "phrases" that must all occur, `from:`, `to:` (also cc), `type:`,
 * `task:`, `since:` (a duration back from now, a date, or a time); a minus excludes. Of several
 * values for one filter any will do.
 * @param now milliseconds since 1970
 * @throws UsageError on an unknown filter, with the nearest known one
 */
export function parseQuery(text: string, now: number): Query {
  const terms: Term[] = [];
  for (const [whole, minus, name, phrase, word] of text.matchAll(TERM)) {
    if (name === undefined && isFilter((word ?? '').slice(0, -1)) && word?.endsWith(':')) {
      throw new UsageError(`${word} has no value`, {
        hint: 'write it without a blank, for example from:backend',
      });
    }
    const term = readTerm(whole, minus === '-', name, phrase ?? word ?? '', now);
    if (term.value !== '') terms.push(term);
  }
  if (terms.length > 0) return { terms };
  throw new UsageError('there is nothing to search for', {
    hint: 'for example: comm-node search jwt from:backend since:2d',
  });
}

function isFilter(name: string): name is Filter {
  return FILTERS.some((filter) => filter === name);
}

function readTerm(
  whole: string,
  not: boolean,
  name: string | undefined,
  value: string,
  now: number,
): Term {
  if (name === undefined) return { not, filter: undefined, value: folded(value) };
  const filter = name.toLowerCase();
  if (!isFilter(filter)) throw unknownFilter(whole, name);
  if (filter === 'since') return { not, filter, value: String(sinceOf(value, now)) };
  if (filter === 'type') checkType(value);
  return { not, filter, value: folded(value) };
}

function unknownFilter(whole: string, name: string): UsageError {
  const [meant] = nearest(name, FILTERS);
  const known = `filters: ${FILTERS.map((filter) => `${filter}:`).join(' ')}`;
  const hint = meant === undefined ? known : `did you mean ${meant}:?`;
  const quoted = oneLine(whole.replaceAll('"', ''), 60);
  return new UsageError(`unknown filter "${oneLine(name, 40)}:"`, {
    hint: `${hint} (the text itself is found by quoting it: '"${quoted}"')`,
    data: { filter: name, known: FILTERS },
  });
}

function checkType(value: string): void {
  if (messageTypes.some((type) => type === value.toLowerCase())) return;
  const [meant] = nearest(value, messageTypes);
  throw new UsageError(`unknown type "${oneLine(value, 40)}"`, {
    hint: meant === undefined ? `types: ${messageTypes.join(' ')}` : `did you mean type:${meant}?`,
    data: { type: value, known: messageTypes },
  });
}

function sinceOf(value: string, now: number): number {
  const at = parseTime(value) ?? parseTime(`${value}T00:00:00.000Z`);
  if (at !== undefined) return at;
  try {
    return now - parseDuration(value);
  } catch {
    throw new UsageError(`since: cannot read "${oneLine(value, 40)}"`, {
      hint: 'for example since:2h, since:3d, since:2026-11-22 or since:2026-11-22T09:30:00.000Z',
      data: { since: value },
    });
  }
}

// One form for what looks the same: case, composed accents, and kinds of white space.
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Whether the message is one of those that the search asks for. */
export function matches(query: Query, message: Message): boolean {
  const text = folded(
    [
      message.body,
      message.from,
      ...message.to,
      ...message.cc,
      message.type,
      message.task ?? '',
      ...message.artifacts,
    ].join('\0'),
  );
  const holds = (term: Term) =>
    term.filter === undefined ? text.includes(term.value) : fits(term.filter, term.value, message);
  if (query.terms.some((term) => term.not && holds(term))) return false;
  const wanted = query.terms.filter((term) => !term.not);
  return wanted.every((term) =>
    term.filter === undefined
      ? holds(term)
      : wanted.some((other) => other.filter === term.filter && holds(other)),
  );
}

function fits(filter: Filter, value: string, message: Message): boolean {
  switch (filter) {
    case 'from':
      return message.from === value;
    case 'to':
      return message.to.includes(value) || message.cc.includes(value);
    case 'type':
      return message.type === value;
    case 'task':
      return message.task?.toLowerCase() === value;
    case 'since':
      return (parseTime(message.created) ?? 0) >= Number(value);
  }
}

/**
 * Strings that occur in `JSON.stringify(message).toLowerCase()` of every message that matches, so
 * that an index can pass over most others without reading them. Only what is the same in each form
 * of a text is used: runs of ASCII, without what JSON escapes and what Unicode composes.
 */
export function needles(query: Query): string[] {
  const once = (term: Term) =>
    query.terms.filter(({ filter, not }) => filter === term.filter && !not).length === 1;
  const sure = query.terms.filter(
    (term) => !term.not && term.filter !== 'since' && (term.filter === undefined || once(term)),
  );
  const runs = sure.flatMap(({ value }) => value.match(/[!#-:<-[\]^_a-z{|}~]+/g) ?? []);
  return [...new Set(runs)];
}
