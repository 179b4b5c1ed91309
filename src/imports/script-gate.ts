import type { Suspects } from './import.ts';
import { callWords, fileClasses, fileLookup, folderLookup } from './script-calls.ts';

// Every specifier stands between two equal quotes. So each quote is taken as an
// opening one, whatever lies around it (a comment, a regular expression, JSX, a
// string of the other quote): only what stands to its left must be able to
// precede a specifier. That is why nothing is missed, and sometimes one too many seen.

interface Scan {
  readonly text: string;
  /** A `require` of another name, or a name with an escape in it, may be about. */
  readonly anyCall: boolean;
  /** A list of patterns may be about. */
  readonly lists: boolean;
  /** A class that takes a file may be about. */
  readonly files: boolean;
  /** Markup: `<script src="…">`. */
  readonly markup: boolean;
  readonly lookups: Set<string>;
  opaque: boolean;
}

const leadingWords = new Set(['from', 'import', 'module']);

/**
 * The gate of TypeScript, JavaScript, Vue, Svelte and Astro files.
 * @returns a superset of what the parser will find in the same text.
 */
export function scanScript(path: string, text: string): Suspects {
  const scan: Scan = {
    text,
    anyCall: text.includes('createRequire') || text.includes('\\u'),
    files: text.includes('URL') || text.includes('Worker'),
    lists: text.includes('glob'),
    markup: /\.(vue|svelte|astro)$/i.test(path),
    lookups: new Set(),
    opaque: text.includes('comm-node-allow') || hasConflictMarker(text),
  };
  for (const quote of ['"', "'", '`']) scanQuote(scan, quote);
  return { lookups: [...scan.lookups], opaque: scan.opaque };
}

function hasConflictMarker(text: string): boolean {
  return text.startsWith('<<<<<<< ') || text.includes('\n<<<<<<< ');
}

function scanQuote(scan: Scan, quote: string): void {
  const { text } = scan;
  let open = text.indexOf(quote);
  while (open >= 0) {
    const close = text.indexOf(quote, open + 1);
    const context = leftContext(scan, open);
    if (context) take(scan, open + 1, close < 0 ? text.length : close, quote, context);
    open = close;
  }
}

type Context = 'module' | 'file' | 'either' | 'folder';

function take(scan: Scan, from: number, to: number, quote: string, context: Context): void {
  const content = scan.text.slice(from, to);
  if (/[\\\n\r\u2028\u2029]/.test(content)) {
    // An escape, a line continuation or an open string: what it says only the parser knows.
    // A template may run over lines, but no file has such a name.
    if (quote !== '`' || content.includes('\\')) scan.opaque = true;
    return;
  }
  if (content === '') return;
  if (context !== 'file') scan.lookups.add(content);
  if (context === 'folder') scan.lookups.add(folderLookup(content));
  if (context === 'file' || (context === 'either' && scan.files)) {
    scan.lookups.add(fileLookup(content));
  }
}

/** What a specifier here could be; undefined: none. */
function leftContext(scan: Scan, open: number): Context | undefined {
  const { text } = scan;
  const at = skipBack(text, open - 1);
  if (at === undefined) return 'either';
  const char = text.charAt(at);
  if (char === '(') return callContext(scan, at);
  if (char === '[' || char === ',') return scan.lists || scan.anyCall ? 'module' : undefined;
  if (char === '=') return attributeContext(scan, at);
  if (char === '/' || char === '*') return 'either';
  return leadingWords.has(wordBefore(text, at)) ? 'module' : undefined;
}

function callContext(scan: Scan, paren: number): Context | undefined {
  const at = skipBack(scan.text, paren - 1);
  if (at === undefined) return 'either';
  const word = wordBefore(scan.text, at);
  if (fileClasses.has(word)) return scan.anyCall ? 'either' : 'file';
  if (word === 'context') return 'folder';
  if (scan.anyCall || '.>()}/*'.includes(scan.text.charAt(at))) return 'either';
  return callWords.has(word) ? 'module' : undefined;
}

function attributeContext({ text, markup }: Scan, equals: number): Context | undefined {
  const word = wordBefore(text, skipBack(text, equals - 1) ?? 0).toLowerCase();
  if (word === 'path') return 'file';
  if (markup && word === 'src') return 'file';
  return word === 'types' ? 'module' : undefined;
}

/** The last place that is not blank; undefined when a line comment may lie in between. */
function skipBack(text: string, from: number): number | undefined {
  let at = from;
  for (; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) {
      const start = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
      const comment = text.indexOf('//', start);
      if (comment >= 0 && comment < at) return undefined;
    } else if (code > 32 && code < 128) return at;
    else if (code >= 128 && !/\s/.test(text.charAt(at))) return at;
  }
  return at;
}

function wordBefore(text: string, end: number): string {
  let start = end;
  while (start >= 0 && isWordCode(text.charCodeAt(start))) start--;
  return text.slice(start + 1, end + 1);
}

function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36
  );
}
