import { formatRecord, parseRecord, withLineFeeds } from './codec.ts';
import { defined, type Fields, recordFault } from './fields.ts';
import {
  checkPlanForm,
  PLAN_KEYS,
  type PlanDocument,
  type PlannedTask,
  type RawTask,
  type ReadPlan,
} from './plan-document.ts';
import { fillIn } from './plan-template.ts';
import { SCHEMA } from './schema.ts';

const LISTS: ReadonlySet<string> = new Set([
  'depends_on',
  'required_artifacts',
  'produces',
  'locks',
  'notify',
  'done_when',
]);
const HEADING = /^## +(\S+?):[ \t]+(.*)$/;
const KEY = /^[-*] +([a-z_]+):[ \t]*(.*)$/;
const ITEM = /^\s+[-*] +(.*)$/;

/**
 * Reads a plan in Markdown: frontmatter (`plan`, `goal`, `parameters`), the plan's own text, and a
 * section a task: `## ID: TITLE`, a list of its fields, an empty line, its description.
 * @param given values of the plan's parameters
 * @throws RecordError with file and line
 */
export function parsePlanMarkdown(
  source: string,
  file: string,
  given: ReadonlyMap<string, string>,
): ReadPlan {
  const declared = parametersOf(parseRecord(source, file).fields['parameters'], file);
  const filled = fillIn(declared, given, file).text(source);
  const { fields, lines, body } = parseRecord(filled, file);
  const { parameters: _parameters, schema: _schema, ...head } = fields;
  const all = body.split('\n');
  // The frontmatter is as many lines as the body is not; a file may end without a line feed.
  const whole = withLineFeeds(filled).replace(/\n$/, '').split('\n').length;
  const offset = whole - (body === '' ? 0 : all.length) + 1;
  const starts = all.flatMap((line, at) => (line.startsWith('## ') ? [at] : []));
  const text = plain(all.slice(0, starts[0] ?? all.length));
  const tasks = starts.map((start, index) =>
    parseSection(all.slice(start, starts[index + 1] ?? all.length), offset + start, file),
  );
  return checkPlanForm({ fields: head, lines, text, tasks }, file);
}

/** Writes a plan in Markdown; reading it gives the same plan. */
export function formatPlanMarkdown({ plan, goal, text, tasks }: PlanDocument): string {
  const sections = tasks.map(formatSection);
  const body = [escaped(text), ...sections].filter(Boolean).join('\n\n');
  return formatRecord(defined<Fields>({ schema: SCHEMA, plan, goal }), body, [
    'schema',
    'plan',
    'goal',
  ]);
}

function formatSection(task: PlannedTask): string {
  const lines = PLAN_KEYS.flatMap((key) => {
    const value = task[key];
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [`- ${key}: ${value}`];
    if (value.length === 0) return [];
    const code = key === 'locks';
    return [`- ${key}:`, ...value.map((one: string) => `  - ${quoted(one, code)}`)];
  });
  const description = task.description === '' ? '' : `\n\n${escaped(task.description)}`;
  return `## ${task.id}: ${task.title}\n\n${lines.join('\n')}${description}`;
}

/** Globs stand in backticks, so that a reader of Markdown sees their stars. */
function quoted(text: string, code: boolean): string {
  return code || (text.startsWith('`') && text.endsWith('`')) ? `\`${text}\`` : text;
}

function unquoted(text: string): string {
  const own = text.trim();
  return own.length > 1 && own.startsWith('`') && own.endsWith('`') ? own.slice(1, -1) : own;
}

// A heading of the second level begins a task; one that is text has a backslash before it.
function escaped(text: string): string {
  return text.replace(/^(\\*## )/gm, '\\$1');
}

function plain(lines: readonly string[]): string {
  return lines
    .map((line) => line.replace(/^\\(\\*## )/, '$1'))
    .join('\n')
    .trim();
}

function parseSection(section: readonly string[], line: number, file: string): RawTask {
  const [heading = '', ...rest] = section;
  const [, id = '', title = ''] = HEADING.exec(heading) ?? [];
  if (id === '') {
    const what = 'the heading of a task (a heading in a text is written \\##)';
    throw recordFault(file, line, what, '## auth-api: The API of the login', heading);
  }
  const fields: Fields = { id, title: title.trim() };
  const lines = new Map<string, number>([
    ['id', line],
    ['title', line],
  ]);
  let at = rest.findIndex((one) => one.trim() !== '');
  let open: string[] | undefined;
  for (at = at < 0 ? rest.length : at; at < rest.length && rest[at]?.trim() !== ''; at++) {
    const one = rest[at] ?? '';
    const item = ITEM.exec(one)?.[1];
    if (item !== undefined && open) {
      open.push(unquoted(item));
      continue;
    }
    const [, key, value = ''] = KEY.exec(one) ?? [];
    const here = line + 1 + at;
    if (key === undefined) {
      const what = 'a field of the task, then an empty line before its description';
      throw recordFault(file, here, what, '- domain: backend', one);
    }
    if (lines.has(key)) throw recordFault(file, here, `"${key}" once`, '- domain: backend', one);
    lines.set(key, here);
    open = LISTS.has(key) ? listOf(key, value) : undefined;
    fields[key] = open ?? scalar(value);
  }
  return { fields, lines, line, description: plain(rest.slice(at)) };
}

/** Some values on one line, with commas between them; a contract has an item a line. */
function listOf(key: string, value: string): string[] {
  if (value.trim() === '') return [];
  if (key === 'done_when') return [unquoted(value)];
  return value
    .split(/,(?![^{]*\})/)
    .map(unquoted)
    .filter(Boolean);
}

function scalar(value: string): unknown {
  const own = unquoted(value);
  return /^[0-9]+$/.test(own) ? Number(own) : own;
}

/** `["entity=user", "repo"]`: names, with defaults. */
function parametersOf(value: unknown, file: string): ReadonlyMap<string, string | undefined> {
  if (value === undefined) return new Map();
  if (!Array.isArray(value))
    throw recordFault(file, 1, 'parameters: a list', '[entity=user, repo]', String(value));
  return new Map(
    value.map((one) => {
      const text = String(one);
      const at = text.indexOf('=');
      return at < 0 ? [text, undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    }),
  );
}
