/** Where an import leads. */
export type Resolution =
  /** A file of the repository, by its real path. */
  | { readonly kind: 'file'; readonly path: string }
  /** A package, crate or module from outside; `name` is what rules about packages match. */
  | { readonly kind: 'package'; readonly name: string; readonly builtin: boolean }
  /** It looks like a file of the repository, and there is none. */
  | { readonly kind: 'unresolved'; readonly tried: readonly string[]; readonly reason: string }
  /** Nothing that rules speak of: a URL, an asset that only a build makes. */
  | { readonly kind: 'ignored' };

/** How a module is asked for: conditions of a package's `exports` may tell them apart. */
export type AskMode = 'import' | 'require';

/** Import → file. */
export interface Resolver {
  /**
   * @param from the path of the file that imports.
   * @param lookup what the parser or the gate gave.
   * @param mode undefined when not known: every possible answer is given.
   */
  resolve(from: string, lookup: string, mode?: AskMode): readonly Resolution[];
  /** Configuration files the resolver needs and cannot read. */
  readonly problems: readonly { readonly file: string; readonly message: string }[];
}

/** The resolution of an import that is not there. */
export function unresolved(reason: string, tried: readonly string[]): Resolution {
  return { kind: 'unresolved', reason, tried };
}

/** The resolution of a file. */
export function fileResolution(path: string): Resolution {
  return { kind: 'file', path };
}
