// Words that end in a period without ending a sentence. A single letter ("J. Doe") never ends one.
const ABBREVIATIONS = new Set(
  'e.g i.e etc vs cf al approx incl excl resp ca fig no nr sec ch vol pp ed est dept inc ltd co corp mr mrs ms dr prof st jr sr z.b d.h u.a bzw ggf usw evtl p.s a.m p.m u.s'.split(
    ' ',
  ),
);
// Code and addresses have periods and question marks of their own.
const OPAQUE = /`[^`\n]*`|\b[a-z][a-z+.-]{0,20}:\/\/[^\s<>]+/gi;
// A mark that can end a sentence, what may close after it, and then a blank, the end, or, in
// writing without blanks, nothing.
const END = /[.!?…]+["'”’)\]»*_]*(?=\s|$)|[。！？]+[”’」』）]*|\n[^\S\n]*\n\s*/gu;

/**
 * The sentences of a text. Abbreviations, version numbers, file names, addresses and decimals do not
 * end one; an empty line does; so does the end of the text.
 */
export function sentencesOf(text: string): string[] {
  const plain = text.replace(OPAQUE, (code) => hushed(code));
  const sentences: string[] = [];
  let start = 0;
  for (const match of plain.matchAll(END)) {
    const end = match.index + match[0].length;
    if (!endsSentence(plain.slice(start, match.index), match[0], plain.slice(end, end + 40)))
      continue;
    sentences.push(text.slice(start, end).trim());
    start = end;
  }
  sentences.push(text.slice(start).trim());
  return sentences.filter((sentence) => /[\p{L}\p{N}\p{S}`]/u.test(sentence));
}

// Same length, no marks; an address keeps the period that ends its sentence.
function hushed(code: string): string {
  const tail = code.startsWith('`') ? '' : (/[.!?]+$/.exec(code)?.[0] ?? '');
  return 'x'.repeat(code.length - tail.length) + tail;
}

function endsSentence(before: string, mark: string, after: string): boolean {
  if (/^(?:\.\.+|…)/.test(mark)) return !/^\s*\p{Ll}/u.test(after);
  if (!mark.startsWith('.')) return true;
  const word = /[^\s("'“‘[]*$/u.exec(before.slice(-40))?.[0].toLowerCase() ?? '';
  if (word === 'etc' || word === 'no') return /^\s*(?:\p{Lu}|$)/u.test(after);
  return !ABBREVIATIONS.has(word) && !/^\p{L}$/u.test(word);
}

/** The first heading without its `#`, else the first sentence; '' if there is no text. */
export function firstSentence(markdown: string): string {
  const first =
    markdown
      .slice(0, 4000)
      .split('\n')
      .find((line) => /[\p{L}\p{N}\p{S}]/u.test(line)) ?? '';
  const heading = /^\s{0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(first.slice(0, 500));
  if (heading?.[1] !== undefined) return heading[1];
  const from = markdown.indexOf(first);
  return (
    sentencesOf(markdown.slice(from, from + 4000).replace(/^\s*(?:[-*+>]|\d+[.)])\s+/, ''))[0] ?? ''
  );
}
