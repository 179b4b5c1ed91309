import { longMessage, withFingerprints } from './report-sarif.ts';
import type { Report, Violation } from './violation.ts';

/** How many annotations of one kind GitHub shows for a step; the rest would be lost in silence. */
const githubLimit = 10;

/** The report as workflow commands of GitHub Actions: annotations on the lines of a change. */
export function reportGithub(report: Report): string {
  const errors = report.violations
    .filter(({ baseline }) => !baseline)
    .map((violation): Annotation => {
      const { file, line, column, rule, specifier } = violation;
      const brief = `${file}:${line} ${rule} ${specifier}`;
      return { file, line, column, rule, message: longMessage(violation), brief };
    });
  const warnings = report.warnings.map(({ file, line, rule, message }): Annotation => {
    return { file, line, rule, message, brief: `${file}:${line} ${rule}` };
  });
  return githubLines('error', errors) + githubLines('warning', warnings);
}

interface Annotation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly rule: string;
  readonly message: string;
  /** For the list of those that are not shown. */
  readonly brief: string;
}

function githubLines(level: string, all: readonly Annotation[]): string {
  const shown = all.length > githubLimit ? all.slice(0, githubLimit - 1) : all;
  const lines = shown.map(({ file, line, column, rule, message }) => {
    const place = `file=${githubProperty(file)},line=${line}${column ? `,col=${column}` : ''}`;
    const title = githubProperty(`comm-node ${rule}`);
    return `::${level} ${place},title=${title}::${githubData(message)}\n`;
  });
  if (shown.length < all.length) {
    const rest = all.slice(shown.length);
    const list = `and ${rest.length} more:\n${rest.map(({ brief }) => brief).join('\n')}`;
    lines.push(`::${level} title=comm-node::${githubData(list)}\n`);
  }
  return lines.join('');
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
