import { globMatches } from '../globs/globs.ts';
import type { Import, Parsed } from '../imports/import.ts';
import { languageOf } from '../imports/languages.ts';
import type { Resolution } from '../imports/resolution.ts';
import { Resolvers } from '../imports/resolvers.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import { TreeIndex } from '../imports/tree-index.ts';
import { type CheckOptions, parseFile } from './check.ts';
import type { Boundaries, Domain } from './config.ts';
import { Judge } from './judge.ts';
import { Owners } from './owners.ts';
import { visible } from './report-text.ts';
import type { Deciding, Rule } from './violation.ts';

/** What the rules say of one import, and why. */
export interface ExplainedImport {
  readonly specifier: string;
  readonly kind: string;
  /** 0 for an import that is only asked about. */
  readonly line: number;
  readonly target: string;
  readonly target_domain: string;
  readonly allowed: boolean;
  readonly rule: Rule | '';
  readonly because: string;
  readonly why: string;
  readonly deciding: Deciding | undefined;
}

/** What the rules say of a file. */
export interface Explanation {
  readonly file: string;
  readonly domain: string;
  /** The pattern that makes it part of its domain. */
  readonly scope: Deciding | undefined;
  readonly imports: readonly ExplainedImport[];
}

/**
 * Explains a file: whose it is, and which line of the configuration decides each of its imports.
 * @param asked one import: a specifier as written, or a path or package it might import.
 */
export async function explainFile(
  boundaries: Boundaries,
  tree: SourceTree,
  file: string,
  asked: string | undefined,
  options: CheckOptions,
): Promise<Explanation> {
  const index = new TreeIndex(tree);
  const judge = new Judge(boundaries, new Owners(boundaries.domains));
  const domain = judge.owners.of(file);
  const language = languageOf(file);
  const scope = domain && scopeOf(boundaries, domain, file);
  if (!domain || !language) return { file, domain: domain?.name ?? '', scope, imports: [] };
  const resolver = new Resolvers(index).of(language);
  const parsed: Parsed =
    tree.read(file) === undefined
      ? { imports: [], faults: [] }
      : await parseFile(tree, { path: file, language }, options);
  const chosen = chooseImports(parsed.imports, asked);
  const imports = chosen.flatMap((one) => {
    const mode = one.kind === 'require' ? 'require' : 'import';
    const resolutions =
      asked !== undefined && one.line === 0
        ? hypothetical(index, resolver.resolve(file, one.lookup, mode), asked)
        : resolver.resolve(file, one.lookup, mode);
    return resolutions.map((resolution) => explain(judge, domain, one, resolution));
  });
  return { file, domain: domain.name, scope, imports };
}

function chooseImports(imports: readonly Import[], asked: string | undefined): readonly Import[] {
  if (asked === undefined) return imports;
  const written = imports.filter(({ specifier }) => specifier === asked);
  if (written.length > 0) return written;
  return [
    {
      specifier: asked,
      lookup: asked,
      kind: 'static',
      typeOnly: false,
      line: 0,
      column: 0,
      firstLine: 0,
    },
  ];
}

// "What if it imported src/db/client.ts?" is asked by path.
function hypothetical(
  index: TreeIndex,
  resolved: readonly Resolution[],
  asked: string,
): readonly Resolution[] {
  const path = index.file(asked);
  return path === undefined ? resolved : [{ kind: 'file', path }];
}

function explain(
  judge: Judge,
  domain: Domain,
  one: Import,
  resolution: Resolution,
): ExplainedImport {
  const verdict = judge.verdict(domain, resolution, one.typeOnly);
  return {
    specifier: one.specifier,
    kind: one.kind,
    line: one.line,
    target: verdict.target,
    target_domain: verdict.targetDomain?.name ?? '',
    allowed: verdict.rule === undefined,
    rule: verdict.rule ?? '',
    because: verdict.because,
    why: verdict.why,
    deciding: verdict.deciding,
  };
}

function scopeOf(boundaries: Boundaries, domain: Domain, file: string): Deciding | undefined {
  const pattern = domain.scope.find(({ glob }) => globMatches(glob, file));
  return (
    pattern && {
      file: boundaries.file,
      line: pattern.line,
      key: pattern.key,
      pattern: pattern.text,
    }
  );
}

/** An explanation for people. */
export function explanationText({ file, domain, scope, imports }: Explanation): string {
  const whose =
    domain === ''
      ? `${visible(file)} belongs to no domain`
      : `${visible(file)} belongs to "${domain}"`;
  const by = scope
    ? ` (${scope.file}:${scope.line} ${scope.key} = ${visible(scope.pattern ?? '')})`
    : '';
  const lines = imports.map((one) => {
    const place = one.line === 0 ? 'if it imported' : `line ${one.line}`;
    const leads =
      one.target === ''
        ? ''
        : ` → ${visible(one.target)}${one.target_domain === '' ? '' : ` (${one.target_domain})`}`;
    const decided = one.deciding
      ? `\n    ${one.deciding.file}:${one.deciding.line} ${one.deciding.key}${one.deciding.pattern === undefined ? '' : ` = ${visible(one.deciding.pattern)}`}`
      : '';
    const why = one.why === '' ? '' : `\n    why: ${visible(one.why)}`;
    const word = one.allowed ? 'allowed' : `refused: ${one.rule}`;
    return `  ${place}: ${visible(one.specifier)} (${one.kind})${leads}\n    ${word}, because ${visible(one.because)}${decided}${why}\n`;
  });
  return `${whose}${by}\n${lines.join('')}`;
}
