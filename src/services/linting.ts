import { join } from 'node:path';
import {
  applyBaseline,
  baselineName,
  introduced,
  type Known,
  parseBaseline,
} from '../boundaries/baseline.ts';
import type { Boundaries } from '../boundaries/config.ts';
import { fromPlain, toPlain } from '../boundaries/plain-config.ts';
import type { Report } from '../boundaries/violation.ts';
import { ConfigError } from '../errors.ts';
import { type Checkout, findCheckout } from '../sources/checkout.ts';
import { type FileLedger, legible } from '../sources/file-ledger.ts';
import { LintCache, parsedMemory } from '../sources/lint-cache.ts';
import { listCommit, listIndex, listWorkingTree, mergeBase } from '../sources/list-checkout.ts';
import { ListedTree, readDisk } from '../sources/listed-tree.ts';
import type { Parsers } from '../sources/parsers.ts';
import { fromTop, onlyPaths } from './lint-paths.ts';

/** What is to be linted, and how. */
export interface LintRequest {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** comm-node's folder on this machine; compiled code of parsers is kept there. */
  readonly home: string;
  /** Files and folders to report on, relative to `cwd`; none: all. */
  readonly paths?: readonly string[];
  /** Lint the index, not the files on disk. */
  readonly staged?: boolean;
  /** Report only what was brought since this revision was left. */
  readonly base?: string | undefined;
  /** A baseline file, relative to `cwd`; by default the one beside the configuration, if there is one. */
  readonly baseline?: string | undefined;
  /** The configuration, relative to `cwd`; by default the nearest `boundaries.toml` above. */
  readonly config?: string | undefined;
  readonly cache?: boolean;
  readonly gate?: boolean;
  progress?(text: string): void;
}

/** A tree with its rules, ready to be asked. */
export interface Source {
  readonly checkout: Checkout;
  readonly tree: ListedTree;
}

/** A source and the rules that hold for it. */
export interface RuledSource extends Source {
  /** The text of the configuration. */
  readonly rules: string;
  /** Its path from the top. */
  readonly rulesFile: string;
}

/** Opens the index or the working tree around a folder. @throws ConfigError outside a repository. */
export async function openSource(request: LintRequest): Promise<Source> {
  const checkout = await findCheckout(
    request.cwd,
    request.staged ? request.env['GIT_INDEX_FILE'] : undefined,
  );
  const listing = await (request.staged ? listIndex(checkout) : listWorkingTree(checkout));
  return { checkout, tree: await ListedTree.open(checkout, listing) };
}

/** The rules of a source, parsed. @throws ConfigError that names all that is wrong. */
export async function parseRules({ rules, rulesFile }: RuledSource): Promise<Boundaries> {
  const { parseBoundaries } = await import('../boundaries/parse-config.ts');
  return parseBoundaries(rules, rulesFile);
}

/** The parsers of all languages. */
export async function openParsers(request: LintRequest): Promise<Parsers> {
  const { Parsers } = await import('../sources/parsers.ts');
  const folder = request.cache === false ? undefined : join(request.home, 'code-cache');
  return new Parsers(folder);
}

/** Finds the rules of a source. @throws ConfigError when there are none. */
export async function openRules(request: LintRequest, source: Source): Promise<RuledSource> {
  const file = configFile(request, source);
  await source.tree.prepare([file]);
  const rules = source.tree.read(file);
  if (rules === undefined) {
    throw new ConfigError(`there is no ${file}${request.staged ? ' in the index' : ''}`, {
      code: 'no-boundaries',
      hint: 'comm-node boundaries infer (proposes one from the code), or comm-node boundaries init (a starter)',
      data: { file },
    });
  }
  return { ...source, rules, rulesFile: file };
}

function configFile(request: LintRequest, { checkout, tree }: Source): string {
  if (request.config !== undefined) return fromTop(checkout, request.cwd, request.config);
  for (
    let folder = fromTop(checkout, request.cwd, '.');
    ;
    folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : ''
  ) {
    const file = folder === '' ? 'boundaries.toml' : `${folder}/boundaries.toml`;
    if (tree.has(file) || folder === '') return file;
  }
}

