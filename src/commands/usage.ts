import { formatDuration } from '../records/time.ts';
import { spelled } from './argument-value.ts';
import type { AnyCommand, Entry, Option, Options, Positional } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { type Look, table, wrap } from './look.ts';

/** What help says of one verb. */
export interface VerbUsage {
  readonly name: string;
  readonly group: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly details?: string;
  readonly usage: string;
  readonly positionals: readonly Line[];
  readonly options: readonly Line[];
  readonly globalOptions: readonly Line[];
  readonly examples: AnyCommand['examples'];
}

interface Line {
  readonly term: string;
  readonly summary: string;
}

/** Everything about a verb, as data. */
export function verbUsage(entry: Entry, command: AnyCommand): VerbUsage {
  const { name, summary, details, positionals = [], options, examples } = command;
  return {
    name,
    group: entry.group,
    aliases: entry.aliases ?? [],
    summary,
    ...(details === undefined ? {} : { details }),
    usage: ['comm-node', name, ...positionals.map(positionalTerm), ...optionHint(options)].join(
      ' ',
    ),
    positionals: positionals.map(positionalLine),
    options: optionLines(options),
    globalOptions: optionLines(GLOBAL_OPTIONS),
    examples,
  };
}

/** The same as text. */
export function renderVerbUsage(verb: VerbUsage, look: Look): string {
  const width = Math.min(look.width, 100);
  const section = (title: string, lines: readonly Line[]) =>
    lines.length === 0 ? '' : `\n${look.bold(title)}\n${lineTable(lines, width)}`;
  const examples = verb.examples.map(({ line, what }) => `  # ${what}\n  $ ${line}\n`);
  return [
    `${wrap(`${look.bold(`comm-node ${verb.name}`)}: ${verb.summary}`, width)}\n`,
    verb.details ? `\n${wrap(verb.details, width)}\n` : '',
    verb.aliases.length > 0 ? `\nAlso called: ${verb.aliases.join(', ')}\n` : '',
    `\n${look.bold('Usage')}\n  ${verb.usage}\n`,
    section('Arguments', verb.positionals),
    section('Options', verb.options),
    section('Options of every verb', verb.globalOptions),
    `\n${look.bold('Examples')}\n${examples.join('\n')}`,
  ].join('');
}

function optionHint(options: Options): string[] {
  const required = Object.entries(options).filter(([, option]) => option.required);
  const hint = required.map(([name, option]) => `${spelled(name)} ${placeholder(option)}`);
  return required.length < Object.keys(options).length ? [...hint, '[options]'] : hint;
}

function positionalTerm({ name, required, many, choices }: Positional): string {
  const term = `${choices?.join('|') ?? name.toUpperCase()}${many ? '…' : ''}`;
  return required ? term : `[${term}]`;
}

function positionalLine(positional: Positional): Line {
  return { term: positional.name.toUpperCase(), summary: positional.summary };
}

function optionLines(options: Options): Line[] {
  return Object.entries(options).map(([name, option]) => ({
    term: [option.alias ? `-${option.alias},` : '', spelled(name), placeholder(option)]
      .filter(Boolean)
      .join(' '),
    summary: option.summary + remark(option),
  }));
}

function placeholder(option: Option): string {
  if (option.type === 'flag') return '';
  if (option.placeholder !== undefined) return option.placeholder;
  if (option.type === 'text' && option.choices) return option.choices.join('|');
  return { text: 'TEXT', texts: 'TEXT', number: 'N', duration: 'DURATION' }[option.type];
}

function remark(option: Option): string {
  if (option.type === 'texts') return ' (may be repeated)';
  if (!('default' in option) || option.default === undefined) return '';
  const { type, default: value } = option;
  return ` (default ${type === 'duration' ? formatDuration(Number(value)) : value})`;
}

/** Terms on the left, their summaries wrapped on the right; a long term has a line of its own. */
function lineTable(lines: readonly Line[], width: number): string {
  const short = lines.filter(({ term }) => term.length <= 28);
  const column = Math.max(12, ...short.map(({ term }) => term.length)) + 4;
  return lines
    .map(({ term, summary }) => {
      const text = wrap(summary, width - column).split('\n');
      const own = term.length + 4 > column;
      const head = own ? `  ${term}\n${' '.repeat(column)}` : `  ${term.padEnd(column - 2)}`;
      return `${head}${text.join(`\n${' '.repeat(column)}`)}\n`;
    })
    .join('');
}

/** The overview: every verb under its group's heading. */
export function renderOverview(groups: readonly VerbGroup[], look: Look): string {
  const rows = groups.map(({ name, verbs }) => {
    const list = verbs.map((verb) => [verb.name.padEnd(longest(groups)), verb.summary]);
    return `\n${look.bold(name)}\n${table(list, look, '  ')}`;
  });
  return [
    'comm-node: Git-native coordination for AI coding agents\n',
    `\n${look.bold('Usage')}\n  comm-node VERB [words] [options]\n`,
    ...rows,
    '\nMore about a verb: comm-node help VERB\n',
  ].join('');
}

export interface VerbGroup {
  readonly name: string;
  readonly verbs: readonly { readonly name: string; readonly summary: string }[];
}

function longest(groups: readonly VerbGroup[]): number {
  return Math.max(...groups.flatMap(({ verbs }) => verbs.map(({ name }) => name.length)));
}
