import { uncoveredPath } from '../globs/compare-globs.ts';
import { globMatches } from '../globs/globs.ts';
import type { Domain } from './config.ts';
import { globsOf } from './config-problems.ts';

/** Tells whose a file is: of the domains whose scope matches it, the innermost. */
export class Owners {
  private readonly domains: readonly Domain[];
  private readonly known = new Map<string, Domain | undefined>();

  constructor(domains: readonly Domain[]) {
    this.domains = domains;
  }

  /** The domain a path belongs to; undefined when no scope matches it. */
  of(path: string): Domain | undefined {
    if (this.known.has(path)) return this.known.get(path);
    let owner: Domain | undefined;
    for (const domain of this.domains) {
      if (!domain.scope.some(({ glob }) => globMatches(glob, path))) continue;
      if (!owner || this.inside(domain, owner)) owner = domain;
    }
    this.known.set(path, owner);
    return owner;
  }

  private readonly insides = new Map<string, boolean>();

  private inside(one: Domain, other: Domain): boolean {
    const key = `${one.name}\0${other.name}`;
    const known = this.insides.get(key);
    if (known !== undefined) return known;
    const inside = uncoveredPath(globsOf(one.scope), globsOf(other.scope)) === undefined;
    this.insides.set(key, inside);
    return inside;
  }
}
