import { longMessage, withFingerprints } from './report-sarif.ts';
import type { Report, Violation } from './violation.ts';

/** How many annotations of one kind GitHub shows for a step; the rest would be lost in silence. */
const githubLimit = 10;

/** The report as workflow commands of GitHub Actions: annotations on the lines of a change. */
export function reportGithub(report: Report): string {
  const fresh = report.violations.filter(({ baseline }) => !baseline);
  const shown = fresh.length > githubLimit ? fresh.slice(0, githubLimit - 1) : fresh;
  const lines = shown.map((violation) => githubLine('error', violation));
  if (shown.length < fresh.length) {
    const rest = fresh.slice(shown.length);
    const list = rest
      .map(({ file, line, rule, specifier }) => `${file}:${line} ${rule} ${specifier}`)
      .join('\n');
    lines.push(`::error title=comm-node::${githubData(`and ${rest.length} more:\n${list}`)}`);
  }
  const warnings = report.warnings.slice(0, githubLimit).map(({ file, line, message, rule }) => {
    return `::warning file=${githubProperty(file)},line=${line},title=${githubProperty(rule)}::${githubData(message)}`;
  });
  return [...lines, ...warnings].map((line) => `${line}\n`).join('');
}

function githubLine(level: string, violation: Violation): string {
  const { file, line, column, rule } = violation;
  const place = `file=${githubProperty(file)},line=${line},col=${column},title=${githubProperty(`comm-node ${rule}`)}`;
  return `::${level} ${place}::${githubData(longMessage(violation))}`;
}

function githubData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function githubProperty(text: string): string {
  return githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The report as GitLab Code Quality: a list of issues with unique fingerprints. */
export function reportGitlab(report: Report): string {
  const issues = withFingerprints(report.violations).map(({ violation, fingerprint }) => ({
    type: 'issue',
    description: longMessage(violation),
    check_name: violation.rule,
    fingerprint,
    severity: violation.baseline ? 'info' : 'major',
    categories: ['Compatibility'],
    location: { path: violation.file, lines: { begin: violation.line } },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}

/** The report as JUnit XML: a test case for each file that breaks a rule, one that passes when none does. */
export function reportJunit(report: Report): string {
  const byFile = new Map<string, Violation[]>();
  for (const violation of report.violations) {
    if (violation.baseline) continue;
    byFile.set(violation.file, [...(byFile.get(violation.file) ?? []), violation]);
  }
  const cases = [...byFile].map(([file, violations]) => junitCase(file, violations));
  if (cases.length === 0)
    cases.push('    <testcase classname="boundaries" name="all imports keep the rules"/>\n');
  const failures = byFile.size;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name="comm-node lint-boundaries" ${counts}>\n`,
    `  <testsuite name="boundaries" ${counts} skipped="0">\n`,
    ...cases,
    '  </testsuite>\n</testsuites>\n',
  ].join('');
}

function junitCase(file: string, violations: readonly Violation[]): string {
  const text = violations
    .map(
      (violation) =>
        `${file}:${violation.line}:${violation.column} ${violation.rule}: ${longMessage(violation)}`,
    )
    .join('\n');
  const first = violations[0];
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  return [
    `    <testcase classname="boundaries" name="${xml(file)}" file="${xml(file)}">\n`,
    `      <failure type="${first?.rule ?? ''}" message="${xml(`${first?.message ?? ''}${more}`)}">${xml(text)}</failure>\n`,
    '    </testcase>\n',
  ].join('');
}

/** Escapes text for XML 1.0; what XML cannot hold becomes a replacement character. */
export function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(/[\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
