/**
 * Estimates how many tokens a model reads in the text. An estimate, not a count: no offline
 * tokenizer of the newest models exists. Measured by bench/tokens against the last that does:
 * 3.3 to 3.6 characters a token in English and code, CJK about one token a character. Emoji and
 * other symbols are byte pairs of two or three tokens, other alphabets about two letters a token.
 * @returns whole tokens; 0 only for the empty text
 */
export function estimateTokens(text: string): number {
  let parts = 0;
  for (let at = 0; at < text.length; at++) parts += weight(text.charCodeAt(at));
  return Math.ceil(parts / TOKEN);
}

/** Models that cut text alike. `claude-newest`: Opus 4.7, Sonnet 5 and later. */
export type ModelFamily = 'claude-newest' | 'claude-earlier' | 'gpt';

// Against the estimate above. The newest models take about 30 % more tokens than the earlier ones
// (their maker says so); the others are measured by bench/tokens.
const FACTOR: Readonly<Record<ModelFamily, number>> = {
  'claude-newest': 1.3,
  'claude-earlier': 1,
  gpt: 0.9,
};

/** As estimateTokens, for one family of models. Budgets do not ask: a message costs everybody the same. */
export function estimateTokensFor(text: string, family: ModelFamily): number {
  return Math.ceil(estimateTokens(text) * FACTOR[family]);
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
