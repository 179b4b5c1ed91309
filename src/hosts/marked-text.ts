const BEGIN =
  '<!-- comm-node: generated, see `comm-node hooks`; what stands outside the marks is yours -->';
const END = '<!-- /comm-node -->';
const ANY_BEGIN = /^<!-- comm-node: generated.*-->[ \t]*\r?$/;

/**
 * A page with our block in it: in its old place, else at the end. More than one block, or one that
 * was cut off, becomes one; line ends stay as they are.
 */
export function withMarked(page: string | undefined, block: string): string {
  const own = `${BEGIN}\n${block.trimEnd()}\n${END}`;
  if (page === undefined || page.trim() === '') return `${own}\n`;
  const lineEnd = page.includes('\r\n') ? '\r\n' : '\n';
  const { before, after, found } = split(page);
  const text = own.replaceAll('\n', lineEnd);
  if (found) return `${before}${text}${lineEnd}${after}`;
  const gap = page.endsWith('\n') ? lineEnd : lineEnd + lineEnd;
  return `${page}${gap}${text}${lineEnd}`;
}

/** The page without our block. */
export function withoutMarked(page: string): string {
  const { before, after, found } = split(page);
  if (!found) return page;
  return after.trim() === '' ? before.replace(/(\r?\n)(?:\r?\n)+$/, '$1') : before + after;
}

/** What stands around our blocks. A mark without its other half is taken out alone. */
function split(page: string): { before: string; after: string; found: boolean } {
  const lines = page.split('\n');
  const begin = lines.findIndex((line) => ANY_BEGIN.test(line));
  const isEnd = (line: string) => line.trimEnd() === END;
  const first = begin >= 0 ? begin : lines.findIndex(isEnd);
  if (first < 0) return { before: page, after: '', found: false };
  const before: string[] = lines.slice(0, first).filter((line) => !isEnd(line));
  const after: string[] = [];
  for (let at = first; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (ANY_BEGIN.test(line)) {
      const next = lines.findIndex((other, index) => index > at && ANY_BEGIN.test(other));
      const end = lines.findIndex((other, index) => index > at && isEnd(other));
      // One that was cut off has no end of its own: only its mark is surely ours.
      if (end >= 0 && (next < 0 || end < next)) at = end;
    } else if (!isEnd(line)) after.push(line);
  }
  const head = before.map((line) => `${line}\n`).join('');
  return { before: head, after: after.join('\n'), found: true };
}
