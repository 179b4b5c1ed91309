import { join } from 'node:path';
import { formatBaseline, type Known, knownOf } from '../boundaries/baseline.ts';
import { readCrossings } from '../boundaries/crossings.ts';
import { buildMap, type DomainMap } from '../boundaries/edge-graph.ts';
import { type Explanation, explainFile } from '../boundaries/explain.ts';
import { type Inferred, inferBoundaries } from '../boundaries/infer.ts';
import { starterText } from '../boundaries/propose-domains.ts';
import { counting, type Violation } from '../boundaries/violation.ts';
import { ConfigError } from '../errors.ts';
import { isThere, writeSource } from '../sources/write-source.ts';
import { fromTop } from './lint-paths.ts';
import {
  besideRules,
  checkSource,
  type LintRequest,
  openParsers,
  openRules,
  openSource,
  parseRules,
  readBaseline,
  type Source,
} from './linting.ts';

/** A file that was written, or would have been. */
export interface Written {
  readonly file: string;
  readonly written: boolean;
  readonly text: string;
}

/** Explains a file of the working tree. */
export async function explain(
  request: LintRequest,
  file: string,
  asked: string | undefined,
): Promise<Explanation> {
  const source = await openRules(request, await openWhole(request));
  const path = fromTop(source.checkout, request.cwd, file);
  const parsers = await openParsers(request);
  const rules = await parseRules(source);
  const found = await explainFile(rules, source.tree, path, asked, { parserOf: parsers.of });
  parsers.save();
  return found;
}

/** The map of domains, and the violations behind its red arrows. */
export async function drawMap(
  request: LintRequest,
): Promise<{ map: DomainMap; violations: readonly Violation[] }> {
  const source = await openRules(request, await openWhole(request));
  const parsers = await openParsers(request);
  const rules = await parseRules(source);
  const { imports, files } = await readCrossings(rules, source.tree, { parserOf: parsers.of });
  const inside = imports.filter(({ to }) => to !== '');
  const { violations } = await checkSource(request, source);
  return { map: buildMap(rules, files, inside), violations };
}

/**
 * Proposes rules from the code. They are written only where there are none, or by force.
 * @param print only show them.
 */
export async function infer(
  request: LintRequest,
  how: { print: boolean; force: boolean },
): Promise<Inferred & Written> {
  const source = await openWhole(request);
  const parsers = await openParsers(request);
  const inferred = await inferBoundaries(source.tree, { parserOf: parsers.of });
  parsers.save();
  return { ...inferred, ...write(request, source, inferred.text, how) };
}

/** Writes a starter configuration. */
export async function start(
  request: LintRequest,
  how: { print: boolean; force: boolean },
): Promise<Written> {
  const source = await openWhole(request);
  const code = source.tree
    .paths()
    .filter((path) => /\.([mc]?[jt]sx?|vue|svelte|astro|py|rs|go)$/.test(path));
  return write(request, source, starterText(code), how);
}

function write(
  request: LintRequest,
  source: Source,
  text: string,
  how: { print: boolean; force: boolean },
): Written {
  const file =
    request.config === undefined
      ? 'boundaries.toml'
      : fromTop(source.checkout, request.cwd, request.config);
  const path = join(source.checkout.top, file);
  if (how.print) return { file, text, written: false };
  if (isThere(path) && !how.force) {
    throw new ConfigError(`${file} is there already`, {
      code: 'exists',
      hint: 'use --print to see the proposal, --force to overwrite',
      data: { file },
    });
  }
  writeSource(path, text);
  return { file, text, written: true };
}

/** What became of a baseline. */
export interface BaselineChange extends Written {
  readonly known: number;
  readonly gone: number;
  /** Violations that are new, and were not taken up. */
  readonly refused: number;
}

/**
 * Writes the baseline: all violations where there is none yet; where there is one, only
 * without those that are gone. It never grows.
 */
export async function updateBaseline(request: LintRequest): Promise<BaselineChange> {
  const source = await openRules(request, await openWhole(request));
  const report = await checkSource(request, source);
  const now = counting(report).map(knownOf);
  const file =
    request.baseline === undefined
      ? besideRules(source)
      : fromTop(source.checkout, request.cwd, request.baseline);
  const before = isThere(join(source.checkout.top, file))
    ? (await readBaseline(request, source))?.known
    : undefined;
  const known = before ? common(now, before) : now;
  const text = formatBaseline(known);
  writeSource(join(source.checkout.top, file), text);
  return {
    file,
    text,
    written: true,
    known: known.length,
    gone: (before ?? known).length - known.length,
    refused: now.length - known.length,
  };
}

function common(now: readonly Known[], before: readonly Known[]): readonly Known[] {
  const left = now.map(identity);
  return before.filter((entry) => {
    const at = left.indexOf(identity(entry));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function identity({ rule, file, specifier, target }: Known): string {
  return [rule, file, specifier, target].join('\0');
}

// These verbs look at every file, whatever former runs know of it.
async function openWhole(request: LintRequest): Promise<Source> {
  const source = await openSource(request);
  await source.tree.prepare(source.tree.paths());
  return source;
}
