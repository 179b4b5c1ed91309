import { type CheckOptions, checkBoundaries } from '../../src/boundaries/check.ts';
import { parseBoundaries } from '../../src/boundaries/parse-config.ts';
import type { Report } from '../../src/boundaries/violation.ts';
import { literalTree } from '../../src/imports/source-tree.ts';
import { Parsers } from '../../src/sources/parsers.ts';

const parsers = new Parsers(undefined);

/** The parsers of all languages, for tests. */
export const parserOf = parsers.of;

/** Lints literal files; links are written `path: '-> target'`. */
export function lint(
  config: string,
  files: Record<string, string>,
  options: Partial<CheckOptions> = {},
): Promise<Report> {
  const entries = Object.entries({ 'boundaries.toml': config, ...files });
  const links = entries.filter(([, text]) => text.startsWith('-> '));
  const tree = literalTree(
    Object.fromEntries(entries.filter(([, text]) => !text.startsWith('-> '))),
    Object.fromEntries(links.map(([path, text]) => [path, text.slice(3)])),
  );
  return checkBoundaries(parseBoundaries(config), tree, { parserOf, ...options });
}

/** Each violation in one line: `rule file:line specifier → target`. */
export function lines(report: Report): string[] {
  return report.violations.map(
    ({ rule, file, line, specifier, target }) => `${rule} ${file}:${line} ${specifier} → ${target}`,
  );
}
