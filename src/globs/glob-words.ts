import type { Effort } from './effort.ts';
import { GlobMachine, SLASH } from './glob-machine.ts';
import type { Range, Token } from './glob-tokens.ts';

// Two automatons over characters are walked side by side, breadth first: that of some globs and that
// of the others. Beside them runs the automaton of valid paths: no empty segment, none that is
// `.` or `..`.

interface Node {
  /** States of the two automatons. */
  readonly one: number;
  readonly others: number;
  readonly path: number;
  readonly from: Node | undefined;
  readonly code: number;
}

const DOT = 46;
/** What it costs to remember that a pair of states was met, in steps. */
const PAIR = 8;
/** More states than one automaton may ever have: each is paid for. */
const STATES = 2 ** 24;

/**
 * The shortest path that some of `ones` match and some of `others` ("common"),
 * or that some of `ones` match and none of `others` ("uncovered").
 * @returns the path, or undefined when there is none.
 * @throws GlobError when that takes more than the effort that is left.
 */
export function findWord(
  ones: readonly (readonly Token[])[],
  others: readonly (readonly Token[])[],
  want: 'common' | 'uncovered',
  effort: Effort,
): string | undefined {
  const alphabet = representatives([...ones, ...others]);
  const machine = new GlobMachine(ones, alphabet, effort);
  const rival = new GlobMachine(others, alphabet, effort);
  const start = { one: machine.start, others: rival.start, path: 0, from: undefined, code: 0 };
  const seen = new Set<number>([keyOf(start)]);
  const queue: Node[] = [start];
  for (const node of queue) {
    const isEnd = node.path === 3 && machine.accepts(node.one);
    if (isEnd && rival.accepts(node.others) === (want === 'common')) return wordOf(node);
    effort.spend(alphabet.length + PAIR);
    for (let symbol = 0; symbol < alphabet.length; symbol++) {
      const next = step(node, symbol, alphabet[symbol] as number, machine, rival);
      if (next === undefined || (want === 'common' && rival.isDead(next.others))) continue;
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return undefined;
}

function step(
  from: Node,
  symbol: number,
  code: number,
  machine: GlobMachine,
  rival: GlobMachine,
): Node | undefined {
  const path = stepPath(from.path, code);
  if (path < 0) return undefined;
  const one = machine.step(from.one, symbol);
  if (machine.isDead(one)) return undefined;
  return { one, others: rival.step(from.others, symbol), path, from, code };
}

/** Where in a segment: 0 at its start, 1 after `.`, 2 after `..`, 3 in a proper name; -1 invalid. */
function stepPath(state: number, code: number): number {
  if (code === SLASH) return state === 3 ? 0 : -1;
  return code === DOT && state < 2 ? state + 1 : 3;
}

function keyOf({ one, others, path }: Node): number {
  return (one * STATES + others) * 4 + path;
}

/** One character for every class of characters that no glob here tells apart. */
function representatives(lists: readonly (readonly Token[])[]): number[] {
  const cuts = new Set<number>([1, SLASH, SLASH + 1, DOT, DOT + 1]);
  for (const tokens of lists) {
    for (const token of tokens) {
      if (token.kind !== 'set') continue;
      for (const range of token.ranges as readonly Range[]) cuts.add(range[0]).add(range[1] + 1);
    }
  }
  const sorted = [...cuts].filter((cut) => cut <= 0xffff).sort((a, b) => a - b);
  const codes = sorted.map((low, at) => readable(low, (sorted[at + 1] ?? 0x10000) - 1));
  // Of two paths of one length the more readable is found first.
  return codes.sort((a, b) => oddness(a) - oddness(b));
}

function oddness(code: number): number {
  if (code === 0x78) return 0;
  if (code >= 0x61 && code <= 0x7a) return 1;
  const isWord = (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
  return isWord ? 2 : 3;
}

// The path found is shown to people: a letter, where one will do.
function readable(low: number, high: number): number {
  for (const code of [0x78, 0x61, 0x62, 0x30, 0x41, 0x5f, 0x7a, 0x7e]) {
    if (low <= code && code <= high) return code;
  }
  for (const from of [0x61, 0x41, 0x30]) if (low <= from && from <= high) return from;
  return Math.max(low, Math.min(high, 0x21));
}

function wordOf(node: Node): string {
  const codes: number[] = [];
  for (let at: Node | undefined = node; at?.from; at = at.from) codes.push(at.code);
  return String.fromCharCode(...codes.reverse());
}
