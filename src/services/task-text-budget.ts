import { estimateTokens } from '../records/tokens.ts';

/**
 * Cuts a description to what is left of a budget beside a text that must be there.
 * @param limit estimated tokens of both together
 * @param more stands where something was cut
 * @returns the description; and `rest`, the lines of the other text, if that alone is too long
 */
export function clipTokens(
  description: string,
  fixed: string,
  limit: number,
  more: string,
): { readonly description: string; readonly rest?: readonly string[] } {
  const room = limit - estimateTokens(fixed);
  if (estimateTokens(description) <= room) return { description };
  if (room < 40) {
    const lines = fixed.split('\n');
    while (lines.length > 4 && estimateTokens(lines.join('\n')) > limit - 40) lines.splice(-2, 1);
    return { description: more, rest: lines.slice(2) };
  }
  let [low, high] = [0, description.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (estimateTokens(`${description.slice(0, middle)}\n${more}`) <= room) low = middle;
    else high = middle - 1;
  }
  return { description: `${description.slice(0, low).trimEnd()}\n${more}` };
}
