import { parseDocument } from 'yaml';
import type { ContentSchema } from './contract.ts';
import { oneLine } from './visible.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Why text is not what a contract asks for, as the end of a sentence; undefined if it is. OpenAPI
 * (3.x, in YAML or JSON) and JSON Schema are checked in their form, and that what they refer to
 * within themselves is there.
 */
export function contentFault(text: string, schema: ContentSchema): string | undefined {
  const parsed = schema === 'json' ? parseJson(text) : parseYaml(text);
  if ('fault' in parsed) return parsed.fault;
  if (schema === 'openapi') return openApiFault(parsed.value) ?? referenceFault(parsed.value);
  if (schema === 'json-schema')
    return schemaFault(parsed.value, '#') ?? referenceFault(parsed.value);
  return undefined;
}

function parseJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: `no JSON: ${oneLine(error instanceof Error ? error.message : '', 150)}` };
  }
}

/** JSON is YAML too; aliases are bounded, so that a small file cannot become a huge one. */
function parseYaml(text: string): { readonly value: unknown } | { readonly fault: string } {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent' });
  const [first] = document.errors;
  if (first) return { fault: `no YAML: ${oneLine(first.message.split('\n', 1)[0] ?? '', 150)}` };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { fault: `no YAML: ${oneLine(error instanceof Error ? error.message : '', 150)}` };
  }
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
  const open: unknown[] = [root];
  const seen = new Set<unknown>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    const target = (next as Fields)['$ref'];
    if (typeof target === 'string' && target.startsWith('#/') && !resolves(root, target)) {
      return `broken: it refers to ${oneLine(target, 100)}, and that is not in it`;
    }
    open.push(...Object.values(next));
  }
  return undefined;
}

function resolves(root: unknown, pointer: string): boolean {
  let value: unknown = root;
  for (const part of pointer.slice(2).split('/')) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Fields)[key];
  }
  return true;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return oneLine(JSON.stringify(value) ?? 'missing', 60);
}
