import { distance } from 'fastest-levenshtein';

/** The known word that is nearest to what was typed, if any is near. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  // Two letters that changed places count as two.
  const allowed = typed.length < 4 ? 1 : Math.max(2, Math.floor(typed.length / 3));
  let best: { word: string; away: number } | undefined;
  for (const word of known) {
    const away = word.startsWith(typed) ? 0.5 : distance(typed, word);
    if (away <= allowed && (best === undefined || away < best.away)) best = { word, away };
  }
  return best?.word;
}
