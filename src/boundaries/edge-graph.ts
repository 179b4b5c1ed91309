import { commonPath } from '../globs/compare-globs.ts';
import type { Boundaries, Domain } from './config.ts';
import { globsOf } from './config-problems.ts';
import { compareText } from './violation.ts';

/** One arrow between domains: what the rules say of it, and what the code does. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Whether the rules let at least a part of the target be imported. */
  readonly allowed: boolean;
  readonly imports: number;
  readonly violations: number;
}

/** The domains of a repository and the arrows between them. */
export interface DomainMap {
  readonly domains: readonly {
    readonly name: string;
    readonly files: number;
    readonly layer: number | undefined;
  }[];
  readonly edges: readonly GraphEdge[];
}

/** An import that crosses, with its verdict: what a graph is counted from. */
export interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly refused: boolean;
}

/** Draws the map of a repository from its rules, its files and its imports. */
export function buildMap(
  boundaries: Boundaries,
  files: readonly { domain: string }[],
  crossings: readonly Crossing[],
): DomainMap {
  const counts = new Map<string, { imports: number; violations: number }>();
  for (const { from, to, refused } of crossings) {
    const key = `${from}\0${to}`;
    const count = counts.get(key) ?? { imports: 0, violations: 0 };
    count.imports++;
    if (refused) count.violations++;
    counts.set(key, count);
  }
  const edges: GraphEdge[] = [];
  for (const from of boundaries.domains) {
    for (const to of boundaries.domains) {
      const count = counts.get(`${from.name}\0${to.name}`) ?? { imports: 0, violations: 0 };
      const allowed = from !== to && mayImport(boundaries, from, to);
      // Where no list says otherwise everything is allowed: such an arrow says nothing until it is used.
      const told = allowed && from.allowed.length > 0;
      if (count.imports > 0 || told)
        edges.push({ from: from.name, to: to.name, allowed, ...count });
    }
  }
  const order = boundaries.layers?.order ?? [];
  return {
    domains: boundaries.domains.map(({ name }) => ({
      name,
      files: files.filter(({ domain }) => domain === name).length,
      layer: order.includes(name) ? order.indexOf(name) : undefined,
    })),
    edges: edges.sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to)),
  };
}

function mayImport(boundaries: Boundaries, from: Domain, to: Domain): boolean {
  const order = boundaries.layers?.order ?? [];
  if (
    order.includes(from.name) &&
    order.includes(to.name) &&
    order.indexOf(to.name) < order.indexOf(from.name)
  )
    return false;
  const scope = globsOf(to.scope);
  if (from.allowed.length > 0)
    return from.allowed.some(({ glob }) => commonPath([glob], scope) !== undefined);
  return !from.forbidden.some(({ glob }) => commonPath([glob], scope) !== undefined);
}
