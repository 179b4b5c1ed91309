import { formatItem, formatProduct, parseProduct } from './contract.ts';
import { type Fields, recordFault } from './fields.ts';
import {
  checkPlanForm,
  PLAN_KEYS,
  type PlanDocument,
  type RawTask,
  type ReadPlan,
} from './plan-document.ts';
import { fillIn } from './plan-template.ts';

/**
 * Reads a plan in JSON: `{plan, goal, text, parameters, tasks: [{id, title, description, …}]}`.
 * @param given values of the plan's parameters
 * @throws RecordError with file and line
 */
export function parsePlanJson(
  source: string,
  file: string,
  given: ReadonlyMap<string, string>,
): ReadPlan {
  const root = parseJson(source, file);
  if (!isObject(root))
    throw recordFault(file, 1, 'an object', '{"plan": "auth", "tasks": []}', shown(root));
  const { tasks, text, description, parameters, ...head } = root;
  const fill = fillIn(declared(parameters, file), given, file);
  if (!Array.isArray(tasks)) {
    throw recordFault(
      file,
      1,
      'tasks: a list of tasks',
      '"tasks": [{"id": "api", …}]',
      shown(tasks),
    );
  }
  const lineOf = linesOf(source);
  const lines = new Map<string, number>();
  const raw = tasks.map((task: unknown) => rawTask(fill.deep(task), lineOf, file));
  const own = fill.deep(head) as Fields;
  const body = fill.text(String(text ?? description ?? '')).trim();
  return checkPlanForm({ fields: own, lines, text: body, tasks: raw }, file);
}

/** Writes a plan in JSON; reading it gives the same plan. */
export function formatPlanJson({ plan, goal, text, tasks }: PlanDocument): string {
  const document = {
    plan,
    ...(goal === undefined ? {} : { goal }),
    ...(text === '' ? {} : { text }),
    tasks: tasks.map(({ id, title, description, produces, ...rest }) => {
      const keyed = Object.fromEntries(
        PLAN_KEYS.flatMap((key) => {
          const value = key === 'produces' ? produces.map(productObject) : rest[key as 'domain'];
          return value === undefined || (Array.isArray(value) && value.length === 0)
            ? []
            : [[key, value]];
        }),
      );
      return { id, title, ...(description === '' ? {} : { description }), ...keyed };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function productObject(text: string): unknown {
  return parseProduct(text) ?? text;
}

function rawTask(task: unknown, lineOf: (id: string) => number, file: string): RawTask {
  if (!isObject(task))
    throw recordFault(file, 1, 'a task, an object', '{"id": "api"}', shown(task));
  const { description = '', ...fields } = task;
  const line = lineOf(String(fields['id'] ?? ''));
  if (typeof description !== 'string')
    throw recordFault(file, line, 'description: text', '"…"', shown(description));
  const lists: Fields = {};
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'done_when' && Array.isArray(value)) lists[key] = value.flatMap(itemTexts);
    else if (key === 'produces' && Array.isArray(value)) lists[key] = value.map(productText);
    else lists[key] = typeof value === 'string' ? value.trim() : value;
  }
  return { fields: lists, lines: new Map(), line, description: description.trim() };
}

/** An item of a contract as an object, made the text that it stands for; what it is not is left to the check. */
function itemTexts(item: unknown): unknown[] {
  if (!isObject(item)) return [typeof item === 'string' ? item.trim() : item];
  const { artifact, version, sha256, kind, schema, command, timeout, message, type, to } = item;
  if (artifact !== undefined) {
    const pin = sha256 ? `@sha256:${sha256}` : version ? `@${version}` : '';
    return [
      `artifact: ${artifact}${pin}${kind ? ` kind=${kind}` : ''}${schema ? ` schema=${schema}` : ''}`,
    ];
  }
  if (command !== undefined) return [`command${timeout ? ` ${timeout}` : ''}: ${command}`];
  if (message !== undefined || type !== undefined) return [`message: ${message ?? type} to ${to}`];
  if (item['boundaries'] === true) return ['boundaries'];
  if (Array.isArray(item['files'])) return item['files'].map((path) => `file: ${path}`);
  if (item['file'] !== undefined) return [`file: ${item['file']}`];
  const box = item['manual'] ?? item['box'];
  return [typeof box === 'string' ? formatItem({ what: 'box', text: box.trim() }) : item];
}

function productText(product: unknown): unknown {
  if (!isObject(product)) return product;
  const { name, kind, path } = product as Record<string, string>;
  return formatProduct({
    name: String(name),
    ...(kind ? { kind } : {}),
    ...(path ? { path } : {}),
  });
}

function declared(parameters: unknown, file: string): ReadonlyMap<string, string | undefined> {
  if (parameters === undefined) return new Map();
  if (Array.isArray(parameters))
    return new Map(parameters.map((name) => [String(name), undefined]));
  if (!isObject(parameters))
    throw recordFault(
      file,
      1,
      'parameters: names and defaults',
      '{"entity": "user"}',
      shown(parameters),
    );
  return new Map(
    Object.entries(parameters).map(([name, value]) => [
      name,
      value === null ? undefined : String(value),
    ]),
  );
}

function parseJson(source: string, file: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    const at = Number(/position (\d+)/.exec(why)?.[1] ?? 0);
    const line = source.slice(0, at).split('\n').length;
    throw recordFault(file, line, 'JSON', '{"plan": "auth", "tasks": []}', why);
  }
}

/** On which line an id stands: tasks come in order, so the search goes on where it was. */
function linesOf(source: string): (id: string) => number {
  let [at, line] = [0, 1];
  return (id) => {
    const found = source.indexOf(JSON.stringify(id), at);
    if (found < 0) return line;
    for (
      let next = source.indexOf('\n', at);
      next >= 0 && next < found;
      next = source.indexOf('\n', next + 1)
    ) {
      line++;
    }
    at = found;
    return line;
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
