import type { ImportKind } from '../imports/import.ts';
import type { Place } from './config.ts';

/** The rules, by the names they are reported under. */
export type Rule =
  | 'forbidden-import'
  | 'not-allowed'
  | 'forbidden-package'
  | 'package-not-allowed'
  | 'entry-point'
  | 'layer'
  | 'cycle'
  | 'unowned'
  | 'unresolved'
  | 'syntax'
  | 'dead-scope'
  | 'exception-without-reason'
  | 'stale-baseline';

/** The line of the configuration that decided. */
export interface Deciding extends Place {
  readonly file: string;
  /** The pattern as written; undefined where a flag or a list decided. */
  readonly pattern: string | undefined;
  /** The file does not say it: the key has this value by default, or there is no key for it. */
  readonly byDefault?: true;
}

/** Something the rules refuse, as every report has it. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How the file reaches for the target; empty for what is no import. */
  readonly kind: ImportKind | '';
  readonly specifier: string;
  /** The file or package it leads to; empty when it leads nowhere. */
  readonly target: string;
  readonly domain: string;
  readonly target_domain: string;
  readonly rule: Rule;
  readonly message: string;
  /** What the configuration says in defence of the rule; empty when nothing. */
  readonly why: string;
  /** What may be done instead; empty when nothing is known. */
  readonly instead: string;
  readonly deciding: Deciding | undefined;
  /** Known from before, and tolerated until it is mended. */
  readonly baseline: boolean;
}

/** Worth a word, but no violation. */
export interface Warning {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** An inline exception that was used. */
export interface UsedException {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly covers: number;
}

/** What a lint found. */
export interface Report {
  readonly violations: readonly Violation[];
  readonly warnings: readonly Warning[];
  readonly exceptions: readonly UsedException[];
  /** How many files were linted: those that belong to a domain and whose language is read. */
  readonly files: number;
  readonly domains: number;
  /** Source files that belong to no domain. */
  readonly unowned: number;
}

/** Violations that count: not known from before. */
export function counting(report: Report): readonly Violation[] {
  return report.violations.filter(({ baseline }) => !baseline);
}

/** In the order of files, lines and columns. */
export function compareViolations(a: Violation, b: Violation): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.specifier, b.specifier) ||
    compareText(a.target, b.target)
  );
}

/** By code unit: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
