import { GlobError } from './glob-tokens.ts';

/**
 * What one comparison may cost, in steps of an automaton: some 200 ms. It counts
 * steps and reads no clock, so that every machine decides the same.
 */
const STEPS = 2_500_000;
/** What comparing the first letters of two globs costs beside one of them. */
const LETTERS = 1 / 16;

/** How much work may still go into comparing globs. One may be shared by many comparisons. */
export class Effort {
  #left: number;

  constructor(steps: number = STEPS) {
    this.#left = steps;
  }

  /** @throws GlobError when nothing is left. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new GlobError('the globs are too complex to compare; simplify');
  }

  /**
   * Pays for comparing the first letters of so many pairs of globs.
   * @throws GlobError when nothing is left.
   */
  spendOnLetters(pairs: number): void {
    this.spend(pairs * LETTERS);
  }
}
