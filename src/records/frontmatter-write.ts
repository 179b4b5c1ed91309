import { UsageError } from '../errors.ts';
import { type Fields, isKey } from './fields.ts';
import { oneLine } from './visible.ts';

// A subset of YAML's plain scalars that every reader takes for a string: no indicator can be in it.
const PLAIN = /^[\p{L}\p{N}_./](?:[\p{L}\p{N}_./@+ -]|:(?=[\p{L}\p{N}_./@+-]))*$/u;
const PLAIN_ITEM = /^[\p{L}\p{N}_./][\p{L}\p{N}_./@+-]*$/u;
// What YAML 1.1 or 1.2 would read as something else than text: https://yaml.org/type/
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|\.inf|\.nan)$/i;
const NUMBER =
  /^(?:[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|0[xob][\da-f_]+|\d+(?::[0-5]?\d)+(?:\.\d*)?|\d{4}-\d\d?-\d\d?)$/i;
// JSON leaves these as they are; escaped, nothing in a frontmatter hides from a reader, and no
// reader takes them for the end of a line.
const HIDDEN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Writes a frontmatter, one `key: value` a line, without the fences. The form is our own and not a
 * library's, so that two versions of a library never write one record in two ways.
 * @param order the keys that come first, in this order; others follow in theirs; undefined is left out
 * @throws UsageError if a value is not a string, finite number, boolean or list of strings
 */
export function writeFrontmatter(fields: Fields, order: readonly string[]): string {
  const first = order.filter((key) => Object.hasOwn(fields, key));
  const rest = Object.keys(fields).filter((key) => !order.includes(key));
  let text = '';
  for (const key of [...first, ...rest]) {
    const value = fields[key];
    if (value !== undefined) text += `${writeKey(key)}: ${writeValue(key, value)}\n`;
  }
  return text;
}

/** Whether the text can stand after `key: ` without quotes. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.endsWith(' ') && !isSpecial(text);
}

/** Whether the text can stand in `[a, b]` without quotes. */
export function isPlainItem(text: string): boolean {
  return PLAIN_ITEM.test(text) && !isSpecial(text);
}

/** Whether the text is a number just as we write it: any other ("1.10", "017", "0x1F") would lose something. */
export function isOwnNumber(text: string): boolean {
  return /^-?\d/.test(text) && String(Number(text)) === text;
}

function isSpecial(text: string): boolean {
  // Numbers begin with a digit, a dot or an underscore; asked first, this halves the cost of a record.
  return (text.length <= 5 && WORD.test(text)) || (/^[\d._]/.test(text) && NUMBER.test(text));
}

function writeKey(key: string): string {
  if (!isKey(key))
    throw unwritable(key, 'a key is a letter, then letters, digits, "_", "." or "-"');
  return isSpecial(key) ? `"${key}"` : key;
}

function writeValue(key: string, value: unknown): string {
  if (typeof value === 'string') return isPlain(value) ? value : quote(key, value);
  if (typeof value === 'boolean') return String(value);
  // -0 would come back as 0.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${writeItems(key, value)}]`;
  throw unwritable(key, 'a value is a string, a number, true, false or a list of strings');
}

// All or none in quotes: the list is then either plain words or JSON, both quick to read.
function writeItems(key: string, items: readonly unknown[]): string {
  const texts = items.map((item) => {
    if (typeof item === 'string') return item;
    throw unwritable(key, 'a list holds strings only');
  });
  return texts.every(isPlainItem)
    ? texts.join(', ')
    : texts.map((text) => quote(key, text)).join(', ');
}

function quote(key: string, text: string): string {
  if (/[\0\p{Cs}]/u.test(text)) throw unwritable(key, 'text has no NUL and no half of a character');
  return JSON.stringify(text).replace(HIDDEN, (char) =>
    Array.from({ length: char.length }, (_, at) => char.charCodeAt(at))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function unwritable(key: string, rule: string): UsageError {
  return new UsageError(`"${oneLine(key, 60)}" cannot be written into a record: ${rule}`);
}
