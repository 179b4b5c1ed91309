import { cook } from './cooked-text.ts';
import type { Suspects } from './import.ts';
import { before, isWordCode, wordBefore } from './left-context.ts';
import { callWords, fileClasses, fileLookup, folderLookup } from './script-calls.ts';

// Every specifier stands between two equal quotes. So each quote is taken as an
// opening one, whatever lies around it (a comment, a regular expression, JSX, a
// string of the other quote): only what stands to its left must be able to
// precede a specifier. That is why nothing is missed, and sometimes one too many seen.

interface Scan {
  readonly text: string;
  /** A `require` of another name may be about. */
  readonly anyCall: boolean;
  /** A list of patterns may be about. */
  readonly lists: boolean;
  /** Markup: `<script src="…">`. */
  readonly markup: boolean;
  readonly lookups: Set<string>;
  opaque: boolean;
}

/** What a specifier could be: of a module, a file beside this one, a folder. */
type Context = 'module' | 'file' | 'folder';

const leadingWords = new Set(['from', 'import', 'module']);

/**
 * The gate of TypeScript, JavaScript, Vue, Svelte and Astro files.
 * @returns a superset of what the parser will find in the same text.
 */
export function scanScript(path: string, text: string): Suspects {
  const scan: Scan = {
    text,
    anyCall: text.includes('createRequire') || hidesCall(text),
    lists: text.includes('glob') && text.includes('meta'),
    markup: /\.(vue|svelte|astro)$/i.test(path),
    lookups: new Set(),
    opaque: text.includes('comm-node-allow') || hasConflictMarker(text),
  };
  for (const quote of ['"', "'", '`']) scanQuote(scan, quote);
  return { lookups: [...scan.lookups], opaque: scan.opaque };
}

function hasConflictMarker(text: string): boolean {
  return text.includes('<<<<<<< ') && /^<{7} /m.test(text);
}

// A name may be written with escapes: `requ\u0069re`.
function hidesCall(text: string): boolean {
  if (!text.includes('\\u')) return false;
  const escaped = /[\w$]*(?:\\u(?:[0-9a-f]{4}|\{[0-9a-f]+\})[\w$]*)+/gi;
  return [...text.matchAll(escaped)].some(([name]) => {
    const plain = name.replace(/\\u\{?([0-9a-f]+)\}?/gi, (_, code: string) => {
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '';
    });
    return plain === 'createRequire' || callWords.has(plain);
  });
}

function scanQuote(scan: Scan, quote: string): void {
  const { text } = scan;
  let open = text.indexOf(quote);
  while (open >= 0) {
    const close = text.indexOf(quote, open + 1);
    const contexts = leftContexts(scan, open);
    if (contexts.size > 0) take(scan, open + 1, close < 0 ? text.length : close, quote, contexts);
    open = close;
  }
}

function take(
  scan: Scan,
  from: number,
  to: number,
  quote: string,
  contexts: ReadonlySet<Context>,
): void {
  let content = scan.text.slice(from, to);
  if (content.includes('\\')) {
    const cooked = cook(content, quote);
    if (cooked === undefined) {
      scan.opaque = true;
      return;
    }
    content = cooked;
  }
  if (/[\n\r\u2028\u2029]/.test(content)) {
    // A template may run over lines, but no file has such a name. A string that is left
    // open ends with its line.
    if (quote === '`') return;
    content = content.slice(0, content.search(/[\n\r\u2028\u2029]/));
  }
  if (content === '') return;
  if (contexts.has('module')) scan.lookups.add(content);
  if (contexts.has('folder')) scan.lookups.add(folderLookup(content));
  if (contexts.has('file')) scan.lookups.add(fileLookup(content));
}

const none: ReadonlySet<Context> = new Set();

function leftContexts(scan: Scan, open: number): ReadonlySet<Context> {
  const { text } = scan;
  if (!worthALook(scan, open)) return none;
  const found = new Set<Context>();
  for (const at of before(text, open - 1)) {
    const char = text.charAt(at);
    if (char === '(') addCall(scan, at, found);
    else if (char === '[' || char === ',') {
      if (scan.lists || scan.anyCall) found.add('module');
    } else if (char === '=') addAttribute(scan, at, found);
    else if (leads(text, at)) found.add('module');
  }
  return found;
}

// Nearly all quotes stand right behind what tells that they open no specifier.
function worthALook(scan: Scan, open: number): boolean {
  const { text } = scan;
  let at = open - 1;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at--;
  const code = text.charCodeAt(at);
  // The words before a specifier end with m (from), t (import) or e (module).
  if (isWordCode(code)) return code === 109 || code === 116 || code === 101;
  if (code === 44 || code === 91) return scan.lists || scan.anyCall;
  if (code !== 40) return !(code > 32 && code < 128) || code === 61 || code === 47 || code === 42;
  const last = text.charCodeAt(at - 1);
  if (isWordCode(last) && !scan.anyCall) return callWords.has(wordBefore(text, at - 1));
  return true;
}

// The quote that ends `'./from'` or `'from'` has the word before it as well.
function leads(text: string, end: number): boolean {
  const word = wordBefore(text, end);
  if (!leadingWords.has(word)) return false;
  const at = end - word.length;
  const char = text.charAt(at);
  if (char === '') return true;
  if (char === '/') return text.charAt(at - 1) === '*';
  if ('"\'`'.includes(char) && word !== 'from') return true;
  if ('"\'`'.includes(char)) return namedExport.test(text.slice(Math.max(0, at - 300), at + 1));
  return !'-.@:\\#'.includes(char);
}

/** The end of `export * as "name"`, behind which `from` may stand at once. */
const namedExport = /\bas\s*(?:\/\*[\s\S]*?\*\/\s*|\/\/[^\n]*\n\s*)*(?:"[^"\n]*"|'[^'\n]*')$/;

function addCall(scan: Scan, paren: number, found: Set<Context>): void {
  const { text } = scan;
  for (const at of before(text, paren - 1)) {
    const char = text.charAt(at);
    const word = wordBefore(text, at);
    const generic = char === '>' && text.charAt(at - 1) !== '=';
    const optional = char === '.' && text.charAt(at - 1) === '?';
    if (fileClasses.has(word) || generic || scan.anyCall) found.add('file');
    if (word === 'context' || generic || optional || scan.anyCall) found.add('folder');
    if (callWords.has(word) || generic || optional || scan.anyCall) found.add('module');
  }
}

function addAttribute({ text, markup }: Scan, equals: number, found: Set<Context>): void {
  for (const at of before(text, equals - 1)) {
    const word = wordBefore(text, at).toLowerCase();
    if (word === 'path' || (markup && word === 'src')) found.add('file');
    if (word === 'types') found.add('module');
  }
}
