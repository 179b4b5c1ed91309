import type { Glob } from '../globs/globs.ts';

/** A pattern of the configuration, and where it stands. */
export interface Pattern {
  /** As written. */
  readonly text: string;
  /** Relative to the root of the repository. */
  readonly glob: Glob;
  /** The key that holds it, such as `domains.routes.allowed_imports`. */
  readonly key: string;
  readonly line: number;
}

/** Where a rule without a pattern stands: a flag, a list. */
export interface Place {
  readonly key: string;
  readonly line: number;
}

/** A part of the code with rules of its own: one `[domains.NAME]`. */
export interface Domain {
  readonly name: string;
  readonly line: number;
  readonly scope: readonly Pattern[];
  /** Kinds of artifact it publishes. */
  readonly exports: readonly string[];
  /** Kinds of artifact it consumes. */
  readonly imports: readonly string[];
  readonly allowed: readonly Pattern[];
  readonly forbidden: readonly Pattern[];
  readonly allowedPackages: readonly PackagePattern[] | undefined;
  readonly forbiddenPackages: readonly PackagePattern[];
  /** The only files others may import, when not empty. */
  readonly entryPoints: readonly Pattern[];
  /** `allow`: imports that vanish when types are erased may cross every boundary. */
  readonly typeImports: 'check' | 'allow';
  readonly why: string | undefined;
}

/** A package name, or several by `*`, such as `@aws-sdk/*` or `node:*`. */
export interface PackagePattern extends Place {
  readonly text: string;
  readonly matches: (name: string) => boolean;
}

/** The order of domains: each may import itself and those after it. */
export interface Layers extends Place {
  readonly order: readonly string[];
  readonly exhaustive: boolean;
  readonly why: string | undefined;
}

/** What happens to a finding that is a matter of policy. */
export type Policy = 'allow' | 'warn' | 'error';

/** A whole `boundaries.toml`. */
export interface Boundaries {
  /** Its path in the repository. */
  readonly file: string;
  /** The folder all globs are relative to: that of the file; empty for the root. */
  readonly base: string;
  readonly domains: readonly Domain[];
  readonly layers: Layers | undefined;
  readonly noCycles: Place | undefined;
  readonly unowned: Policy;
  readonly unresolved: Policy;
  readonly unownedPlace: Place;
  /** Files that only a build makes: imports of them are no mistakes. */
  readonly generated: readonly Pattern[];
  /** Not wrong enough to stop, but worth a word: a pattern that can never decide. */
  readonly warnings: readonly Problem[];
}

/** Something wrong in the configuration. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly message: string;
  readonly hint?: string;
}
