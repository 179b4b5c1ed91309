import type { Word } from './shell-words.ts';

/** A path that a command writes, as the command names it. */
export interface Named {
  readonly path: string;
  /** Whether the name itself is changed (`rm`, `mv`), not what a link of that name leads to. */
  readonly itself: boolean;
  /** It is written only if the folder it would lie in is one. */
  readonly inFolder?: true;
}

/** From the words after the name of a command, what it writes. */
export type Writer = (words: readonly Word[]) => Named[];

/** A word as a path; nothing when the shell will put something else in its place. */
export function named(word: Word, itself: boolean): Named[] {
  return word.open || word.text === '' || word.text === '-' ? [] : [{ path: word.text, itself }];
}

/** The words of a command that are no options; `valued` are options that take the next word along. */
export const operands = (words: readonly Word[], valued = /^$/): Word[] => {
  const found: Word[] = [];
  let only = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    if (!only && word.text === '--') only = true;
    else if (!only && valued.test(word.text)) at++;
    else if (only || !word.text.startsWith('-') || word.text === '-') found.push(word);
  }
  return found;
};
const all =
  (itself: boolean, valued?: RegExp): Writer =>
  (words) =>
    operands(words, valued).flatMap((word) => named(word, itself));

/** Copies and moves write their last operand, or into the folder that `-t` names; a move takes the others away. */
const transfer =
  (moves: boolean): Writer =>
  (words) => {
    const paths = operands(words, /^(?:-t|-S|--target-directory|--suffix|-m|-o|-g)$/);
    const target = optionValue(words, /^(?:-t|--target-directory)$/, '--target-directory=');
    const sources = target ? paths : paths.slice(0, -1);
    const into = target ?? paths.at(-1);
    const written = into ? [...named(into, false), ...inside(into, sources)] : [];
    return [...written, ...(moves ? sources.flatMap((word) => named(word, true)) : [])];
  };

/** What a source is called if the target is a folder. */
function inside(target: Word, sources: readonly Word[]): Named[] {
  if (target.open) return [];
  const names = sources
    .filter(({ open }) => !open)
    .map(({ text }) => text.split('/').filter(Boolean).at(-1) ?? '');
  return names.map((name) => ({
    path: `${target.text.replace(/\/+$/, '')}/${name}`,
    itself: false,
    inFolder: true as const,
  }));
}

function optionValue(words: readonly Word[], short: RegExp, long: string): Word | undefined {
  const at = words.findIndex(({ text }) => short.test(text));
  if (at >= 0) return words[at + 1];
  const joined = words.find(({ text }) => text.startsWith(long));
  return joined && { ...joined, text: joined.text.slice(long.length) };
}

/** An editor of streams writes only when told to do so in place; without `-e` its first operand is the script. */
const sedInPlace: Writer = (words) => {
  if (!words.some(({ text }) => /^(?:-[a-zA-Z]*i|--in-place)/.test(text))) return [];
  const scripted = words.some(({ text }) => /^(?:-[a-zA-Z]*[ef]$|--expression|--file)/.test(text));
  const paths = operands(words, /^(?:-[a-zA-Z]*[ef]|--expression|--file)$/);
  // On BSD, `-i ''` names no backup: an empty operand.
  const files = paths.filter(({ text }) => text !== '').slice(scripted ? 0 : 1);
  return files.flatMap((word) => named(word, false));
};

const perlInPlace: Writer = (words) => {
  if (!words.some(({ text }) => /^-[a-zA-Z0-9]*i/.test(text))) return [];
  const scripted = words.some(({ text }) => /^-[a-zA-Z0-9.]*[eE]$/.test(text));
  return operands(words, /^-[a-zA-Z0-9.]*[eE]$/)
    .slice(scripted ? 0 : 1)
    .flatMap((word) => named(word, false));
};

const ddWriter: Writer = (words) =>
  words.flatMap((word) =>
    word.text.startsWith('of=') ? named({ ...word, text: word.text.slice(3) }, false) : [],
  );

/** `git rm`, `git mv`, `git restore PATH` and `git checkout -- PATH` change files as `rm` and `mv` do. */
const gitWriter: Writer = (words) => {
  const at = words.findIndex(
    ({ text }, index) => !text.startsWith('-') && !/^-[cC]$/.test(words[index - 1]?.text ?? ''),
  );
  const rest = words.slice(at + 1);
  const verb = words[at]?.text;
  if (words.slice(0, Math.max(at, 0)).some(({ text }) => text === '-C')) return [];
  if (verb === 'rm') return rest.some(({ text }) => text === '--cached') ? [] : all(true)(rest);
  if (verb === 'mv') return transfer(true)(rest);
  if (verb === 'restore') return all(false, /^(?:-s|--source)$/)(rest);
  const dashes = rest.findIndex(({ text }) => text === '--');
  return verb === 'checkout' && dashes >= 0 ? all(false)(rest.slice(dashes + 1)) : [];
};

/** What each command that writes files writes, from the words after its name. */
export const WRITERS: Readonly<Record<string, Writer>> = {
  tee: all(false),
  rm: all(true),
  rmdir: all(true),
  unlink: all(true),
  shred: all(false, /^(?:-n|-s)$/),
  touch: all(false, /^(?:-d|-t|-r|--date|--reference)$/),
  truncate: all(false, /^(?:-s|-r|--size|--reference)$/),
  mkdir: () => [],
  mv: transfer(true),
  cp: transfer(false),
  install: transfer(false),
  ln: (words) => transfer(false)(words).map((one) => ({ ...one, itself: true })),
  sed: sedInPlace,
  gsed: sedInPlace,
  perl: perlInPlace,
  dd: ddWriter,
  git: gitWriter,
};
