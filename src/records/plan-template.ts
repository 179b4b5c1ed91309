import { UsageError } from '../errors.ts';
import { recordFault } from './fields.ts';
import { nearest } from './names.ts';
import { isLine } from './schema.ts';

/** Puts values in the places of parameters. */
export interface Filling {
  text(source: string): string;
  /** The same for every text in a value. */
  deep(value: unknown): unknown;
}

const NAME = /^[a-z][a-z0-9_-]{0,39}$/;
const PLACE = /\{\{\s*([a-z][a-z0-9_-]*)\s*\}\}/g;

/**
 * How the parameters of a plan are filled in: `{{name}}` stands for its value. A plan that declares
 * none is left as it is, braces and all.
 * @param declared names with their defaults; undefined: a value must be given
 * @param given values from the command line
 * @throws UsageError when a value is missing, or for a parameter that the plan does not have;
 * RecordError, from the filling, at a place whose name the plan does not declare
 */
export function fillIn(
  declared: ReadonlyMap<string, string | undefined>,
  given: ReadonlyMap<string, string>,
  file: string,
): Filling {
  const values = new Map<string, string>();
  for (const [name, value] of given) {
    if (!declared.has(name)) throw unknownParameter(name, [...declared.keys()]);
    if (!isLine(value)) throw new UsageError(`--set ${name}: the value must be one line of text`);
    values.set(name, value);
  }
  for (const [name, fallback] of declared) {
    if (!NAME.test(name)) throw recordFault(file, 1, 'the name of a parameter', 'entity', name);
    const value = values.get(name) ?? fallback;
    if (value === undefined) {
      throw new UsageError(`the plan needs a value for its parameter "${name}"`, {
        hint: `add --set ${name}=VALUE`,
      });
    }
    values.set(name, value);
  }
  const text = (source: string) => (values.size === 0 ? source : fill(source, values, file));
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(deep);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deep(one)]));
  };
  return { text, deep };
}

function fill(source: string, values: ReadonlyMap<string, string>, file: string): string {
  return source.replace(PLACE, (_all, name: string, at: number) => {
    const value = values.get(name);
    if (value !== undefined) return value;
    const line = source.slice(0, at).split('\n').length;
    const known = `a parameter that the plan declares (${[...values.keys()].join(', ')})`;
    throw recordFault(file, line, known, `{{${[...values.keys()][0]}}}`, `{{${name}}}`);
  });
}

function unknownParameter(name: string, known: readonly string[]): UsageError {
  const [meant] = nearest(name, known);
  const has = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return new UsageError(`the plan has no parameter "${name.slice(0, 60)}": ${has}`, {
    ...(meant === undefined ? {} : { hint: `did you mean --set ${meant}=…?` }),
  });
}
