import { type Fields, type Frontmatter, isKey } from './fields.ts';
import { isOwnNumber, isPlain, isPlainItem } from './frontmatter-write.ts';

const QUOTED = /^"([^\s":]+)": (.+)$/;
/** Keys that were found fit to stand without quotes; there are few. */
const known = new Set<string>();
const MOST_KNOWN = 200;

/**
 * Reads what writeFrontmatter writes, which is what nearly every record looks like: measured 40 times
 * faster than a YAML parser, and 100 000 records must be indexed in seconds. Undefined for all
 * else, which is left to the parser; test/records/frontmatter.test.ts proves that both agree.
 */
export function readOwnForm(text: string): Frontmatter | undefined {
  const fields: Fields = {};
  const lines = new Map<string, number>();
  const rows = text.split('\n');
  if (rows.pop() !== '') return undefined;
  for (let index = 0; index < rows.length; index++) {
    const { key, source } = splitRow(rows[index] ?? '');
    if (key === '' || source === '' || lines.has(key)) return undefined;
    const value = readOwnValue(source);
    if (value === undefined) return undefined;
    fields[key] = value;
    lines.set(key, index + 2);
  }
  return { fields, lines };
}

/** Key and value of `key: value`; no key when it is not in our own form. */
function splitRow(row: string): { key: string; source: string } {
  const colon = row.indexOf(': ');
  const plain = row.slice(0, Math.max(0, colon));
  if (known.has(plain)) return { key: plain, source: row.slice(colon + 2) };
  const [, quoted = '', value = ''] = QUOTED.exec(row) ?? [];
  if (quoted !== '') return { key: isKey(quoted) ? quoted : '', source: value };
  if (!isKey(plain) || !isPlainItem(plain)) return { key: '', source: '' };
  if (known.size < MOST_KNOWN) known.add(plain);
  return { key: plain, source: row.slice(colon + 2) };
}

function readOwnValue(source: string): unknown {
  if (source === 'true' || source === 'false') return source === 'true';
  if (source.startsWith('"')) return readQuoted(source, (value) => typeof value === 'string');
  if (source.startsWith('[') && source.endsWith(']')) return readOwnList(source);
  if (isPlain(source)) return source;
  return isOwnNumber(source) ? Number(source) : undefined;
}

function readOwnList(source: string): unknown {
  if (source === '[]') return [];
  const items = source.slice(1, -1).split(', ');
  if (items.every(isPlainItem)) return items;
  return readQuoted(source, (v) => Array.isArray(v) && v.every((item) => typeof item === 'string'));
}

function readQuoted(source: string, fits: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(source);
    return fits(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
