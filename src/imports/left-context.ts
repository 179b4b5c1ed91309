/**
 * The places that may hold the last character before a position that is neither blank nor
 * comment. There are several where a `//` or `/*` may or may not begin a comment: which,
 * only a parser knows, so every reading is given.
 */
export function before(text: string, from: number): readonly number[] {
  const first = lastSolid(text, from);
  if (
    first.comments === undefined &&
    text.charCodeAt(first.at) !== 47 &&
    text.charCodeAt(first.at) !== 42
  ) {
    return [first.at];
  }
  const found = new Set<number>();
  const seen = new Set<number>([from]);
  const waiting = [from];
  for (const start of waiting) {
    const { at, comments = [] } = lastSolid(text, start);
    found.add(at);
    for (const next of [...comments, ...beforeBlock(text, at), ...beforeStar(text, at)]) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return [...found];
}

/** The word that ends at a position; empty when there is none. */
export function wordBefore(text: string, end: number): string {
  let start = end;
  while (start >= 0 && isWordCode(text.charCodeAt(start))) start--;
  return text.slice(start + 1, end + 1);
}

/** The last place that is not blank, and where code may end before line comments that were passed. */
function lastSolid(text: string, from: number): { at: number; comments?: number[] } {
  let comments: number[] | undefined;
  let at = from;
  for (; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) {
      const ends = lineComments(text, at);
      if (ends) comments = [...(comments ?? []), ...ends];
    } else if (code > 32 && code < 128) break;
    else if (code >= 128 && !/\s/.test(text.charAt(at))) break;
  }
  return comments ? { at, comments } : { at };
}

// Every `//` of a line may be where its comment begins.
function lineComments(text: string, end: number): number[] | undefined {
  // Not lastIndexOf: for what is nowhere it would run to the beginning of the file.
  let start = end;
  while (start > 0 && text.charCodeAt(start - 1) !== 10 && text.charCodeAt(start - 1) !== 13) {
    start--;
  }
  let ends: number[] | undefined;
  for (let at = start; at + 1 < end; at++) {
    if (text.charCodeAt(at) !== 47 || text.charCodeAt(at + 1) !== 47) continue;
    ends ??= [];
    ends.push(at - 1);
  }
  return ends;
}

// A comment that ends here cannot hold another end: it begins after the one before.
function beforeBlock(text: string, at: number): number[] {
  if (text.charCodeAt(at) !== 47 || text.charCodeAt(at - 1) !== 42) return [];
  const floor = text.lastIndexOf('*/', at - 2);
  const ends: number[] = [];
  for (
    let open = text.lastIndexOf('/*', at - 2);
    open >= 0 && open > floor;
    open = text.lastIndexOf('/*', open - 1)
  ) {
    ends.push(open - 1);
    if (open === 0) break;
  }
  return ends;
}

// The star that begins a line of a JSDoc comment is no part of what it says.
function beforeStar(text: string, at: number): number[] {
  if (text.charCodeAt(at) !== 42) return [];
  let start = at;
  while (text.charCodeAt(start) === 42) start--;
  return [start];
}

/** Whether a character may be part of a plain name. */
export function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36
  );
}
