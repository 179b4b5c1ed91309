import { Effort } from './effort.ts';
import { findWord } from './glob-words.ts';
import type { Alternative, Glob } from './globs.ts';

/**
 * A path that both lists of globs match, or undefined when there is none: exact, no files needed.
 * @throws GlobError when that takes more than the effort that is left.
 */
export function commonPath(
  a: readonly Glob[],
  b: readonly Glob[],
  effort = new Effort(),
): string | undefined {
  const [ones, others] = neighbours(alternativesOf(a), alternativesOf(b), effort);
  return ones.length === 0 ? undefined : wordOf(ones, others, 'common', effort);
}

/**
 * A path that `a` matches and `b` does not, or undefined when `b` covers all of `a`.
 * @throws GlobError when that takes more than the effort that is left.
 */
export function uncoveredPath(
  a: readonly Glob[],
  b: readonly Glob[],
  effort = new Effort(),
): string | undefined {
  return uncovered(alternativesOf(a), alternativesOf(b), effort);
}

/**
 * As {@link uncoveredPath}, but what `a` names without a wildcard and `b` matches is taken for a
 * file: `src/a.ts` lies inside `src/*.ts`, though `src/a.ts/x` would not.
 * @throws GlobError when that takes more than the effort that is left.
 */
export function uncoveredFile(
  a: readonly Glob[],
  b: readonly Glob[],
  effort = new Effort(),
): string | undefined {
  const others = alternativesOf(b);
  const open = alternativesOf(a).filter(({ named }) => {
    effort.spendOnLetters(others.length);
    return named === undefined || !others.some(({ matches }) => matches(named));
  });
  return uncovered(open, others, effort);
}

function uncovered(
  ones: readonly Alternative[],
  all: readonly Alternative[],
  effort: Effort,
): string | undefined {
  const open = ones.filter((one) => {
    effort.spendOnLetters(all.length);
    return !all.some((other) => covers(other, one));
  });
  const [, others] = neighbours(open, all, effort);
  return open.length === 0 ? undefined : wordOf(open, others, 'uncovered', effort);
}

/** Whether `b` covers all of `a`: as {@link uncoveredPath}, but without looking for an example. */
export function isCovered(a: readonly Glob[], b: readonly Glob[], effort = new Effort()): boolean {
  const others = alternativesOf(b);
  const alone = alternativesOf(a).some((one) => {
    effort.spendOnLetters(others.length);
    return others.every((other) => disjoint(one, other));
  });
  return !alone && uncoveredPath(a, b, effort) === undefined;
}

function alternativesOf(globs: readonly Glob[]): readonly Alternative[] {
  return globs.flatMap(({ alternatives }) => alternatives);
}

function wordOf(
  ones: readonly Alternative[],
  others: readonly Alternative[],
  want: 'common' | 'uncovered',
  effort: Effort,
): string | undefined {
  const tokensOf = ({ tokens }: Alternative) => {
    effort.spend(tokens.length);
    return tokens;
  };
  return findWord(ones.map(tokensOf), others.map(tokensOf), want, effort);
}

/** The alternatives of each side that are not told apart from the whole other side by their first letters. */
function neighbours(
  a: readonly Alternative[],
  b: readonly Alternative[],
  effort: Effort,
): [Alternative[], Alternative[]] {
  const near = (some: readonly Alternative[], others: readonly Alternative[]) =>
    some.filter((one) => {
      effort.spendOnLetters(others.length);
      return others.some((other) => !disjoint(one, other));
    });
  return [near(a, b), near(b, a)];
}

// Most globs differ in their first letters already.
function disjoint(one: Alternative, other: Alternative): boolean {
  return !one.prefix.startsWith(other.prefix) && !other.prefix.startsWith(one.prefix);
}

// `src/**` covers whatever begins with `src/` and goes on.
function covers(wide: Alternative, narrow: Alternative): boolean {
  const below =
    wide.tokens.length === wide.prefix.length + 1 && wide.tokens.at(-1)?.kind === 'below';
  return (
    below && narrow.prefix.startsWith(wide.prefix) && narrow.tokens.length > wide.prefix.length
  );
}
