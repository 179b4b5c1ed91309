import { compareText } from './violation.ts';

/** Which domain imports which: a name → the names it imports. */
export type DomainGraph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Groups of domains that import one another in a circle (strongly connected, by Tarjan).
 * @returns each group sorted by name; domains in no circle are left out.
 */
export function circles(graph: DomainGraph): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (name: string): void => {
    order.set(name, order.size);
    low.set(name, order.get(name) ?? 0);
    stack.push(name);
    for (const next of graph.get(name) ?? []) {
      if (!order.has(next)) visit(next);
      const reached = stack.includes(next)
        ? Math.min(low.get(next) ?? 0, order.get(next) ?? 0)
        : Infinity;
      low.set(name, Math.min(low.get(name) ?? 0, reached));
    }
    if (low.get(name) !== order.get(name)) return;
    const group = stack.splice(stack.indexOf(name));
    if (group.length > 1) groups.push(group.sort(compareText));
  };
  for (const name of [...graph.keys()].sort(compareText)) if (!order.has(name)) visit(name);
  return groups;
}

/** The shortest way from a domain back to itself, such as `[a, b, a]`; undefined when there is none. */
export function shortestCycle(graph: DomainGraph, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const next of [...(graph.get(name) ?? [])].sort(compareText)) {
      if (next === start) return wayTo(cameFrom, start, name);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, name);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(
  cameFrom: ReadonlyMap<string, string>,
  start: string,
  last: string,
): readonly string[] {
  const way = [start];
  for (let at: string | undefined = last; at !== undefined && at !== start; at = cameFrom.get(at))
    way.unshift(at);
  return [start, ...way];
}
