import matter from 'gray-matter';
import { type RecordError, UsageError } from '../errors.ts';
import { type Fields, type Lines, recordFault } from './fields.ts';
import { readOwnForm } from './frontmatter-read.ts';
import { writeFrontmatter } from './frontmatter-write.ts';
import { readYaml } from './frontmatter-yaml.ts';

const KIB = 1024;
/** Bytes of UTF-8 that the frontmatter of a record may have. Ours are below 2 KiB; a bound keeps a hostile one cheap. */
export const MAX_FRONTMATTER = 64 * KIB;
/** Bytes of UTF-8 that a record may have. More belongs into an artifact. */
export const MAX_RECORD = 1024 * KIB;
// gray-matter looks for comments with a pattern that is quadratic in blank lines.
const MAX_BLANK_LINES = 50;

const FENCE = '---';
const FENCE_EXAMPLE = '"---" alone on its line';
const UNFIT = /[\0\p{Cs}]/u;
const CONTROLS = /[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/** A record taken apart. */
export interface ParsedRecord {
  readonly fields: Fields;
  readonly body: string;
  /** The line of each key in the file, for errors. */
  readonly lines: Lines;
}

/**
 * The text of a file's bytes.
 * @param file named in the error
 * @throws RecordError if the bytes are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw recordFault(file, 1, 'UTF-8 text', 'a file saved as UTF-8', 'bytes that are not UTF-8');
  }
}

/**
 * Takes a record apart: frontmatter between two lines that are exactly `---`, then the body.
 * CRLF and CR are read as LF, one byte order mark at the start is dropped, and the line feed that
 * ends the file is not part of the body.
 * @param file the path, named in errors
 * @throws RecordError with file, line, what was expected, an example, and what came
 */
export function parseRecord(text: string, file: string): ParsedRecord {
  checkText(text, file);
  const clean = withLineFeeds(text.startsWith('\ufeff') ? text.slice(1) : text);
  const inner = checkFences(clean, file);
  const own = readOwnForm(inner);
  if (own) return { ...own, body: bodyAfter(clean, inner).replace(/\n$/, '') };
  // Options given, so that gray-matter neither caches nor shares its results.
  const split = matter(clean, { language: 'yaml', engines: ENGINES });
  const { fields, lines } = readYaml(inner, file);
  return { fields, lines, body: split.content.replace(/\n$/, '') };
}

// What follows the closing fence and its line feed: as gray-matter cuts it, at a tenth of its cost.
function bodyAfter(text: string, inner: string): string {
  return text.slice(FENCE.length + 1 + inner.length + FENCE.length + 1);
}

/**
 * Puts a record together. Reading it gives back the same fields and body, but for CRLF and CR in
 * the body, which become LF.
 * @param order the keys that come first; the others follow in their own order
 * @throws UsageError if the fields are not flat, or text cannot be stored (see textFault)
 */
export function formatRecord(fields: Fields, body: string, order: readonly string[]): string {
  const head = writeFrontmatter(fields, order);
  if (Buffer.byteLength(head) > MAX_FRONTMATTER) {
    throw new UsageError(`the frontmatter of a record is at most ${MAX_FRONTMATTER / KIB} KiB`);
  }
  const tail = withLineFeeds(body);
  const text = `${FENCE}\n${head}${FENCE}\n${tail}${tail === '' ? '' : '\n'}`;
  const fault = textFault(text);
  if (fault !== undefined)
    throw new UsageError(fault, { hint: 'put large content into an artifact' });
  return text;
}

/** Why the text cannot be stored in a record, as a sentence; undefined if it can. */
export function textFault(text: string): string | undefined {
  if (text.length > MAX_RECORD || Buffer.byteLength(text) > MAX_RECORD) {
    return `a record is at most ${MAX_RECORD / KIB} KiB, and this is ${Math.ceil(Buffer.byteLength(text) / KIB)} KiB`;
  }
  if (!UNFIT.test(text)) return undefined;
  return text.includes('\0')
    ? 'text has a NUL character'
    : 'text has a lone surrogate, half of a character';
}

/** The text with every CRLF and CR made LF. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function checkText(text: string, file: string): void {
  const fault = textFault(text);
  if (fault === undefined) return;
  const at = text.length > MAX_RECORD ? 0 : Math.max(0, text.search(UNFIT));
  const line = text.slice(0, at).split('\n').length;
  throw recordFault(
    file,
    line,
    `at most ${MAX_RECORD / KIB} KiB of UTF-8 without NUL`,
    'plain text',
    fault,
  );
}

// gray-matter takes "---js" for JavaScript, "----" for text, "---x" for the end, and the end of
// the file for a fence: it gets to see nothing but the one form we accept.
function checkFences(text: string, file: string): string {
  const opening = text.slice(0, 200).split('\n', 1)[0] ?? '';
  if (opening !== FENCE)
    throw fenceFault(file, 1, 'the opening fence, with no language after it', opening);
  const close = text.indexOf(`\n${FENCE}`, FENCE.length);
  if (close < 0)
    throw fenceFault(file, text.split('\n').length, 'a closing fence', 'the end of the file');
  const inner = text.slice(FENCE.length + 1, close + 1);
  const closing = text.slice(close + 1, close + 200).split('\n', 1)[0] ?? '';
  if (closing !== FENCE) throw fenceFault(file, lineOf(inner), 'the closing fence', closing);
  checkInner(inner, file);
  return inner;
}

function checkInner(inner: string, file: string): void {
  if (Buffer.byteLength(inner) > MAX_FRONTMATTER) {
    const found = `${Math.ceil(Buffer.byteLength(inner) / KIB)} KiB`;
    throw recordFault(
      file,
      2,
      `at most ${MAX_FRONTMATTER / KIB} KiB of frontmatter`,
      'long text after it',
      found,
    );
  }
  const control = inner.search(CONTROLS);
  if (control >= 0) {
    const found = inner.slice(control, control + 40);
    const line = lineOf(inner.slice(0, control));
    throw recordFault(
      file,
      line,
      'no control characters in the frontmatter',
      String.raw`"\u001b"`,
      found,
    );
  }
  const blank = lineOf(inner) > MAX_BLANK_LINES ? inner.search(BLANKS) : -1;
  if (blank >= 0) {
    const found = 'a long run of blank lines';
    throw recordFault(
      file,
      lineOf(inner.slice(0, blank)),
      `at most ${MAX_BLANK_LINES} blank lines`,
      'none',
      found,
    );
  }
}

const BLANKS = new RegExp(`(?:^[^\\S\\n]*\\n){${MAX_BLANK_LINES}}`, 'm');

// The line of the file on which a part of the frontmatter ends; the frontmatter begins on line 2.
function lineOf(part: string): number {
  return part.split('\n').length + 1;
}

function fenceFault(file: string, line: number, what: string, found: string): RecordError {
  return recordFault(file, line, what, FENCE_EXAMPLE, found);
}

// The one engine only carries the text through; the others must never run, whatever the fence says.
const never = {
  parse: (): never => {
    throw new Error('a frontmatter is YAML and is never evaluated');
  },
};
const ENGINES = {
  yaml: { parse: (): object => ({}) },
  js: never,
  javascript: never,
  json: never,
  coffee: never,
  coffeescript: never,
  cson: never,
  toml: never,
};
