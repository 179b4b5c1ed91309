import { commonPath, isCovered, uncoveredFile } from '../globs/compare-globs.ts';
import { Effort } from '../globs/effort.ts';
import { type Glob, globMatches, parseGlob } from '../globs/globs.ts';
import { HUMAN } from './names.ts';
import type { Domain } from './project.ts';

/** Who works where, as far as scopes need it. */
export interface Worker {
  readonly name: string;
  readonly domain?: string;
  /** The repository it joined from. */
  readonly repo?: string;
}

/** The registered domains by name. */
export type Domains = ReadonlyMap<string, Domain>;

/** A path that is not an agent's own, and the domain that it is of; null if nobody's. */
export interface Foreign {
  readonly path: string;
  readonly owner: string | null;
}

interface Scope {
  readonly domain: string;
  /** Undefined: all that no other domain claims. */
  readonly globs: readonly Glob[] | undefined;
}

/**
 * The domain that a path belongs to; null if nobody claims it. A scope that lies inside another
 * takes its paths from it; a domain without a scope has what no other claims.
 * @param path relative to the root of the repository, `/`-separated
 */
export function ownerOf(domains: Domains, repo: string, path: string): string | null {
  return ownersOf(scopesIn(domains, repo), path)[0] ?? null;
}

/**
 * Whether a path is an agent's own to change. The person in charge owns everything.
 * @returns undefined if it is, else whose it is
 */
export function foreignPath(
  domains: Domains,
  worker: Worker,
  repo: string,
  path: string,
): Foreign | undefined {
  if (worker.name === HUMAN) return undefined;
  const owners = ownersOf(scopesIn(domains, repo, worker), path);
  if (worker.domain !== undefined && owners.includes(worker.domain)) return undefined;
  return { path, owner: owners[0] ?? null };
}

/**
 * Whether all that globs can match is an agent's own.
 * @returns undefined if it is, else a path that is not, and whose it is
 * @throws GlobError if a glob is none, or they are too complex to compare
 */
export function foreignGlob(
  domains: Domains,
  worker: Worker,
  repo: string,
  globs: readonly string[],
): Foreign | undefined {
  if (worker.name === HUMAN) return undefined;
  const scopes = scopesIn(domains, repo, worker);
  const own = scopes.find(({ domain }) => domain === worker.domain);
  const wanted = globs.map(parseGlob);
  const effort = new Effort();
  for (const { domain, globs: theirs } of scopes) {
    if (domain === own?.domain || theirs === undefined) continue;
    // A scope around the own one yields to it.
    if (own?.globs && liesInside(own.globs, theirs, effort)) continue;
    const path = commonPath(wanted, theirs, effort);
    if (path !== undefined) return { path, owner: domain };
  }
  if (own && own.globs === undefined) return undefined;
  const path = uncoveredFile(wanted, own?.globs ?? [], effort);
  return path === undefined ? undefined : { path, owner: ownersOf(scopes, path)[0] ?? null };
}

/**
 * Another domain whose scope crosses this one in the same repository: each can match a path that
 * the other cannot, and one path both; or they are the same.
 */
export function crossingDomain(
  domains: Domains,
  name: string,
  repo: string,
  scope: readonly string[],
): { readonly domain: string; readonly path: string } | undefined {
  const globs = scope.map(parseGlob);
  for (const { domain, globs: theirs } of scopesIn(domains, repo)) {
    if (domain === name || theirs === undefined) continue;
    const path = commonPath(globs, theirs);
    const nested = isCovered(globs, theirs) !== isCovered(theirs, globs);
    if (path !== undefined && !nested) return { domain, path };
  }
  return undefined;
}

// A domain lies in the repository it is registered with, and where its agent has joined.
function scopesIn(domains: Domains, repo: string, worker?: Worker): Scope[] {
  const scopes: Scope[] = [];
  for (const [domain, { repo: home, scope }] of domains) {
    const joined = domain === worker?.domain && worker.repo === repo;
    if (home !== repo && !joined) continue;
    scopes.push({ domain, globs: scope?.map(parseGlob) });
  }
  return scopes;
}

// The innermost first; domains without a scope only where no other claims the path.
function ownersOf(scopes: readonly Scope[], path: string): string[] {
  const claims = scopes.filter(({ globs }) => globs?.some((glob) => globMatches(glob, path)));
  if (claims.length === 0) {
    return scopes.filter(({ globs }) => globs === undefined).map(({ domain }) => domain);
  }
  const inner = claims.filter(
    (one) =>
      !claims.some((other) => other !== one && liesInside(other.globs ?? [], one.globs ?? [])),
  );
  return inner.map(({ domain }) => domain);
}

function liesInside(inner: readonly Glob[], outer: readonly Glob[], effort?: Effort): boolean {
  return isCovered(inner, outer, effort) && !isCovered(outer, inner, effort);
}
