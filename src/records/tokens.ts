/**
 * Estimates how many tokens a model reads in the text. An estimate, not a count: no offline
 * tokenizer of the newest models exists. Measured by bench/tokens against the last that does:
 * 3.3 to 3.6 characters a token in English and code, CJK about one token a character. Emoji and
 * other symbols are byte pairs of two or three tokens, other alphabets about two letters a token.
 * One estimate for all models: a decision must come out the same everywhere, and a message costs
 * everybody the same.
 * @returns whole tokens; 0 only for the empty text
 */
export function estimateTokens(text: string): number {
  let parts = 0;
  for (let at = 0; at < text.length; at++) parts += weight(text.charCodeAt(at));
  return Math.ceil(parts / TOKEN);
}

// Weights are 28ths of a token: sums of whole numbers are exact.
const TOKEN = 28;

// What one UTF-16 unit weighs: ASCII 1 / 3.5, an emoji is two units of 1.25.
function weight(code: number): number {
  if (code < 0x80) return 8;
  if (code < 0x2000) return 14;
  if (code >= 0xd800 && code < 0xe000) return 35;
  // Joiners and variation selectors are bytes of the emoji they belong to.
  if (code >= 0xfe00 && code < 0xfe10) return 14;
  return TOKEN;
}
