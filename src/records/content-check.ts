import { parseDocument } from 'yaml';
import type { ContentSchema } from './contract.ts';
import { leadsSomewhere, references } from './local-reference.ts';
import { oneLine } from './visible.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Why text is not what a contract asks for, as the end of a sentence; undefined if it is. OpenAPI
 * (3.x, in YAML or JSON) and JSON Schema are checked in their form, and that what they refer to
 * within themselves is there. How long YAML takes is up to whoever wrote it: {@link takesItsTime}.
 */
export function contentFault(text: string, schema: ContentSchema): string | undefined {
  const parsed = schema === 'json' ? parseJson(text) : parseJsonOrYaml(text);
  if ('fault' in parsed) return parsed.fault;
  if (schema === 'openapi') return openApiFault(parsed.value) ?? referenceFault(parsed.value);
  if (schema === 'json-schema')
    return schemaFault(parsed.value, '#') ?? referenceFault(parsed.value);
  return undefined;
}

/**
 * Whether a text may take long to check: JSON takes milliseconds for each megabyte, but YAML of n
 * different keys is compared n² times, and of 100 kB that was made to be slow takes seconds. Up to
 * 16 kB it is a fraction of one.
 */
export function takesItsTime(text: string, schema: ContentSchema): boolean {
  return schema !== 'json' && text.length > 16_000 && 'fault' in parseJson(text);
}

type Parsed = { readonly value: unknown } | { readonly fault: string };

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: `no JSON: ${oneLine(error instanceof Error ? error.message : '', 150)}` };
  }
}

/** JSON is YAML too, and read a thousand times as fast. */
function parseJsonOrYaml(text: string): Parsed {
  const json = parseJson(text);
  return 'value' in json ? json : parseYaml(text);
}

/** Aliases are bounded, so that a small file cannot become a huge one. */
function parseYaml(text: string): Parsed {
  try {
    const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' });
    const [first] = document.errors;
    if (first) return noYaml(first.message);
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return noYaml(error instanceof Error ? error.message : '');
  }
}

function noYaml(why: string): Parsed {
  return { fault: `no YAML: ${oneLine(why.split('\n', 1)[0] ?? '', 150)}` };
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** https://spec.openapis.org/oas/v3.1.0: what every document must have. */
function openApiFault(root: unknown): string | undefined {
  if (!isObject(root)) return 'no OpenAPI: it is not an object';
  const version = root['openapi'];
  if (typeof version !== 'string' || !/^3\.\d+\.\d+/.test(version)) {
    return `no OpenAPI 3: "openapi" is ${shown(version)}`;
  }
  const { info, paths } = root as { info?: unknown; paths?: unknown };
  if (!isObject(info) || typeof info['title'] !== 'string' || info['version'] === undefined) {
    return 'no OpenAPI: "info" needs a title and a version';
  }
  if (paths === undefined && !isObject(root['components']) && !isObject(root['webhooks'])) {
    return 'no OpenAPI: there are no paths, components or webhooks';
  }
  if (paths === undefined) return undefined;
  if (!isObject(paths)) return 'no OpenAPI: "paths" is not an object';
  for (const [path, item] of Object.entries(paths)) {
    if (!path.startsWith('/') && !path.startsWith('x-'))
      return `no OpenAPI: the path ${shown(path)} does not begin with /`;
    if (!isObject(item)) return `no OpenAPI: ${path} is not an object`;
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      if (!isObject(operation)) return `no OpenAPI: ${method} ${path} is not an object`;
      if (version.startsWith('3.0') && !isObject(operation['responses'])) {
        return `no OpenAPI: ${method} ${path} has no responses`;
      }
    }
  }
  return undefined;
}

const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const SUBSCHEMAS = [
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];

/** https://json-schema.org/draft/2020-12/json-schema-core: a schema is an object or a boolean, all the way down. */
function schemaFault(value: unknown, at: string, depth = 0): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (!isObject(value)) return `no JSON Schema: ${at} is neither an object nor true or false`;
  if (depth > 100) return `no JSON Schema: ${at} is nested too deeply`;
  const { type, required } = value as { type?: unknown; required?: unknown };
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  const odd = types.find((one) => !TYPES.includes(String(one)));
  if (odd !== undefined) return `no JSON Schema: ${at} has the type ${shown(odd)}`;
  if (
    required !== undefined &&
    !(Array.isArray(required) && required.every((one) => typeof one === 'string'))
  ) {
    return `no JSON Schema: "required" of ${at} is not a list of names`;
  }
  for (const key of MAPS) {
    const map = value[key];
    if (map === undefined) continue;
    if (!isObject(map)) return `no JSON Schema: ${at}/${key} is not an object`;
    for (const [name, one] of Object.entries(map)) {
      const fault = schemaFault(one, `${at}/${key}/${name}`, depth + 1);
      if (fault !== undefined) return fault;
    }
  }
  const parts = [
    ...SUBSCHEMAS.map((key) => [key, value[key]] as const),
    ...LISTS.flatMap((key) =>
      Array.isArray(value[key])
        ? (value[key] as unknown[]).map((one, index) => [`${key}/${index}`, one] as const)
        : [],
    ),
  ];
  for (const [key, one] of parts) {
    if (one === undefined || (key === 'items' && Array.isArray(one))) continue;
    const fault = schemaFault(one, `${at}/${key}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What it refers to within itself, and is not there. */
function referenceFault(root: unknown): string | undefined {
  for (const ref of references(root)) {
    if (ref.startsWith('#/') && !leadsSomewhere(root, ref))
      return `broken: it refers to ${oneLine(ref, 100)}, and that is not in it`;
  }
  return undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return oneLine(JSON.stringify(value) ?? 'missing', 60);
}
