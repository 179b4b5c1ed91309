import { commonPath, isCovered, uncoveredPath } from '../globs/compare-globs.ts';
import { type Glob, GlobError } from '../globs/globs.ts';
import type { Boundaries, Domain, Pattern, Problem } from './config.ts';
import { type Checking, complain, nearest } from './config-schema.ts';

/** Complains about scopes that cross and layers that cannot hold; no file is looked at. */
export function findContradictions(checking: Checking, boundaries: Boundaries): void {
  const { domains } = boundaries;
  try {
    domains.forEach((domain, at) => {
      for (const other of domains.slice(at + 1)) checkScopes(checking, domain, other);
    });
    checkLayers(checking, boundaries);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    complain(checking, ['domains'], error.message);
  }
}

/** The globs of patterns. */
export function globsOf(patterns: readonly Pattern[]): readonly Glob[] {
  return patterns.map(({ glob }) => glob);
}

function checkScopes(checking: Checking, one: Domain, other: Domain): void {
  const a = globsOf(one.scope);
  const b = globsOf(other.scope);
  const both = commonPath(a, b);
  if (both === undefined) return;
  const onlyOne = uncoveredPath(a, b);
  const onlyOther = uncoveredPath(b, a);
  if (onlyOne !== undefined && onlyOther !== undefined) {
    complain(
      checking,
      ['domains', other.name, 'scope'],
      `crosses the scope of "${one.name}": both match ${both}, only ${one.name} matches ${onlyOne}, only ${other.name} matches ${onlyOther}`,
      'narrow one of them, or make one lie wholly inside the other',
    );
  } else if (onlyOne === undefined && onlyOther === undefined) {
    complain(
      checking,
      ['domains', other.name, 'scope'],
      `is the same as that of "${one.name}": no file could tell whose it is`,
      'merge the two domains, or narrow one scope',
    );
  }
}

function checkLayers(checking: Checking, { layers, domains }: Boundaries): void {
  if (!layers) return;
  const names = domains.map(({ name }) => name);
  layers.order.forEach((name, index) => {
    if (!names.includes(name)) {
      const near = nearest(name, names);
      complain(
        checking,
        ['layers', 'order', index],
        `"${name}" is not a domain`,
        near ? `did you mean "${near}"?` : `domains: ${names.join(', ')}`,
      );
    }
    if (layers.order.indexOf(name) !== index)
      complain(checking, ['layers'], `"${name}" stands in it twice`);
  });
  for (const name of layers.exhaustive ? names : []) {
    if (!layers.order.includes(name)) {
      complain(
        checking,
        ['layers'],
        `"${name}" is on no layer, and the list is exhaustive`,
        `add "${name}" to layers`,
      );
    }
  }
  for (const domain of domains) checkAllowedUpward(checking, layers.order, domain, domains);
}

// An allowed pattern that lies inside a higher layer promises what the layers refuse.
function checkAllowedUpward(
  checking: Checking,
  order: readonly string[],
  domain: Domain,
  domains: readonly Domain[],
): void {
  const floor = order.indexOf(domain.name);
  if (floor < 0) return;
  for (const higher of domains.filter(({ name }) => order.slice(0, floor).includes(name))) {
    domain.allowed.forEach((pattern, index) => {
      if (!isCovered([pattern.glob], globsOf(higher.scope))) return;
      complain(
        checking,
        ['domains', domain.name, 'allowed_imports', index],
        `allows ${JSON.stringify(pattern.text)}, which belongs to "${higher.name}", a higher layer`,
        'change the layers, or take the pattern out',
      );
    });
  }
}

/** Patterns that can never decide anything: inside the own scope, or written in both lists. */
export function findUnreachable({ domains, file }: Boundaries): Problem[] {
  return domains.flatMap((domain) => {
    const own = globsOf(domain.scope);
    const forbidden = new Set(domain.forbidden.map(({ glob }) => glob.source));
    return [...domain.allowed, ...domain.forbidden].flatMap((pattern): Problem[] => {
      const { text, key, line, glob } = pattern;
      const warn = (message: string) => [
        { file, line, key, message: `${JSON.stringify(text)} ${message}` },
      ];
      // A domain that lies inside this one takes its files away: they are not own files.
      const others = domains.filter((other) => other !== domain).flatMap(({ scope }) => scope);
      if (covered(glob, own) && !meets(glob, globsOf(others)))
        return warn('never decides: it lies inside the own scope, which is always allowed');
      if (domain.allowed.includes(pattern) && forbidden.has(glob.source)) {
        return warn('never decides: the same pattern is forbidden, and forbidden wins');
      }
      return [];
    });
  });
}

function covered(glob: Glob, own: readonly Glob[]): boolean {
  try {
    return isCovered([glob], own);
  } catch {
    return false;
  }
}

function meets(glob: Glob, others: readonly Glob[]): boolean {
  try {
    return commonPath([glob], others) !== undefined;
  } catch {
    return true;
  }
}
