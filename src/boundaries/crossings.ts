import type { Import } from '../imports/import.ts';
import { Resolvers } from '../imports/resolvers.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import { TreeIndex } from '../imports/tree-index.ts';
import { type CheckOptions, parseFile } from './check.ts';
import type { Boundaries } from './config.ts';
import { Judge } from './judge.ts';
import { Owners } from './owners.ts';
import { survey } from './survey.ts';

/** An import that leaves its domain, with what the rules say of it. */
export interface CrossingImport {
  readonly file: string;
  readonly import: Import;
  readonly from: string;
  /** Empty where the target belongs to no domain. */
  readonly to: string;
  readonly target: string;
  readonly refused: boolean;
}

/** All imports that leave their domain, and the files of all domains. */
export interface Crossings {
  readonly imports: readonly CrossingImport[];
  readonly files: readonly { readonly path: string; readonly domain: string }[];
  /** Imports that look internal and lead nowhere. */
  readonly unresolved: number;
}

/** Reads every import that leaves its domain; files the gate sees none in are not parsed. */
export async function readCrossings(
  boundaries: Boundaries,
  tree: SourceTree,
  options: CheckOptions,
): Promise<Crossings> {
  const index = new TreeIndex(tree);
  const judge = new Judge(boundaries, new Owners(boundaries.domains));
  const resolvers = new Resolvers(index);
  const { files } = survey(boundaries, index, judge, resolvers, undefined);
  const imports: CrossingImport[] = [];
  let unresolved = 0;
  for (const file of files) {
    if (!file.leaves && !file.suspicious) continue;
    const { imports: found } = await parseFile(tree, file, options);
    for (const one of found) {
      const mode = one.kind === 'require' ? 'require' : 'import';
      for (const resolution of resolvers.of(file.language).resolve(file.path, one.lookup, mode)) {
        if (resolution.kind === 'unresolved') unresolved++;
        if (resolution.kind !== 'file') continue;
        const { rule, targetDomain, target } = judge.verdict(file.domain, resolution, one.typeOnly);
        if (targetDomain === file.domain) continue;
        imports.push({
          file: file.path,
          import: one,
          from: file.domain.name,
          to: targetDomain?.name ?? '',
          target,
          refused: rule !== undefined,
        });
      }
    }
  }
  return {
    imports,
    unresolved,
    files: files.map(({ path, domain }) => ({ path, domain: domain.name })),
  };
}
