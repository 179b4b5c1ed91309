import { type DialectWord, wordFault } from './dialect.ts';
import { idTime } from './ids.ts';
import type { Message } from './message.ts';
import { HUMAN } from './names.ts';
import { recurringPhrases } from './phrases.ts';
import { parseSignal } from './signal.ts';
import { asksBack, isTalk, waits } from './talk.ts';
import { estimateTokens } from './tokens.ts';

const DAY = 86_400_000;
/** What recurs in fewer messages is not worth a word that everybody must learn. */
const RECURS = 3;

/** What messages of one tier and type cost, and how they were taken. */
export interface DialectRow {
  readonly tier: Message['tier'];
  readonly type: Message['type'];
  readonly messages: number;
  /** Estimated, of all of them. */
  readonly tokens: number;
  readonly tokens_each: number;
  /** Of those that could be understood or not, and were answered or had their time. */
  readonly judged: number;
  /** 0 to 1: the share that nobody had to ask back about; null when none was judged. */
  readonly understood: number | null;
}

/** A phrase that recurs, with a word that could stand for it. */
export interface Candidate {
  readonly phrase: string;
  readonly messages: number;
  /** What the phrase has cost in them, estimated. */
  readonly tokens: number;
  /** What `→word` in its place would have saved. */
  readonly saves: number;
  /** Free in the dialect of this project. */
  readonly word: string;
}

/** A word of the project: how often it is used, and how often it is still written out. */
export interface WordUse extends DialectWord {
  readonly used: number;
  readonly written_out: number;
}

export interface DialectReport {
  readonly messages: number;
  /** RFC 3339, of the first and the last message; null when there is none. */
  readonly since: string | null;
  readonly until: string | null;
  readonly rows: readonly DialectRow[];
  readonly words: readonly WordUse[];
  readonly candidates: readonly Candidate[];
}

/**
 * Measures how a project talks.
 * @param messages in order of their ids, replies among them
 * @param own the words of the project, and the domains that no word may be called
 * @param now milliseconds since 1970
 * @param limit how many candidates are told
 */
export function measureDialect(
  messages: readonly Message[],
  own: { readonly words: readonly DialectWord[]; readonly domains: readonly string[] },
  now: number,
  limit: number,
): DialectReport {
  const written = messages.filter(isProse).map(({ body }) => body);
  return {
    messages: messages.length,
    since: messages[0]?.created ?? null,
    until: messages.at(-1)?.created ?? null,
    rows: rowsOf(messages, now),
    words: own.words.map((word) => useOf(word, messages, written)),
    candidates: candidatesOf(written, own, limit),
  };
}

// What the program writes recurs by nature.
function isProse(message: Message): boolean {
  return message.tier !== 'signal' && isTalk(message);
}

type Row = { -readonly [K in keyof DialectRow]: DialectRow[K] };

function rowsOf(messages: readonly Message[], now: number): DialectRow[] {
  const standing = standingOf(messages);
  const rows = new Map<string, Row>();
  for (const message of messages) {
    const { tier, type, tokens } = message;
    const key = `${tier} ${type}`;
    const row = rows.get(key) ?? emptyRow(tier, type);
    rows.set(key, row);
    row.messages++;
    row.tokens += tokens;
    row.tokens_each = Math.round((row.tokens / row.messages) * 10) / 10;
    const taken = understood(message, standing, now);
    if (taken === undefined) continue;
    const sum = (row.understood ?? 0) * row.judged + taken;
    row.judged++;
    row.understood = sum / row.judged;
  }
  return [...rows.values()].sort(
    (a, b) => b.tokens - a.tokens || (`${a.tier} ${a.type}` < `${b.tier} ${b.type}` ? -1 : 1),
  );
}

function emptyRow(tier: Message['tier'], type: Message['type']): Row {
  return { tier, type, messages: 0, tokens: 0, tokens_each: 0, judged: 0, understood: null };
}

interface Standing {
  readonly unclear: ReadonlySet<string>;
  readonly settled: ReadonlySet<string>;
}

function standingOf(messages: readonly Message[]): Standing {
  const author = new Map(messages.map(({ id, from }) => [id, from]));
  const unclear = new Set<string>();
  const settled = new Set<string>();
  for (const { type, from, in_reply_to: about } of messages) {
    if (about === undefined || author.get(about) === from) continue;
    (asksBack(type) ? unclear : settled).add(about);
  }
  return { unclear, settled };
}

/** 1, 0, a half for what was never answered; undefined when it cannot be said. As efficiency has it. */
function understood(
  message: Message,
  { unclear, settled }: Standing,
  now: number,
): number | undefined {
  const { id, from } = message;
  if (from === HUMAN || !isTalk(message)) return undefined;
  if (unclear.has(id)) return 0;
  if (!waits(message) || settled.has(id)) return 1;
  return now - idTime(id) < DAY ? undefined : 0.5;
}

function useOf(
  { word, phrase }: DialectWord,
  messages: readonly Message[],
  written: readonly string[],
): WordUse {
  const signals = messages
    .filter(({ tier }) => tier === 'signal')
    .map(({ body }) => parseSignal(body));
  const used = signals.filter((signal) => !('fault' in signal) && signal.action === word).length;
  const sought = phrase.toLowerCase();
  const still = written.filter((body) => body.toLowerCase().includes(sought)).length;
  return { word, phrase, used, written_out: still };
}

function candidatesOf(
  written: readonly string[],
  { words, domains }: { words: readonly DialectWord[]; domains: readonly string[] },
  limit: number,
): Candidate[] {
  const known = new Set(words.map(({ phrase }) => phrase.toLowerCase()));
  const costly = recurringPhrases(written, RECURS)
    .filter(({ text }) => !known.has(text))
    .map(({ text, texts }) => ({ text, texts, tokens: texts * estimateTokens(text) }))
    .sort((a, b) => b.tokens - a.tokens);
  const taken = [...words];
  const candidates: Candidate[] = [];
  for (const { text, texts, tokens } of costly) {
    if (candidates.length >= limit) break;
    const word = wordFor(text, taken, domains);
    if (word === undefined) continue;
    const saves = tokens - texts * estimateTokens(`→${word}`);
    if (saves <= 0) continue;
    taken.push({ word, phrase: text });
    candidates.push({ phrase: text, messages: texts, tokens, saves, word });
  }
  return candidates;
}

/** Its initials, or its words: what is free, and can be taken for nothing else. */
function wordFor(
  phrase: string,
  taken: readonly DialectWord[],
  domains: readonly string[],
): string | undefined {
  const words = phrase
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9 ]/g, '')
    .split(' ')
    .filter(Boolean);
  const initials = words.map(([first]) => first).join('');
  return [initials, words.slice(0, 2).join('-'), words.join('-')].find(
    (word) => wordFault({ word, phrase }, taken, domains) === undefined,
  );
}
