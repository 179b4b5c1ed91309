import type { Parsed, Parser } from '../imports/import.ts';
import type { Language } from '../imports/languages.ts';
import { Resolvers } from '../imports/resolvers.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import { TreeIndex } from '../imports/tree-index.ts';
import type { Boundaries } from './config.ts';
import { findDeadPatterns } from './dead-patterns.ts';
import { decidedAlways } from './deciding.ts';
import { cycleViolations } from './edges.ts';
import { Judge } from './judge.ts';
import { blankViolation, type Gathered, judgeFile, syntaxViolation } from './judge-file.ts';
import { Owners } from './owners.ts';
import { type Memory, survey } from './survey.ts';
import { compareViolations, type Report, type Violation, type Warning } from './violation.ts';

/** What a check needs beside rules and files. */
export interface CheckOptions {
  /** Loads the parser of a language; called only when a file needs it. */
  readonly parserOf: (language: Language) => Promise<Parser>;
  /** False: every file is parsed; the findings are the same, only slower. */
  readonly gate?: boolean;
  readonly memory?: Memory | undefined;
  /** Parsed results of former runs, by content. */
  readonly parsed?: ParsedMemory | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** What parsers said in former runs. */
export interface ParsedMemory {
  get(language: Language, path: string, blobId: string): Parsed | undefined;
  set(language: Language, path: string, blobId: string, parsed: Parsed): void;
}

/**
 * Checks the files of a tree against the rules.
 * @returns every violation, sorted by place; the same with and without gate and memory.
 */
export async function checkBoundaries(
  boundaries: Boundaries,
  tree: SourceTree,
  options: CheckOptions,
): Promise<Report> {
  const index = new TreeIndex(tree);
  const judge = new Judge(boundaries, new Owners(boundaries.domains));
  const resolvers = new Resolvers(index);
  const { files, unowned, count } = survey(
    boundaries,
    index,
    judge,
    resolvers,
    options.memory,
    options.gate === false,
  );
  const gathered: Gathered = { violations: [], warnings: [], exceptions: [], edges: [] };
  const chosen = options.gate === false ? files : files.filter(({ suspicious }) => suspicious);
  let done = 0;
  for (const file of chosen) {
    const parsed = await parseFile(index.tree, file, options);
    judgeFile(gathered, index.tree, judge, resolvers, file, parsed);
    options.progress?.(++done, chosen.length);
  }
  gathered.violations.push(
    ...cycleViolations(boundaries, gathered.edges),
    ...unownedViolations(boundaries, unowned, gathered.warnings),
    ...brokenConfigurations(boundaries, resolvers),
  );
  const find = () => findDeadPatterns(boundaries, index.files, judge.owners);
  const dead = options.memory ? options.memory.once('dead', find) : find();
  return {
    violations: [...gathered.violations, ...dead.violations].sort(compareViolations),
    warnings: [...gathered.warnings, ...dead.warnings, ...unreachable(boundaries)].sort((a, b) => {
      return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line;
    }),
    exceptions: gathered.exceptions,
    files: count,
    domains: boundaries.domains.length,
    unowned: unowned.length,
  };
}

/** Parses one file, or remembers what the parser said of the same content. */
export async function parseFile(
  tree: SourceTree,
  file: { path: string; language: Language },
  options: Pick<CheckOptions, 'parserOf' | 'parsed'>,
): Promise<Parsed> {
  const { path, language } = file;
  const id = options.parsed && tree.blobId(path);
  const known = id === undefined ? undefined : options.parsed?.get(language, path, id);
  if (known) return known;
  const parser = await options.parserOf(language);
  const parsed = parser(path, tree.read(path) ?? '');
  if (id !== undefined) options.parsed?.set(language, path, id, parsed);
  return parsed;
}

function brokenConfigurations(boundaries: Boundaries, resolvers: Resolvers): Violation[] {
  return resolvers.problems().map(({ file, message }) => ({
    ...syntaxViolation(file, '', { message, line: 1, column: 1 }),
    deciding: decidedAlways(boundaries),
  }));
}

function unownedViolations(
  boundaries: Boundaries,
  unowned: readonly string[],
  warnings: Warning[],
): Violation[] {
  const message = 'the file belongs to no domain: add it to a scope';
  if (boundaries.unowned === 'warn')
    warnings.push(...unowned.map((file) => ({ file, line: 1, rule: 'unowned', message })));
  if (boundaries.unowned !== 'error') return [];
  const deciding = { file: boundaries.file, ...boundaries.unownedPlace, pattern: undefined };
  return unowned.map((path) => ({
    ...blankViolation(path, '', 1, 1),
    rule: 'unowned' as const,
    message,
    deciding,
  }));
}

function unreachable(boundaries: Boundaries): Warning[] {
  return boundaries.warnings.map(({ file, line, message, key }) => ({
    file,
    line,
    rule: 'unreachable',
    message: `${key}: ${message}`,
  }));
}
