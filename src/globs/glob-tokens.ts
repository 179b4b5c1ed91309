import { braceExpand } from 'minimatch';

/** One inclusive range of UTF-16 code units. */
export type Range = readonly [low: number, high: number];

/**
 * What one piece of a glob consumes: one character of a set, any run of
 * characters within a segment, any number of whole folders, or all that is below.
 */
export type Token =
  | { readonly kind: 'set'; readonly ranges: readonly Range[] }
  | { readonly kind: 'star' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'below' };

/** A glob that is refused: the message says why, and what to write instead. */
export class GlobError extends Error {}

const slash = 47;
const anyCharacter: readonly Range[] = [
  [1, slash - 1],
  [slash + 1, 0xffff],
];
const bracesLimit = 512;

/**
 * The alternatives that the braces of a glob stand for.
 * @throws GlobError when there are more than 512.
 */
export function expandBraces(glob: string): readonly string[] {
  if (!glob.includes('{')) return [glob];
  const alternatives = braceExpand(glob, { braceExpandMax: bracesLimit + 1 });
  if (alternatives.length > bracesLimit) {
    throw new GlobError(`its braces stand for more than ${bracesLimit} patterns; write fewer`);
  }
  return alternatives;
}

/**
 * Normalizes a glob's path: no `./`, no `//`, `..` resolved, a trailing slash means all below.
 * @throws GlobError when it is empty, absolute, or climbs above the root.
 */
export function normalizeGlob(glob: string): string {
  if (glob.trim() === '') throw new GlobError('it is empty; "**" matches every file');
  if (glob.startsWith('!')) throw new GlobError('"!" does not negate here; list what is meant');
  if (glob.startsWith('/')) throw new GlobError('it must be relative; leave the first "/" out');
  const segments: string[] = [];
  for (const segment of glob.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') climb(segments);
    else segments.push(segment);
  }
  if (glob.endsWith('/') || segments.length === 0) segments.push('**');
  return segments.join('/');
}

function climb(segments: string[]): void {
  const left = segments.pop();
  if (left === undefined) throw new GlobError('it climbs above the root with ".."');
  if (left === '**') throw new GlobError('".." after "**" has no meaning');
}

/**
 * The tokens of one brace-free, normalized glob.
 * @throws GlobError for extglobs, character class names, open brackets and needless escapes.
 */
export function tokenize(glob: string): readonly Token[] {
  const tokens: Token[] = [];
  const segments = glob.split('/').filter((segment, at, all) => {
    return segment !== '**' || all[at + 1] !== '**';
  });
  segments.forEach((segment, at) => {
    const last = at === segments.length - 1;
    if (segment === '**') tokens.push({ kind: last ? 'below' : 'folders' });
    else {
      pushSegment(segment, tokens);
      if (!last) tokens.push(character(slash));
    }
  });
  return tokens;
}

function pushSegment(segment: string, tokens: Token[]): void {
  for (let at = 0; at < segment.length; ) {
    const char = segment.charAt(at);
    if ('?*+@!'.includes(char) && segment[at + 1] === '(') {
      throw new GlobError(
        `extended globs like "${char}(…)" are not supported; use braces: "{a,b}" (a literal "(" is "\\(")`,
      );
    }
    if (char === '[') at = pushClass(segment, at, tokens);
    else if (char === '\\') at = pushEscape(segment, at, tokens);
    else {
      tokens.push(plain(char));
      at++;
    }
  }
}

function plain(char: string): Token {
  if (char === '*') return { kind: 'star' };
  if (char === '?') return { kind: 'set', ranges: anyCharacter };
  return character(char.charCodeAt(0));
}

function character(code: number): Token {
  return { kind: 'set', ranges: [[code, code]] };
}

function pushEscape(segment: string, at: number, tokens: Token[]): number {
  const next = segment[at + 1];
  if (next === undefined || /[\w.]/.test(next)) {
    throw new GlobError('"\\" only escapes a wildcard; folders are separated by "/"');
  }
  tokens.push(character(next.charCodeAt(0)));
  return at + 2;
}

function pushClass(segment: string, open: number, tokens: Token[]): number {
  let at = open + 1;
  const negated = segment[at] === '!' || segment[at] === '^';
  if (negated) at++;
  const ranges: Range[] = [];
  for (let first = true; first || segment[at] !== ']'; first = false) {
    if (at >= segment.length) throw new GlobError('a "[" has no "]"; a literal "[" is "\\["');
    if (segment.startsWith('[:', at))
      throw new GlobError('named classes like "[:alpha:]" are not supported');
    const low = classCharacter(segment, at);
    at = low.end;
    if (segment[at] !== '-' || segment[at + 1] === ']' || segment[at + 1] === undefined) {
      ranges.push([low.code, low.code]);
      continue;
    }
    const high = classCharacter(segment, at + 1);
    if (high.code < low.code) throw new GlobError('a range in "[…]" runs backwards');
    ranges.push([low.code, high.code]);
    at = high.end;
  }
  tokens.push({ kind: 'set', ranges: negated ? complement(ranges) : withoutSlash(ranges) });
  return at + 1;
}

function classCharacter(segment: string, at: number): { code: number; end: number } {
  const escaped = segment[at] === '\\' && at + 1 < segment.length;
  const place = escaped ? at + 1 : at;
  return { code: segment.charCodeAt(place), end: place + 1 };
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const sorted = [...ranges, [slash, slash] as Range].sort((a, b) => a[0] - b[0]);
  const result: Range[] = [];
  let from = 1;
  for (const [low, high] of sorted) {
    if (low > from) result.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= 0xffff) result.push([from, 0xffff]);
  return result;
}

function withoutSlash(ranges: readonly Range[]): readonly Range[] {
  return ranges.flatMap(([low, high]): Range[] => {
    if (high < slash || low > slash) return [[low, high]];
    const below: Range = [low, slash - 1];
    const above: Range = [slash + 1, high];
    return [below, above].filter(([from, to]) => from <= to);
  });
}
