import type { Import, Parsed, Parser } from '../imports/import.ts';
import type { Language } from '../imports/languages.ts';
import { Resolvers } from '../imports/resolvers.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import { TreeIndex } from '../imports/tree-index.ts';
import type { Boundaries } from './config.ts';
import { findDeadPatterns } from './dead-patterns.ts';
import { cycleViolations, type Edge } from './edges.ts';
import { findExceptions } from './exceptions.ts';
import { Judge, type Verdict } from './judge.ts';
import { Owners } from './owners.ts';
import { type Memory, type Surveyed, survey } from './survey.ts';
import {
  compareViolations,
  type Report,
  type UsedException,
  type Violation,
  type Warning,
} from './violation.ts';

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

interface Gathered {
  readonly violations: Violation[];
  readonly warnings: Warning[];
  readonly exceptions: UsedException[];
  readonly edges: Edge[];
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
  const { files, unowned } = survey(boundaries, index, judge, resolvers, options.memory);
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
    ...brokenConfigurations(resolvers),
  );
  const dead = findDeadPatterns(boundaries, index.files, judge.owners);
  return {
    violations: [...gathered.violations, ...dead.violations].sort(compareViolations),
    warnings: [...gathered.warnings, ...dead.warnings, ...unreachable(boundaries)].sort((a, b) => {
      return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line;
    }),
    exceptions: gathered.exceptions,
    files: files.length,
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

function judgeFile(
  gathered: Gathered,
  tree: SourceTree,
  judge: Judge,
  resolvers: Resolvers,
  file: Surveyed,
  parsed: Parsed,
): void {
  const found: { violation: Violation; firstLine: number }[] = [];
  for (const one of parsed.imports) {
    const verdict = judgeImport(gathered.edges, judge, resolvers, file, one);
    if (verdict)
      found.push({ violation: importViolation(file, one, verdict), firstLine: one.firstLine });
  }
  const violations = applyExceptions(gathered, tree, file, found);
  const fault = file.suspicious ? parsed.faults[0] : undefined;
  if (fault)
    violations.push(
      syntaxViolation(file.path, file.domain.name, fault.message, fault.line, fault.column),
    );
  gathered.violations.push(...violations);
}

/** The worst verdict on an import, if it is refused; its edges between domains are noted. */
function judgeImport(
  edges: Edge[],
  judge: Judge,
  resolvers: Resolvers,
  file: Surveyed,
  one: Import,
): Verdict | undefined {
  let refused: Verdict | undefined;
  const mode = one.kind === 'require' ? 'require' : 'import';
  for (const resolution of resolvers.of(file.language).resolve(file.path, one.lookup, mode)) {
    const verdict = judge.verdict(file.domain, resolution, one.typeOnly);
    if (verdict.rule !== undefined) refused ??= verdict;
    const to = verdict.targetDomain;
    const forgiven = one.typeOnly && file.domain.typeImports === 'allow';
    if (to && to !== file.domain && !forgiven) {
      edges.push({
        from: file.domain.name,
        to: to.name,
        file: file.path,
        import: one,
        target: verdict.target,
      });
    }
  }
  return refused;
}

/** The violation that a refused import is. */
export function importViolation(
  file: { path: string; domain: { name: string } },
  one: Import,
  verdict: Verdict,
): Violation {
  const { rule = 'not-allowed', target, targetDomain, deciding, because, why, instead } = verdict;
  return {
    file: file.path,
    line: one.line,
    column: one.column,
    kind: one.kind,
    specifier: one.specifier,
    target,
    domain: file.domain.name,
    target_domain: targetDomain?.name ?? '',
    rule,
    message: sentence(file.domain.name, one.specifier, verdict, because),
    why,
    instead,
    deciding,
    baseline: false,
  };
}

function sentence(
  domain: string,
  specifier: string,
  { rule, target, targetDomain }: Verdict,
  because: string,
): string {
  if (rule === 'unresolved') return `"${specifier}" leads to no file: ${because}`;
  const whose = targetDomain ? ` of "${targetDomain.name}"` : '';
  return `"${domain}" must not import ${target}${whose}: ${because}`;
}

function applyExceptions(
  gathered: Gathered,
  tree: SourceTree,
  file: Surveyed,
  found: readonly { violation: Violation; firstLine: number }[],
): Violation[] {
  const exceptions = findExceptions(tree.read(file.path) ?? '');
  if (exceptions.length === 0) return found.map(({ violation }) => violation);
  const left = new Set(found);
  const violations: Violation[] = [];
  for (const { line, reason, covers } of exceptions) {
    const covered = [...left].filter(({ violation, firstLine }) =>
      covers.some((at) => firstLine <= at && at <= violation.line),
    );
    if (reason === '') {
      violations.push(bareException(file, line));
    } else if (covered.length === 0) {
      gathered.warnings.push({
        file: file.path,
        line,
        rule: 'unused-exception',
        message: 'the exception covers nothing; take it out',
      });
    } else {
      for (const one of covered) left.delete(one);
      gathered.exceptions.push({ file: file.path, line, reason, covers: covered.length });
    }
  }
  return [...[...left].map(({ violation }) => violation), ...violations];
}

function bareException(file: Surveyed, line: number): Violation {
  const message = 'an exception needs a reason: write "comm-node-allow: why this import may cross"';
  return {
    ...place(file.path, file.domain.name, line, 1),
    rule: 'exception-without-reason',
    message,
  };
}

function syntaxViolation(
  path: string,
  domain: string,
  message: string,
  line: number,
  column: number,
): Violation {
  return {
    ...place(path, domain, line, column),
    rule: 'syntax',
    message: `the file does not parse: ${message}`,
  };
}

function brokenConfigurations(resolvers: Resolvers): Violation[] {
  return resolvers.problems().map(({ file, message }) => syntaxViolation(file, '', message, 1, 1));
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
    ...place(path, '', 1, 1),
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

function place(
  file: string,
  domain: string,
  line: number,
  column: number,
): Omit<Violation, 'rule' | 'message'> {
  const nothing = {
    kind: '' as const,
    specifier: '',
    target: '',
    target_domain: '',
    why: '',
    instead: '',
  };
  return { file, line, column, domain, ...nothing, deciding: undefined, baseline: false };
}
