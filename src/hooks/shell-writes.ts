import { shellTokens, type Token, type Word } from './shell-words.ts';
import { type Named, named, operands, WRITERS } from './shell-writers.ts';

/** A path that a command is about to write, as far as can be read from its words. */
export interface Written extends Named {
  /** Where the command has gone with `cd` by then; undefined: where it began; null: not known. */
  readonly folder: string | undefined | null;
}

/** Words before a command that are none of it. */
const PREFIXES = new Set([
  'sudo',
  'env',
  'command',
  'builtin',
  'nohup',
  'time',
  'exec',
  'nice',
  'then',
  'do',
  'else',
  '{',
  '!',
  'if',
  'while',
  'until',
]);
/** How deep `sh -c '…'` is looked into. */
const DEPTH = 4;

/**
 * The paths that a shell command is seen to write: redirections, and the operands of commands that
 * write files. What a script or a program writes inside cannot be seen; the audit after it does.
 */
export function writtenPaths(command: string, depth = 0): Written[] {
  const found: Written[] = [];
  let folder: string | undefined | null;
  const outer: (string | undefined | null)[] = [];
  for (const part of simpleCommands(shellTokens(command))) {
    if (part === '(') outer.push(folder);
    else if (part === ')') folder = outer.length > 0 ? outer.pop() : folder;
    else {
      const words = commandWords(part.words);
      const named = [...part.redirected, ...(WRITERS[programOf(words)]?.(words.slice(1)) ?? [])];
      found.push(...named.map((one) => ({ ...one, folder })));
      if (depth < DEPTH) found.push(...nested(words, depth).map((one) => inFolder(one, folder)));
      folder = folderAfter(words, folder);
    }
  }
  return found;
}

interface Part {
  readonly words: readonly Word[];
  readonly redirected: readonly Named[];
}

/** Cuts tokens into commands; `(` and `)` stand where a subshell begins and ends. */
function simpleCommands(tokens: readonly Token[]): (Part | '(' | ')')[] {
  const parts: (Part | '(' | ')')[] = [];
  let words: Word[] = [];
  let redirected: Named[] = [];
  const end = () => {
    if (words.length > 0 || redirected.length > 0) parts.push({ words, redirected });
    words = [];
    redirected = [];
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === 'word') words.push(token);
    else if (token && /[<>]/.test(token.text)) {
      const target = tokens[++at];
      if (target?.kind !== 'word') at--;
      else redirected.push(...redirection(token.text, target));
    } else if (token) {
      end();
      if (token.text === '(' || token.text === ')') parts.push(token.text);
    }
  }
  end();
  return parts;
}

function redirection(operator: string, target: Word): Named[] {
  const writes = /^\d*(?:>|>>|>\||<>|&>|&>>)$/.test(operator);
  // `>&2` and `2>&-` copy and close; `>&file` writes.
  const copies = operator.endsWith('>&') && !/^(?:\d+|-)$/.test(target.text);
  return writes || copies ? named(target, false) : [];
}

/** The words of the command itself: without assignments and what only starts it. */
function commandWords(words: readonly Word[]): readonly Word[] {
  let at = 0;
  for (; at < words.length; at++) {
    const text = words[at]?.text ?? '';
    const known = PREFIXES.has(text) || /^[A-Za-z_]\w*=/.test(text);
    if (!known && !(at > 0 && text.startsWith('-') && PREFIXES.has(words[at - 1]?.text ?? '')))
      break;
  }
  return words.slice(at);
}

function programOf(words: readonly Word[]): string {
  return (words[0]?.text ?? '').split('/').at(-1) ?? '';
}

/** What stands in `sh -c '…'` and `eval '…'`. */
function nested(words: readonly Word[], depth: number): Written[] {
  const program = programOf(words);
  if (program === 'eval') {
    return writtenPaths(
      words
        .slice(1)
        .map(({ text }) => text)
        .join(' '),
      depth + 1,
    );
  }
  if (!/^(?:ba|da|z|k)?sh$/.test(program)) return [];
  const at = words.findIndex(({ text }) => /^-[a-z]*c$/.test(text));
  return at < 0 ? [] : writtenPaths(words[at + 1]?.text ?? '', depth + 1);
}

function inFolder(one: Written, folder: string | undefined | null): Written {
  if (one.folder === null || folder === null) return { ...one, folder: null };
  return { ...one, folder: one.folder === undefined ? folder : joined(folder, one.folder) };
}

/** Where the shell is after `cd`. */
function folderAfter(words: readonly Word[], folder: string | undefined | null) {
  if (programOf(words) !== 'cd' && programOf(words) !== 'pushd')
    return programOf(words) === 'popd' ? null : folder;
  const target = operands(words.slice(1))[0];
  if (!target || target.open || target.text === '-') return target === undefined ? '~' : null;
  return folder === null && !/^[/~]/.test(target.text) ? null : joined(folder, target.text);
}

function joined(folder: string | undefined | null, path: string): string {
  return folder && !/^(?:[/~]|[A-Za-z]:)/.test(path) ? `${folder}/${path}` : path;
}
