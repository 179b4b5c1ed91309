import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, type Scalar } from 'yaml';
import type { RecordError } from '../errors.ts';
import { type Fields, type Frontmatter, isKey, recordFault } from './fields.ts';
import { checkFlat } from './frontmatter-guard.ts';
import { isOwnNumber } from './frontmatter-write.ts';
import { oneLine } from './visible.ts';

const EXAMPLE = 'priority: high';
const FLAT = 'a string, a number, true, false or a list of strings, and nothing nested or empty';

// uniqueKeys compares each key with each: we look for duplicates ourselves. prettyErrors copies
// the lines around every error: 60 000 commas took 5 s.
const OPTIONS = {
  schema: 'core',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** The text that is read, and how to speak of a place in it. */
class Source {
  readonly file: string;
  readonly text: string;
  readonly counter = new LineCounter();

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }

  /** The line in the file: the text begins on its second line. */
  lineAt(offset: number): number {
    return this.counter.linePos(offset).line + 1;
  }

  fault(offset: number, expected: string, example = EXAMPLE): RecordError {
    const start = this.text.lastIndexOf('\n', offset - 1) + 1;
    const found = this.text.slice(start, start + 200).split('\n', 1)[0] ?? '';
    return recordFault(this.file, this.lineAt(offset), expected, example, found);
  }
}

/**
 * Reads the text between the fences: flat YAML 1.2 (core schema), where a number is a number only
 * if it would be written the same again (`1.10` and `017` stay text). Tags, anchors, aliases,
 * nested values, empty values and duplicate keys are refused.
 * @param file named in errors; the text begins on its second line
 * @throws RecordError
 */
export function readYaml(text: string, file: string): Frontmatter {
  checkFlat(text, file);
  const source = new Source(text, file);
  const fields: Fields = {};
  const lines = new Map<string, number>();
  for (const pair of topPairs(source)) {
    const offset = offsetOf(pair.key);
    const key = readKey(pair.key, source);
    if (lines.has(key)) throw source.fault(offset, 'each key once');
    lines.set(key, source.lineAt(offset));
    fields[key] = readValue(pair.value, source, offset);
  }
  return { fields, lines };
}

function topPairs(source: Source): readonly Pair<unknown, unknown>[] {
  const document = parseDocument(source.text, { ...OPTIONS, lineCounter: source.counter });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) {
    throw source.fault(broken.pos[0], `valid YAML (${oneLine(broken.message, 100)})`);
  }
  if (document.contents === null) return [];
  if (isMap(document.contents)) return document.contents.items;
  throw source.fault(0, '"key: value" lines');
}

function readKey(key: unknown, source: Source): string {
  if (isScalar(key) && typeof key.value === 'string' && isKey(key.value)) return key.value;
  throw source.fault(offsetOf(key), 'a key of letters, digits, "_", "." and "-"');
}

function readValue(node: unknown, source: Source, offset: number): unknown {
  if (isSeq(node)) return node.items.map((item) => readItem(item, source, offsetOf(node)));
  const value = isScalar(node) ? readScalar(node) : undefined;
  if (value === undefined) throw source.fault(offset, FLAT);
  return value;
}

function readItem(node: unknown, source: Source, offset: number): string {
  const value = isScalar(node) ? readScalar(node) : undefined;
  if (typeof value === 'string') return value;
  const expected = 'a list of strings (put quotes around numbers)';
  throw source.fault(offset, expected, 'artifacts: [api.yaml, "2.0"]');
}

function readScalar(node: Scalar): unknown {
  if (typeof node.value === 'number') {
    const written = node.source ?? '';
    return isOwnNumber(written) ? node.value : written;
  }
  return typeof node.value === 'string' || typeof node.value === 'boolean' ? node.value : undefined;
}

function offsetOf(node: unknown): number {
  const range = (node as { range?: [number, number, number] | null } | null)?.range;
  return range?.[0] ?? 0;
}
