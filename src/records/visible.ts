// Source of the classes: Unicode UTS 39 section 5.4 and "Trojan Source" (CVE-2021-42574). Controls
// (Cc), formats such as bidi and zero width (Cf), line and paragraph separators, lone surrogates,
// and everything else that takes no room on the screen.
const UNSEEN = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]`;
// An emoji may hold joiners and variation selectors, a keycap a selector: there they belong.
const EMOJI = String.raw`\p{Extended_Pictographic}[\uFE0F\u{1F3FB}-\u{1F3FF}]?(?:\u200D\p{Extended_Pictographic}[\uFE0F\u{1F3FB}-\u{1F3FF}]?)*`;
const KEYCAP = String.raw`[0-9#*]\uFE0F\u20E3`;
const PIECES = new RegExp(`${EMOJI}|${KEYCAP}|${UNSEEN}`, 'gu');
// Most text needs nothing: one look without the emoji, which are rarer than either.
const SUSPECT = new RegExp(`(?![\\n\\t])${UNSEEN}`, 'u');
const HIDDEN = new RegExp(`^${UNSEEN}`, 'u');

/**
 * Text that is safe to print on a terminal and hides nothing from the reader: control characters
 * (but line feed and tab), escape sequences, bidi overrides and zero-width characters become
 * escapes such as `\u001b`; joiners inside emoji stay.
 */
export function visible(text: string): string {
  return SUSPECT.test(text) ? text.replace(PIECES, shown) : text;
}

function shown(piece: string): string {
  if (piece === '\n' || piece === '\t' || !HIDDEN.test(piece)) return piece;
  const code = piece.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/**
 * The text on one line, safe to print: white space becomes one blank, what is longer than `max`
 * characters (code points) is cut and ends in `…`.
 */
export function oneLine(text: string, max: number): string {
  // Only the beginning can matter: an escape is at most nine times as long as what it shows, and
  // a megabyte of text need not be looked at for a subject of 100 characters.
  const start = text.slice(0, 20_000);
  const line = visible(start.replace(/[\s\u0085]+/gu, ' ').trim());
  const points = Array.from(line.slice(0, 4 * max + 4));
  const whole = points.length <= max && line.length <= 4 * max && text.length <= 20_000;
  return whole
    ? line
    : `${points
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}
