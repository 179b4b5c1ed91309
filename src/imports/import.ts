/** How a file reaches for another; the same words for every language. */
export type ImportKind =
  | 'static'
  | 'type-only'
  | 'dynamic'
  | 'require'
  | 're-export'
  | 'jsdoc'
  | 'triple-slash'
  | 'worker'
  | 'glob'
  | 'mock'
  | 'augmentation'
  | 'module'
  | 'path';

/** One import, as the parsed syntax has it. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  readonly kind: ImportKind;
  /** Whether it vanishes when types are erased. */
  readonly typeOnly: boolean;
  /** Where the specifier stands, from 1. */
  readonly line: number;
  readonly column: number;
  /** Where its statement begins: a comment above it speaks for it. */
  readonly firstLine: number;
  /** What is resolved, where that is more than the specifier: a Python module and a name in it. */
  readonly lookup: string;
}

/** A place where a file does not parse. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What a parser has to say of a file. */
export interface Parsed {
  readonly imports: readonly Import[];
  readonly faults: readonly SyntaxFault[];
}

/** Text → imports: final. */
export type Parser = (path: string, text: string) => Parsed;

/** What a gate sees: never less than the parser would, perhaps more. */
export interface Suspects {
  /** Everything that could be the `lookup` of an import. */
  readonly lookups: readonly string[];
  /** Whether only the parser can tell: an escape in a specifier, a conflict marker. */
  readonly opaque: boolean;
}

/** Text → suspects: fast, and a superset of the parser's imports. */
export type Gate = (path: string, text: string) => Suspects;
