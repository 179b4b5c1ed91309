import { lateGlob } from '../globs/globs.ts';
import type { Boundaries, Domain, PackagePattern, Pattern } from './config.ts';
import { packageMatcher } from './package-names.ts';

/** A `Boundaries` as plain data, to be kept as JSON: what can be made again from text is left out. */
export function toPlain(boundaries: Boundaries): unknown {
  return JSON.parse(
    JSON.stringify(boundaries, (key, value: unknown) =>
      key === 'glob' ? (value as Pattern['glob']).source : value,
    ),
  );
}

/** The `Boundaries` that {@link toPlain} was given; globs are parsed when they are first tried. */
export function fromPlain(plain: unknown): Boundaries {
  const kept = plain as Boundaries;
  return {
    ...kept,
    // JSON leaves out what is undefined; readers ask for these keys.
    layers: kept.layers,
    noCycles: kept.noCycles,
    domains: kept.domains.map(domain),
    generated: kept.generated.map(pattern),
  };
}

function domain(kept: Domain): Domain {
  return {
    ...kept,
    scope: kept.scope.map(pattern),
    allowed: kept.allowed.map(pattern),
    forbidden: kept.forbidden.map(pattern),
    entryPoints: kept.entryPoints.map(pattern),
    allowedPackages: kept.allowedPackages?.map(packagePattern),
    forbiddenPackages: kept.forbiddenPackages.map(packagePattern),
    why: kept.why,
  };
}

function pattern(kept: Pattern): Pattern {
  return { ...kept, glob: lateGlob(kept.glob as unknown as string) };
}

function packagePattern(kept: PackagePattern): PackagePattern {
  return { ...kept, matches: packageMatcher(kept.text) };
}
