import { Minimatch } from 'minimatch';
import {
  expandBraces,
  GlobError,
  normalizeGlob,
  type Range,
  type Token,
  tokenize,
} from './glob-tokens.ts';

/** One brace-free form of a glob, ready to be tried on paths. */
export interface Alternative {
  readonly tokens: readonly Token[];
  /** The characters before the first wildcard. */
  readonly prefix: string;
  readonly specificity: Specificity;
  readonly matches: (path: string) => boolean;
  /** Without a wildcard: the path that the glob names, also where this form is about what is below it. */
  readonly named?: string;
}

/** How much a glob says: the longer literal prefix is more specific, then fewer wildcards. */
export interface Specificity {
  readonly prefix: number;
  readonly wildcards: number;
}

/** A parsed glob; make one with {@link parseGlob}. */
export interface Glob {
  /** Normalized: `./` dropped, `..` resolved. */
  readonly source: string;
  readonly alternatives: readonly Alternative[];
}

/**
 * Parses a minimatch glob (`dot: true`): literals, `?`, `*`, `**`, `[a-z]`, `{a,b}`, `\` escapes.
 * A glob without a wildcard covers the file it names and, if that is a folder, all below.
 * @throws GlobError with a sentence that says what is wrong and what to write.
 */
export function parseGlob(text: string): Glob {
  const source = normalizeGlob(text);
  const alternatives = expandBraces(source).flatMap((form) => {
    const normal = normalizeGlob(form);
    const tokens = tokenize(normal);
    const literal = tokens.every(isLiteral);
    return literal ? literalAlternatives(tokens) : [wildAlternative(normal, tokens)];
  });
  return { source, alternatives };
}

/** A glob that was parsed before, by its source: it is parsed again only if it is tried. */
export function lateGlob(source: string): Glob {
  let alternatives: readonly Alternative[] | undefined;
  return {
    source,
    get alternatives() {
      alternatives ??= parseGlob(source).alternatives;
      return alternatives;
    },
  };
}

/** `text` with every wildcard escaped, to be joined with a glob. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\?*[\]{}()!+@]/g, '\\$&');
}

/** Whether a `/`-separated path matches the glob. */
export function globMatches(glob: Glob, path: string): boolean {
  return glob.alternatives.some((alternative) => alternative.matches(path));
}

/** How specifically the glob matches the path; undefined when it does not. */
export function matchSpecificity(glob: Glob, path: string): Specificity | undefined {
  let best: Specificity | undefined;
  for (const { matches, specificity } of glob.alternatives) {
    if (matches(path) && (!best || compareSpecificity(specificity, best) > 0)) best = specificity;
  }
  return best;
}

/** Positive when `a` is more specific than `b`, negative when less, 0 when equal. */
export function compareSpecificity(a: Specificity, b: Specificity): number {
  return a.prefix - b.prefix || b.wildcards - a.wildcards;
}

function literalAlternatives(tokens: readonly Token[]): Alternative[] {
  const literal = literalPrefix(tokens);
  const folder = `${literal}/`;
  const separator: Token = { kind: 'set', ranges: [[47, 47]] };
  return [
    {
      tokens,
      prefix: literal,
      named: literal,
      specificity: { prefix: literal.length, wildcards: 0 },
      matches: (path) => path === literal,
    },
    {
      tokens: [...tokens, separator, { kind: 'below' }],
      prefix: folder,
      named: literal,
      specificity: { prefix: folder.length, wildcards: 1 },
      matches: (path) => path.startsWith(folder),
    },
  ];
}

function wildAlternative(source: string, tokens: readonly Token[]): Alternative {
  const prefix = literalPrefix(tokens);
  const wildcards = tokens.filter((token) => !isLiteral(token)).length;
  return {
    tokens,
    prefix,
    specificity: { prefix: prefix.length, wildcards },
    matches: matcher(source, tokens, prefix),
  };
}

// Most globs of a boundaries.toml are `folder/**`: those need no regular expression.
function matcher(source: string, tokens: readonly Token[], prefix: string) {
  if (tokens.length === prefix.length + 1 && tokens.at(-1)?.kind === 'below') {
    return (path: string) => path.length > prefix.length && path.startsWith(prefix);
  }
  let pattern: Minimatch | undefined;
  return (path: string) => {
    if (!path.startsWith(prefix)) return false;
    pattern ??= new Minimatch(source, { dot: true, nocomment: true, nonegate: true, noext: true });
    return pattern.match(path);
  };
}

function literalPrefix(tokens: readonly Token[]): string {
  const end = tokens.findIndex((token) => !isLiteral(token));
  const literals = end < 0 ? tokens : tokens.slice(0, end);
  return String.fromCharCode(...literals.map((token) => firstCode(token)));
}

function firstCode(token: Token): number {
  return token.kind === 'set' ? (token.ranges[0]?.[0] ?? 0) : 0;
}

function isLiteral(token: Token): boolean {
  if (token.kind !== 'set' || token.ranges.length !== 1) return false;
  const [low, high] = token.ranges[0] as Range;
  return low === high;
}

export { GlobError };
