import { type CheckOptions, checkBoundaries } from '../../src/boundaries/check.ts';
import { type Explanation, explainFile } from '../../src/boundaries/explain.ts';
import { parseBoundaries } from '../../src/boundaries/parse-config.ts';
import type { Report } from '../../src/boundaries/violation.ts';
import { literalTree, type SourceTree } from '../../src/imports/source-tree.ts';
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
  return checkBoundaries(parseBoundaries(config), treeOf(config, files), { parserOf, ...options });
}

/** Explains one of literal files, or one import of it. */
export function explainOne(
  config: string,
  files: Record<string, string>,
  file: string,
  asked: string | undefined,
): Promise<Explanation> {
  return explainFile(parseBoundaries(config), treeOf(config, files), file, asked, { parserOf });
}

function treeOf(config: string, files: Record<string, string>): SourceTree {
  const entries = Object.entries({ 'boundaries.toml': config, ...files });
  const links = entries.filter(([, text]) => text.startsWith('-> '));
  return literalTree(
    Object.fromEntries(entries.filter(([, text]) => !text.startsWith('-> '))),
    Object.fromEntries(links.map(([path, text]) => [path, text.slice(3)])),
  );
}

/** Each violation in one line: `rule file:line specifier → target`. */
export function lines(report: Report): string[] {
  return report.violations.map(
    ({ rule, file, line, specifier, target }) => `${rule} ${file}:${line} ${specifier} → ${target}`,
  );
}
