/**
 * Estimates how many tokens a model reads in the text. An estimate, not a count: no offline
 * tokenizer of the newest models exists. Source: facts of section 6, Claude Opus 4.7 and later:
 * 3.3 to 3.6 characters a token in English and code, CJK about one token a character. Emoji and
 * other symbols are byte pairs of two or three tokens, other alphabets about two letters a token.
 * @returns whole tokens; 0 only for the empty text
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let ascii = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) ascii++;
    else tokens += weight(code);
  }
  return Math.ceil(tokens + ascii / ASCII_PER_TOKEN - 1e-9);
}

const ASCII_PER_TOKEN = 3.5;

// Tokens of one UTF-16 unit: an emoji is two units, 1.25 each.
function weight(code: number): number {
  if (code < 0x2000) return 0.5;
  if (code < 0x2e80) return 1;
  if (code >= 0xd800 && code < 0xe000) return 1.25;
  // Joiners and variation selectors are bytes of the emoji they belong to.
  if (code >= 0xfe00 && code < 0xfe10) return 0.5;
  return 1;
}
