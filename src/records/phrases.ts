/** Words that recur in the same order. */
export interface Phrase {
  /** In lower case, with a blank between words. */
  readonly text: string;
  /** In so many of the texts; one text counts once. */
  readonly texts: number;
}

const MAX_WORDS = 6;
// What is said in the first pages of a text; a megabyte of log file is not talk.
const MAX_TEXT = 8000;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;
// A phrase goes over no mark, and over no code, path or address.
const BREAK = /`[^`\n]*`|\S{0,80}[/\\_@:→📄]\S*|[^\p{L}\p{N}\p{Zs}'’-]+|\s-+\s/gu;

/**
 * The phrases of two to six words that stand in at least `least` of the texts, longest first among
 * those that stand in equally many: a part of a phrase that is no more frequent is left out.
 */
export function recurringPhrases(texts: readonly string[], least: number): Phrase[] {
  const parts = texts.map((text) => text.slice(0, MAX_TEXT).split(BREAK).map(wordsOf));
  const frequent: Phrase[] = [];
  let known: ReadonlyMap<string, number> | undefined;
  for (let length = 1; length <= MAX_WORDS; length++) {
    known = countRuns(parts, length, least, known);
    if (known.size === 0) break;
    if (length > 1) for (const [text, count] of known) frequent.push({ text, texts: count });
  }
  return longest(frequent);
}

function wordsOf(part: string): string[] {
  return part.toLowerCase().normalize('NFC').match(WORD) ?? [];
}

/** In how many texts each run of words stands; a run whose beginning or end is rare is not looked at. */
function countRuns(
  texts: readonly (readonly (readonly string[])[])[],
  length: number,
  least: number,
  shorter: ReadonlyMap<string, number> | undefined,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const parts of texts) {
    const own = new Set<string>();
    for (const words of parts) {
      for (let at = 0; at + length <= words.length; at++) {
        const isRare =
          shorter !== undefined &&
          !(shorter.has(run(words, at, length - 1)) && shorter.has(run(words, at + 1, length - 1)));
        if (!isRare) own.add(run(words, at, length));
      }
    }
    for (const text of own) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  for (const [text, count] of counts) if (count < least) counts.delete(text);
  return counts;
}

function run(words: readonly string[], at: number, length: number): string {
  return words.slice(at, at + length).join(' ');
}

function longest(phrases: readonly Phrase[]): Phrase[] {
  const within = new Map<string, number>();
  for (const { text, texts } of phrases) {
    const words = text.split(' ');
    for (const part of [words.slice(1), words.slice(0, -1)]) {
      const key = part.join(' ');
      within.set(key, Math.max(within.get(key) ?? 0, texts));
    }
  }
  const kept = phrases.filter(({ text, texts }) => (within.get(text) ?? 0) < texts);
  return kept.sort(
    (a, b) => b.texts - a.texts || b.text.length - a.text.length || (a.text < b.text ? -1 : 1),
  );
}
