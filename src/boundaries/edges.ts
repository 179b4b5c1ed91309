import type { Import } from '../imports/import.ts';
import type { Boundaries } from './config.ts';
import { circles, shortestCycle } from './cycles.ts';
import type { Violation } from './violation.ts';

/** One import that crosses from a domain into another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly file: string;
  readonly import: Import;
  readonly target: string;
}

/**
 * One violation for each circle of domains: at the import that closes its shortest cycle,
 * with an import for every step of it.
 */
export function cycleViolations(boundaries: Boundaries, edges: readonly Edge[]): Violation[] {
  const { noCycles } = boundaries;
  if (!noCycles) return [];
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of edges) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  return circles(graph).flatMap((group) => {
    const inside = new Map(group.map((name) => [name, only(graph.get(name) ?? new Set(), group)]));
    const cycles = group.flatMap((name) => shortestCycle(inside, name) ?? []).length;
    const shortest = group
      .flatMap((name) => {
        const cycle = shortestCycle(inside, name);
        return cycle ? [cycle] : [];
      })
      .sort((a, b) => a.length - b.length)[0];
    return cycles === 0 || !shortest ? [] : cycleViolation(boundaries, edges, shortest);
  });
}

function only(names: ReadonlySet<string>, group: readonly string[]): ReadonlySet<string> {
  return new Set([...names].filter((name) => group.includes(name)));
}

function cycleViolation(
  { file, noCycles }: Boundaries,
  edges: readonly Edge[],
  cycle: readonly string[],
): Violation[] {
  const steps = cycle.slice(1).flatMap((to, at) => firstEdge(edges, cycle[at] ?? '', to) ?? []);
  const closing = steps.at(-1);
  if (!closing) return [];
  const shown = steps
    .map((edge) => `${edge.file}:${edge.import.line} imports ${edge.target}`)
    .join('; ');
  return [
    {
      file: closing.file,
      line: closing.import.line,
      column: closing.import.column,
      kind: closing.import.kind,
      specifier: closing.import.specifier,
      target: closing.target,
      domain: closing.from,
      target_domain: closing.to,
      rule: 'cycle',
      message: `domains import one another in a circle: ${cycle.join(' → ')} (${shown})`,
      why: '',
      instead: '',
      deciding: noCycles && { file, key: noCycles.key, line: noCycles.line, pattern: undefined },
      baseline: false,
    },
  ];
}

function firstEdge(edges: readonly Edge[], from: string, to: string): Edge | undefined {
  let first: Edge | undefined;
  for (const edge of edges) {
    if (edge.from !== from || edge.to !== to) continue;
    if (
      !first ||
      edge.file < first.file ||
      (edge.file === first.file && edge.import.line < first.import.line)
    )
      first = edge;
  }
  return first;
}
