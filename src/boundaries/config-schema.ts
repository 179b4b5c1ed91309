import { distance } from 'fastest-levenshtein';
import type { Problem } from './config.ts';
import type { LineOf } from './toml-lines.ts';

/** What a key may hold, in the words of an error message. */
type Kind = 'text' | 'texts' | 'flag' | 'layers' | 'domains' | readonly string[];

const policies = ['allow', 'warn', 'error'] as const;

/** The keys of the file's top level. */
export const topKeys: Readonly<Record<string, Kind>> = {
  domains: 'domains',
  layers: 'layers',
  exhaustive: 'flag',
  no_cycles: 'flag',
  unowned: policies,
  unresolved: policies,
  generated: 'texts',
};

/** The keys of one `[domains.NAME]`. */
export const domainKeys: Readonly<Record<string, Kind>> = {
  path: 'text',
  scope: 'texts',
  exports: 'texts',
  imports: 'texts',
  allowed_imports: 'texts',
  forbidden_imports: 'texts',
  allowed_packages: 'texts',
  forbidden_packages: 'texts',
  entry_points: 'texts',
  type_imports: ['check', 'allow'],
  why: 'text',
};

/** The keys of `[layers]`, when it is a table. */
export const layerKeys: Readonly<Record<string, Kind>> = {
  order: 'texts',
  exhaustive: 'flag',
  why: 'text',
};

/** Where problems are gathered, so that one run tells of all. */
export interface Checking {
  readonly file: string;
  readonly lineOf: LineOf;
  readonly problems: Problem[];
}

/** Adds a problem at a path of the configuration. */
export function complain(
  checking: Checking,
  path: readonly (string | number)[],
  message: string,
  hint?: string,
): void {
  const { file, lineOf, problems } = checking;
  const key = path.filter((part) => typeof part === 'string').join('.');
  problems.push({ file, line: lineOf(path), key, message, ...(hint ? { hint } : {}) });
}

/**
 * Checks the keys of a table and the kind of each value.
 * @returns the table with only the values that are right.
 */
export function checkTable(
  checking: Checking,
  table: Readonly<Record<string, unknown>>,
  keys: Readonly<Record<string, Kind>>,
  path: readonly string[],
): Readonly<Record<string, unknown>> {
  const right: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(table)) {
    const kind = keys[key];
    const place = [...path, key];
    if (kind === undefined) {
      const near = nearest(key, Object.keys(keys));
      const known = `known keys: ${Object.keys(keys).join(', ')}`;
      complain(checking, place, `unknown key "${key}"`, near ? `did you mean "${near}"?` : known);
    } else if (isKind(value, kind)) right[key] = value;
    else
      complain(
        checking,
        place,
        `"${key}" must be ${kindName(kind)}, not ${shown(value)}`,
        example(key, kind),
      );
  }
  return right;
}

/** The known word nearest to a misspelt one, if any is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  const ranked = known
    .map((name) => ({ name, far: distance(plain(word), plain(name)) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  if (!best) return undefined;
  const related = plain(best.name).includes(plain(word)) || plain(word).includes(plain(best.name));
  return best.far <= Math.max(2, word.length / 3) || related ? best.name : undefined;
}

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'flag') return typeof value === 'boolean';
  if (kind === 'texts') return typeof value === 'string' || isTexts(value);
  if (kind === 'domains') return isTable(value);
  if (kind === 'layers') return isTexts(value) || isTable(value);
  return typeof value === 'string' && kind.includes(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/** Whether a TOML value is a table. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

function kindName(kind: Kind): string {
  if (kind === 'text') return 'a string';
  if (kind === 'flag') return 'true or false';
  if (kind === 'texts') return 'a string or a list of strings';
  if (kind === 'domains') return 'a table of domains';
  if (kind === 'layers') return 'a list of domain names';
  return `one of ${kind.map((word) => `"${word}"`).join(', ')}`;
}

function example(key: string, kind: Kind): string {
  if (kind === 'flag') return `for example: ${key} = true`;
  if (kind === 'texts') return `for example: ${key} = ["src/services/**"]`;
  if (kind === 'layers') return `for example: ${key} = ["routes", "services", "database"]`;
  if (kind === 'domains') return 'for example: [domains.routes]';
  return `for example: ${key} = "${typeof kind === 'string' ? 'src' : kind[0]}"`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