/** Lints, as asked; the whole tree is always judged, `paths` and `base` only choose what is told. */
export async function lintBoundaries(
  request: LintRequest,
): Promise<{ report: Report; source: RuledSource }> {
  const source = await openRules(request, await openSource(request));
  let report = await checkSource(request, source);
  if (request.base !== undefined) report = await onlySince(request, source, request.base, report);
  report = await withBaseline(request, source, report);
  return { report: onlyPaths(request, source, report), source };
}

/** Checks one source, as far as possible from the cache. */
export async function checkSource(request: LintRequest, source: RuledSource): Promise<Report> {
  const { tree, rules, rulesFile, checkout } = source;
  const cache = request.cache === false ? undefined : new LintCache(checkout.commonDir);
  const memory = cache?.ledger(tree, `${rulesFile}\0${rules}`);
  const known = memory && cache?.report(tree, memory);
  if (known) return known;
  const parsed = cache?.parsed();
  await tree.prepare(memory && request.gate !== false ? memory.wanted() : legible(tree));
  const [boundaries, parsers, { checkBoundaries }] = await Promise.all([
    recallRules(source, memory),
    openParsers(request),
    import('../boundaries/check.ts'),
  ]);
  const report = await checkBoundaries(boundaries, tree, {
    parserOf: parsers.of,
    gate: request.gate !== false,
    memory,
    parsed: parsed && parsedMemory(parsed),
    progress: (done, total) => {
      if (total >= 200 && done % 100 === 0) request.progress?.(`parsed ${done} of ${total} files`);
    },
  });
  memory?.save();
  parsed?.save();
  if (memory) cache?.keepReport(tree, memory, report);
  parsers.save();
  return report;
}

// Parsing rules takes longer than judging a few files by them.
async function recallRules(source: RuledSource, memory: FileLedger | undefined) {
  const known = memory?.fact('rules');
  if (known !== undefined) return fromPlain(known);
  const boundaries = await parseRules(source);
  memory?.once('rules', () => toPlain(boundaries));
  return boundaries;
}

async function onlySince(
  request: LintRequest,
  source: RuledSource,
  base: string,
  report: Report,
): Promise<Report> {
  const commit = await mergeBase(source.checkout, base);
  const listing = await listCommit(source.checkout, commit, source.tree.listing);
  const tree = await ListedTree.open(source.checkout, listing);
  // Before there were rules there were no violations: then everything is new.
  await tree.prepare([source.rulesFile]);
  const rules = tree.read(source.rulesFile);
  if (rules === undefined) return report;
  const before = { ...source, tree, rules };
  return introduced(report, await checkSource(request, before));
}

/** A report without what the baseline knows. */
export async function withBaseline(
  request: LintRequest,
  source: RuledSource,
  report: Report,
): Promise<Report> {
  const baseline = await readBaseline(request, source);
  if (!baseline) return report;
  // What is not told because it is old cannot be missed in the baseline either.
  const applied = applyBaseline(report, baseline.known, baseline.file);
  if (request.base === undefined) return applied;
  return {
    ...applied,
    violations: applied.violations.filter(({ rule }) => rule !== 'stale-baseline'),
  };
}

/** Where the baseline stands unless it is named. */
export function besideRules({ rulesFile }: RuledSource): string {
  return rulesFile.slice(0, rulesFile.lastIndexOf('/') + 1) + baselineName;
}

/** The baseline that holds: the one named, else the one beside the configuration, as linted. */
export async function readBaseline(
  request: LintRequest,
  source: RuledSource,
): Promise<{ file: string; known: readonly Known[] } | undefined> {
  const beside = besideRules(source);
  const file =
    request.baseline === undefined
      ? beside
      : fromTop(source.checkout, request.cwd, request.baseline);
  await source.tree.prepare([file]);
  const text =
    source.tree.read(file) ??
    (request.baseline === undefined
      ? undefined
      : readDisk(join(source.checkout.top, file))?.toString());
  if (text !== undefined) return { file, known: parseBaseline(text, file) };
  if (request.baseline === undefined) return undefined;
  throw new ConfigError(`there is no baseline ${file}`, {
    hint: `comm-node boundaries baseline --baseline ${request.baseline}`,
    data: { file },
  });
}
