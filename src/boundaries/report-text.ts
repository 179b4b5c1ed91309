import { decidingText } from './deciding.ts';
import type { Report, Violation } from './violation.ts';

/** How text is painted; the identity where there are no colours. */
export interface Paints {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
}

/** The report for people and agents: what is wrong, why, who decided, what to do instead. */
export function reportText(report: Report, paint: Paints): string {
  const fresh = report.violations.filter(({ baseline }) => !baseline);
  const blocks = fresh.map((violation) => violationText(violation, paint));
  const warnings = report.warnings.map(
    ({ file, line, message }) =>
      `${paint.yellow('warning')} ${visible(file)}:${line} ${visible(message)}\n`,
  );
  return [...blocks, warnings.join(''), summary(report, fresh.length, paint)]
    .filter((part) => part !== '')
    .join('\n');
}

function violationText(violation: Violation, paint: Paints): string {
  const { file, line, column, rule, message, why, instead, deciding } = violation;
  const lines = [
    `${paint.bold(`${visible(file)}:${line}:${column}`)} ${paint.red(rule)}`,
    `  ${visible(message)}`,
  ];
  if (violation.specifier !== '' && !message.includes(violation.specifier)) {
    lines.push(`  ${paint.dim('import')}   ${visible(violation.specifier)} (${violation.kind})`);
  }
  if (why !== '') lines.push(`  ${paint.dim('why')}      ${visible(why)}`);
  if (instead !== '') lines.push(`  ${paint.dim('instead')}  ${visible(instead)}`);
  if (deciding) lines.push(`  ${paint.dim('decided')}  ${visible(decidingText(deciding))}`);
  return `${lines.join('\n')}\n`;
}

function summary(report: Report, fresh: number, paint: Paints): string {
  const known = report.violations.length - fresh;
  const parts = [
    `${report.files} ${plural(report.files, 'file')}`,
    `${report.domains} ${plural(report.domains, 'domain')}`,
    ...(report.unowned > 0 ? [`${report.unowned} of no domain`] : []),
    ...(known > 0 ? [`${known} known from the baseline`] : []),
    ...(report.exceptions.length > 0
      ? [`${report.exceptions.length} inline ${plural(report.exceptions.length, 'exception')}`]
      : []),
  ];
  const result =
    fresh === 0 ? paint.green('clean') : paint.red(`${fresh} ${plural(fresh, 'violation')}`);
  return `${result}: ${parts.join(', ')}\n`;
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}

/** File names and specifiers come from strangers: what a terminal would act upon is shown as text. */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}
