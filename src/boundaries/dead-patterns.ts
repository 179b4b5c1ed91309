import { globMatches } from '../globs/globs.ts';
import type { Boundaries, Domain, Pattern } from './config.ts';
import type { Owners } from './owners.ts';
import type { Violation, Warning } from './violation.ts';

/**
 * Finds scopes and patterns that match no file. A domain without any file is a violation:
 * its rules would hold for nothing, silently. A single dead pattern is only worth a word.
 */
export function findDeadPatterns(
  boundaries: Boundaries,
  files: readonly string[],
  owners: Owners,
): { violations: Violation[]; warnings: Warning[] } {
  const living = livingPatterns(boundaries, files);
  const owned = new Set(files.map((path) => owners.of(path)?.name));
  const violations: Violation[] = [];
  const warnings: Warning[] = [];
  for (const domain of boundaries.domains) {
    if (!owned.has(domain.name)) violations.push(deadScope(boundaries, domain));
    for (const pattern of patternsOf(domain)) {
      if (living.has(pattern) || (domain.scope.includes(pattern) && !owned.has(domain.name)))
        continue;
      const message = `${pattern.key}: ${JSON.stringify(pattern.text)} matches no file`;
      warnings.push({ file: boundaries.file, line: pattern.line, rule: 'dead-pattern', message });
    }
  }
  return { violations, warnings };
}

function patternsOf(domain: Domain): readonly Pattern[] {
  return [...domain.scope, ...domain.allowed, ...domain.forbidden, ...domain.entryPoints];
}

function livingPatterns({ domains }: Boundaries, files: readonly string[]): ReadonlySet<Pattern> {
  const living = new Set<Pattern>();
  let waiting = domains.flatMap(patternsOf);
  for (const path of files) {
    if (waiting.length === 0) break;
    const before = living.size;
    for (const pattern of waiting) if (globMatches(pattern.glob, path)) living.add(pattern);
    if (living.size > before) waiting = waiting.filter((pattern) => !living.has(pattern));
  }
  return living;
}

function deadScope(boundaries: Boundaries, domain: Domain): Violation {
  const scope = domain.scope[0];
  const place = { key: scope?.key ?? `domains.${domain.name}`, line: scope?.line ?? domain.line };
  return {
    file: boundaries.file,
    line: place.line,
    column: 1,
    kind: '',
    specifier: '',
    target: '',
    domain: domain.name,
    target_domain: '',
    rule: 'dead-scope',
    message: `the scope of "${domain.name}" matches no file: ${domain.scope.map(({ text }) => text).join(', ')}`,
    why: '',
    instead: '',
    deciding: { file: boundaries.file, ...place, pattern: scope?.text },
    baseline: false,
  };
}
