import type { Import, Parsed, SyntaxFault } from '../imports/import.ts';
import type { Resolvers } from '../imports/resolvers.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import { decidedByScope } from './deciding.ts';
import type { Edge } from './edges.ts';
import { findExceptions } from './exceptions.ts';
import type { Judge, Verdict } from './judge.ts';
import type { Surveyed } from './survey.ts';
import type { UsedException, Violation, Warning } from './violation.ts';

/** What judging files brings together. */
export interface Gathered {
  readonly violations: Violation[];
  readonly warnings: Warning[];
  readonly exceptions: UsedException[];
  readonly edges: Edge[];
}

/** Judges the parsed imports of one file and gathers what is found. */
export function judgeFile(
  gathered: Gathered,
  tree: SourceTree,
  judge: Judge,
  resolvers: Resolvers,
  file: Surveyed,
  parsed: Parsed,
): void {
  // What a parser makes of broken text is a guess; where the gate suspects nothing, nobody asks for it.
  if (!file.suspicious && parsed.faults.length > 0) return;
  const found: { violation: Violation; firstLine: number }[] = [];
  for (const one of parsed.imports) {
    const verdict = judgeImport(gathered.edges, judge, resolvers, file, one);
    if (verdict)
      found.push({ violation: importViolation(file, one, verdict), firstLine: one.firstLine });
  }
  const scope = decidedByScope(judge.boundaries, file.domain, file.path);
  const violations = applyExceptions(gathered, tree, file, found).map((violation) =>
    violation.rule === 'exception-without-reason' ? { ...violation, deciding: scope } : violation,
  );
  const fault = file.suspicious ? parsed.faults[0] : undefined;
  if (fault)
    violations.push({ ...syntaxViolation(file.path, file.domain.name, fault), deciding: scope });
  const mild = judge.boundaries.unresolved === 'warn';
  for (const violation of violations) {
    if (violation.rule === 'unresolved' && mild) gathered.warnings.push(warningOf(violation));
    else gathered.violations.push(violation);
  }
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
    ...blankViolation(file.path, file.domain.name, line, 1),
    rule: 'exception-without-reason',
    message,
  };
}

/** The violation that a broken file is. */
export function syntaxViolation(path: string, domain: string, fault: SyntaxFault): Violation {
  return {
    ...blankViolation(path, domain, fault.line, fault.column),
    rule: 'syntax',
    message: `the file does not parse: ${fault.message}`,
  };
}

/** A violation that is about no import; rule and message are still to come. */
export function blankViolation(
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

function warningOf({ file, line, rule, message }: Violation): Warning {
  return { file, line, rule, message };
}
