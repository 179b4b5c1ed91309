import type { Effort } from './effort.ts';
import type { Range, Token } from './glob-tokens.ts';

export const SLASH = 47;

/** The places in its globs that an automaton is at: see {@link GlobMachine}. */
type Places = readonly number[];

/**
 * The automaton of some globs: it accepts what any of them matches. Its states are made as they are
 * reached, each once, so that a walk that comes by often pays once.
 *
 * A state stands for places in the globs. A place is twice a position in their tokens, which stand
 * one glob after another, plus one inside a folder that `**` is eating.
 */
export class GlobMachine {
  readonly start: number;
  /** Undefined behind the last token of a glob. */
  readonly #tokens: readonly (Token | undefined)[];
  readonly #alphabet: readonly number[];
  readonly #effort: Effort;
  readonly #states: Places[] = [];
  readonly #ids = new Map<string, number>();
  /** State → symbol → state, as far as known. */
  readonly #steps: (number | undefined)[][] = [];
  /** Which places were met in this round already. */
  readonly #marks: Uint32Array;
  #round = 0;

  /** @param alphabet one character for each class of characters that the globs do not tell apart */
  constructor(globs: readonly (readonly Token[])[], alphabet: readonly number[], effort: Effort) {
    const tokens: (Token | undefined)[] = [];
    const starts: number[] = [];
    for (const glob of globs) {
      starts.push(tokens.length * 2);
      tokens.push(...glob, undefined);
    }
    this.#tokens = tokens;
    this.#marks = new Uint32Array(tokens.length * 2);
    this.#alphabet = alphabet;
    this.#effort = effort;
    this.start = this.#stateOf(this.#closure(starts));
  }

  /** The state after one more character, the `symbol`-th of the alphabet. */
  step(state: number, symbol: number): number {
    const steps = this.#steps[state] as (number | undefined)[];
    const known = steps[symbol];
    if (known !== undefined) return known;
    const places = this.#states[state] as Places;
    const next = this.#stateOf(this.#move(places, this.#alphabet[symbol] as number));
    steps[symbol] = next;
    return next;
  }

  /** Whether what was read is a path that some glob matches. */
  accepts(state: number): boolean {
    return (this.#states[state] as Places).some((place) => {
      const token = this.#tokens[place >> 1];
      return token === undefined || ((place & 1) === 1 && token.kind === 'below');
    });
  }

  /** Whether no glob can match, whatever comes. */
  isDead(state: number): boolean {
    return (this.#states[state] as Places).length === 0;
  }

  #stateOf(places: Places): number {
    this.#effort.spend(1 + places.length);
    const key = keyOf(places);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#states.push(places) - 1;
    this.#ids.set(key, id);
    this.#steps.push([]);
    return id;
  }

  #move(places: Places, code: number): Places {
    this.#effort.spend(places.length);
    const next: number[] = [];
    for (const place of places) {
      const at = place >> 1;
      const token = this.#tokens[at];
      if (token === undefined) continue;
      if (token.kind === 'set') {
        if (holds(token.ranges, code)) next.push(at * 2 + 2);
      } else if (token.kind === 'star') {
        if (code !== SLASH) next.push(at * 2);
      } else if (code !== SLASH) next.push(at * 2 + 1);
      else if (place & 1) next.push(at * 2);
    }
    return this.#closure(next);
  }

  /** Adds where one gets to without reading anything: `*` and `**` may stand for nothing. */
  #closure(places: readonly number[]): Places {
    const all: number[] = [];
    this.#round++;
    for (let place of places) {
      while (this.#marks[place] !== this.#round) {
        this.#marks[place] = this.#round;
        all.push(place);
        const kind = this.#tokens[place >> 1]?.kind;
        if ((place & 1) === 1 || (kind !== 'star' && kind !== 'folders')) break;
        place += 2;
      }
    }
    return isSorted(all) ? all : all.sort((a, b) => a - b);
  }
}

function holds(ranges: readonly Range[], code: number): boolean {
  for (const range of ranges) if (range[0] <= code && code <= range[1]) return true;
  return false;
}

function isSorted(places: Places): boolean {
  for (let at = 1; at < places.length; at++) {
    if ((places[at] as number) < (places[at - 1] as number)) return false;
  }
  return true;
}

function keyOf(places: Places): string {
  let key = '';
  for (const place of places) key += String.fromCharCode(place & 0xffff, place >> 16);
  return key;
}
