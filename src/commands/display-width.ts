const ESCAPE = /\u001b\[[0-9;]*m/g;
const PLAIN = /^[\u0020-\u007e]*$/;
const INVISIBLE = /^[\p{Control}\p{Mark}\p{Default_Ignorable_Code_Point}]/u;
const PICTURE = /^\p{Emoji_Presentation}|\ufe0f/u;

/** How many columns a text takes in a terminal; colours take none. */
export function displayWidth(text: string): number {
  const bare = text.replace(ESCAPE, '');
  if (PLAIN.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(bare)) width += columns(segment);
  return width;
}

/** The text, filled up with spaces to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** The text if it fits, else its beginning and an ellipsis, `width` columns in all. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text.replace(ESCAPE, ''))) {
    used += columns(segment);
    if (used > width) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : '';
}

function columns(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return PICTURE.test(grapheme) || isWide(grapheme.codePointAt(0) ?? 0) ? 2 : 1;
}

/** East Asian Wide and Fullwidth, in the blocks where they are. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97c) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
