import { globMatches } from '../globs/globs.ts';
import type { Boundaries, Domain } from './config.ts';
import type { Deciding } from './violation.ts';

/** The line that makes a file part of its domain: what makes the rules hold for it at all. */
export function decidedByScope(
  boundaries: Boundaries,
  domain: Domain,
  file: string,
): Deciding | undefined {
  const pattern = domain.scope.find(({ glob }) => globMatches(glob, file));
  if (!pattern) return undefined;
  return { file: boundaries.file, line: pattern.line, key: pattern.key, pattern: pattern.text };
}

/** What decides of imports that lead nowhere: the key, or its default. */
export function decidedByUnresolved({ file, unresolved, unresolvedPlace }: Boundaries): Deciding {
  const { stated, ...place } = unresolvedPlace;
  return { file, ...place, pattern: unresolved, ...(stated ? {} : { byDefault: true }) };
}

/** What holds for every configuration: there is no key for it. */
export function decidedAlways({ file }: Boundaries): Deciding {
  return { file, line: 1, key: '', pattern: undefined, byDefault: true };
}

/** `boundaries.toml:4 domains.routes.forbidden_imports = src/database/**` */
export function decidingText({ file, line, key, pattern, byDefault }: Deciding): string {
  if (key === '') return `${file} has no key that allows it`;
  const value = pattern === undefined ? '' : ` = ${pattern}`;
  if (byDefault) return `${file} does not say: by default ${key}${value}`;
  return `${file}:${line} ${key}${value}`;
}
