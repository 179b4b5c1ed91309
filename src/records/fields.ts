import { RecordError } from '../errors.ts';
import { oneLine } from './visible.ts';

/** The keys and values of a frontmatter: string, finite number, boolean, or list of strings. */
export type Fields = Record<string, unknown>;

/** Which line of the file each key stands on. */
export type Lines = ReadonlyMap<string, number>;

/** A frontmatter that has been read. */
export interface Frontmatter {
  readonly fields: Fields;
  readonly lines: Lines;
}

const KEY = /^\p{L}[\p{L}\p{N}_.-]*$/u;

/** Whether the text may be a key of a frontmatter: a letter, then letters, digits, `_`, `.`, `-`; at most 64. */
export function isKey(text: string): boolean {
  return text.length <= 64 && KEY.test(text);
}

/**
 * A RecordError about one place of a file, its values made safe to print and cut to 60 characters.
 * @param line counted from 1
 */
export function recordFault(
  file: string,
  line: number,
  expected: string,
  example: string,
  found: string,
): RecordError {
  const seen = found === '' ? 'nothing' : oneLine(found, 60);
  return new RecordError({ file: oneLine(file, 200), line, expected, example, found: seen });
}

/** The object without its undefined members: an optional field is absent, never undefined. */
export function defined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** The fields whose keys are not known: they are kept when a record is written again. */
export function unknownFields(fields: Fields, known: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !known.includes(key)));
}

/**
 * Sees that a record lies where its id says.
 * @throws RecordError at the line of the id
 */
export function checkOwnPath(
  { lines }: { readonly lines: ReadonlyMap<string, number> },
  path: string,
  id: string,
  expected: string,
): void {
  if (path === expected) return;
  throw recordFault(path, lines.get('id') ?? 1, 'the id that the path says', expected, id);
}
