import {
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from 'yaml';
import type { RecordError } from '../errors.ts';
import { type Fields, isKey, type Lines, recordFault } from './fields.ts';
import { isPlain, isPlainItem } from './frontmatter-write.ts';
import { oneLine } from './visible.ts';

const LINE = /^("?)([^\s":]+)\1: (.+)$/;
const EXAMPLE = 'priority: high';

interface Read {
  readonly fields: Fields;
  readonly lines: Lines;
}

/**
 * Reads the text between the fences: flat YAML 1.2 (core schema), where a number is a number only
 * if it would be written the same again (`1.10` and `017` stay text). Tags, anchors, aliases,
 * nested values, empty values and duplicate keys are refused.
 * @param file named in errors; the text begins on its second line
 * @throws RecordError
 */
export function readFrontmatter(text: string, file: string): Read {
  return readOwnForm(text) ?? readYaml(text, file);
}

/**
 * Reads what writeFrontmatter writes, which is what nearly every record looks like: measured 40 times
 * faster than a YAML parser, and 100 000 records must be indexed in seconds. Undefined for all
 * else, which is left to the parser; test/records/frontmatter.test.ts proves that both agree.
 */
export function readOwnForm(text: string): Read | undefined {
  const fields: Fields = {};
  const lines = new Map<string, number>();
  const rows = text.split('\n');
  if (rows.pop() !== '') return undefined;
  for (const [index, row] of rows.entries()) {
    const [, quoted, key = '', source = ''] = LINE.exec(row) ?? [];
    if (!isKey(key) || (quoted === '' && !isPlainItem(key)) || lines.has(key)) return undefined;
    const value = readOwnValue(source);
    if (value === undefined) return undefined;
    fields[key] = value;
    lines.set(key, index + 2);
  }
  return { fields, lines };
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

// Digits that JavaScript prints as they stood: anything else ("1.10", "017", "0x1F") loses something.
function isOwnNumber(source: string): boolean {
  return /^-?\d/.test(source) && String(Number(source)) === source;
}

/** Reads any flat YAML, through the `yaml` library. Same arguments, result and errors as readFrontmatter. */
export function readYaml(text: string, file: string): Read {
  const counter = new LineCounter();
  const lineAt = (offset: number) => counter.linePos(offset).line + 1;
  // uniqueKeys compares each key with each: we look for duplicates ourselves. prettyErrors copies
  // the lines around every error: 60 000 commas took 5 s.
  const options = {
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: counter,
    logLevel: 'silent',
  } as const;
  const document = guarded(file, () => parseDocument(text, options));
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) {
    throw yamlFault(
      file,
      lineAt(broken.pos[0]),
      text,
      broken.pos[0],
      `valid YAML (${oneLine(broken.message, 100)})`,
    );
  }
  const fields: Fields = {};
  const lines = new Map<string, number>();
  for (const pair of topPairs(document.contents, file, text)) {
    const line = lineAt(offsetOf(pair.key));
    const key = readKey(pair, file, line, text);
    if (lines.has(key))
      throw recordFault(file, line, 'each key once', EXAMPLE, `a second "${key}"`);
    lines.set(key, line);
    fields[key] = readNode(pair.value, file, line, text);
  }
  return { fields, lines };
}

function guarded<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // Thousands of nested brackets overflow the parser's stack.
    const found = error instanceof Error ? error.message : String(error);
    throw recordFault(file, 2, 'flat YAML', EXAMPLE, found);
  }
}

function topPairs(contents: unknown, file: string, text: string): Iterable<Pair<unknown, unknown>> {
  if (contents === null) return [];
  const map = contents as Node & { items?: unknown };
  const isPlainMap = 'items' in map && !isSeq(map) && !isMarked(map);
  if (isPlainMap) return map.items as Iterable<Pair<unknown, unknown>>;
  throw recordFault(file, 2, '"key: value" lines', EXAMPLE, text);
}

function readKey(pair: Pair<unknown, unknown>, file: string, line: number, text: string): string {
  const { key } = pair;
  if (isScalar(key) && typeof key.value === 'string' && !isMarked(key) && isKey(key.value))
    return key.value;
  throw yamlFault(file, line, text, offsetOf(key), 'a key of letters, digits, "_", "." and "-"');
}

function readNode(node: unknown, file: string, line: number, text: string): unknown {
  const refuse = (expected: string, example: string): RecordError =>
    yamlFault(file, line, text, offsetOf(node), expected, example);
  if (isSeq(node) && !isMarked(node)) {
    return node.items.map((item) => {
      const value = isScalar(item) && !isMarked(item) ? readScalar(item) : undefined;
      if (typeof value === 'string') return value;
      throw refuse('a list of strings (put quotes around numbers)', 'artifacts: [api.yaml, "2.0"]');
    });
  }
  const value = isScalar(node) && !isMarked(node) ? readScalar(node) : undefined;
  if (value === undefined) {
    throw refuse(
      'a string, a number, true, false or a list of strings, and nothing nested, tagged, anchored or empty',
      EXAMPLE,
    );
  }
  return value;
}

function readScalar(node: Scalar): unknown {
  if (typeof node.value === 'number') {
    const source = node.source ?? '';
    return isOwnNumber(source) ? node.value : source;
  }
  return typeof node.value === 'string' || typeof node.value === 'boolean' ? node.value : undefined;
}

// Tags and anchors: a frontmatter needs neither, and bombs are made of them. (An alias is no scalar.)
function isMarked(node: { tag?: string | undefined; anchor?: unknown }): boolean {
  return node.tag !== undefined || node.anchor !== undefined;
}

function offsetOf(node: unknown): number {
  const range = (node as { range?: [number, number, number] | null } | null)?.range;
  return range?.[0] ?? 0;
}

function yamlFault(
  file: string,
  line: number,
  text: string,
  offset: number,
  expected: string,
  example = EXAMPLE,
) {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return recordFault(
    file,
    line,
    expected,
    example,
    text.slice(start, start + 200).split('\n', 1)[0] ?? '',
  );
}
