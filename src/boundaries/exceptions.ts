/** A comment that lets the import beside or below it pass. */
export interface InlineException {
  readonly line: number;
  /** Empty when none was given: then it does not count. */
  readonly reason: string;
  /** The lines it speaks for. */
  readonly covers: readonly number[];
}

const comment = /(?:\/\/|\/\*+|#|<!--)[ \t]*comm-node-allow\b(:?)[ \t]*(.*)$/;

/**
 * Finds `comm-node-allow: reason` comments. One that stands alone speaks for the next line
 * that is no comment; one behind code, for its own line.
 */
export function findExceptions(text: string): readonly InlineException[] {
  if (!text.includes('comm-node-allow')) return [];
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, at) => {
    const match = comment.exec(line);
    if (!match || insideString(line.slice(0, match.index))) return [];
    const reason = (match[2] ?? '').replace(/(\*\/|-->).*$/, '').trim();
    const alone = line.slice(0, match.index).trim() === '';
    const covers = alone ? nextCode(lines, at) : at + 1;
    return [{ line: at + 1, reason: match[1] ? reason : '', covers: [covers] }];
  });
}

function nextCode(lines: readonly string[], at: number): number {
  let next = at + 1;
  while (next < lines.length && /^\s*($|\/\/|#(?!\[)|\*|\/\*)/.test(lines[next] ?? '')) next++;
  return next + 1;
}

// With an odd number of quotes before it, it is spoken of, not said.
function insideString(before: string): boolean {
  return ['"', "'", '`'].some((quote) => (before.split(quote).length - 1) % 2 === 1);
}
