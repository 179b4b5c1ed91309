import { GlobError, type Range, type Token } from './glob-tokens.ts';

// A glob is walked as an automaton over characters. A state is twice a position in
// its tokens, plus one inside a folder that `**` is eating. Beside it runs the
// automaton of valid paths: no empty segment, none that is `.` or `..`.

type States = readonly number[];

interface Node {
  readonly one: States;
  readonly others: readonly States[];
  readonly path: number;
  readonly from: Node | undefined;
  readonly code: number;
}

const slash = 47;
const dot = 46;
const limit = 50_000;

/**
 * The shortest path that `one` matches and that some of `others` match ("common"),
 * or that `one` matches and none of `others` do ("uncovered").
 * @returns the path, or undefined when there is none.
 * @throws GlobError when the globs are too complex to compare.
 */
export function findWord(
  one: readonly Token[],
  others: readonly (readonly Token[])[],
  want: 'common' | 'uncovered',
): string | undefined {
  const alphabet = representatives([one, ...others]);
  const start: Node = {
    one: closure(one, [0]),
    others: others.map((tokens) => closure(tokens, [0])),
    path: 0,
    from: undefined,
    code: 0,
  };
  const seen = new Set<string>([key(start)]);
  const queue = [start];
  for (const node of queue) {
    if (isWanted(node, one, others, want)) return word(node);
    for (const code of alphabet) {
      const next = step(node, code, one, others);
      if (!next || (want === 'common' && next.others.every((states) => !states.length))) continue;
      if (seen.has(key(next))) continue;
      if (seen.size > limit) throw new GlobError('the globs are too complex to compare; simplify');
      seen.add(key(next));
      queue.push(next);
    }
  }
  return undefined;
}

function isWanted(
  node: Node,
  one: readonly Token[],
  others: readonly (readonly Token[])[],
  want: 'common' | 'uncovered',
): boolean {
  if (node.path !== 3 || !accepts(one, node.one)) return false;
  const covered = others.some((tokens, at) => accepts(tokens, node.others[at] ?? []));
  return covered === (want === 'common');
}

function step(
  node: Node,
  code: number,
  one: readonly Token[],
  others: readonly (readonly Token[])[],
): Node | undefined {
  const path = stepPath(node.path, code);
  if (path < 0) return undefined;
  const next = stepStates(one, node.one, code);
  if (next.length === 0) return undefined;
  const rest = others.map((tokens, at) => stepStates(tokens, node.others[at] ?? [], code));
  return { one: next, others: rest, path, from: node, code };
}

/** Where in a segment: 0 at its start, 1 after `.`, 2 after `..`, 3 in a proper name; -1 invalid. */
function stepPath(state: number, code: number): number {
  if (code === slash) return state === 3 ? 0 : -1;
  return code === dot && state < 2 ? state + 1 : 3;
}

function stepStates(tokens: readonly Token[], states: States, code: number): States {
  const next: number[] = [];
  for (const state of states) {
    const at = state >> 1;
    const token = tokens[at];
    if (!token) continue;
    if (token.kind === 'set') {
      if (token.ranges.some(([low, high]) => low <= code && code <= high)) next.push((at + 1) * 2);
    } else if (token.kind === 'star') {
      if (code !== slash) next.push(at * 2);
    } else if (code !== slash) next.push(at * 2 + 1);
    else if (state & 1) next.push(at * 2);
  }
  return closure(tokens, next);
}

function closure(tokens: readonly Token[], states: readonly number[]): States {
  const all = new Set<number>();
  for (let state of states) {
    all.add(state);
    while ((state & 1) === 0) {
      const kind = tokens[state >> 1]?.kind;
      if (kind !== 'star' && kind !== 'folders') break;
      state += 2;
      all.add(state);
    }
  }
  return [...all].sort((a, b) => a - b);
}

function accepts(tokens: readonly Token[], states: States): boolean {
  return states.some((state) => {
    if (state === tokens.length * 2) return true;
    return (state & 1) === 1 && tokens[state >> 1]?.kind === 'below';
  });
}

/** One character for every class of characters that no glob here tells apart. */
function representatives(lists: readonly (readonly Token[])[]): number[] {
  const cuts = new Set<number>([1, slash, slash + 1, dot, dot + 1]);
  for (const token of lists.flat()) {
    if (token.kind !== 'set') continue;
    for (const [low, high] of token.ranges as readonly Range[]) cuts.add(low).add(high + 1);
  }
  const sorted = [...cuts].filter((cut) => cut <= 0xffff).sort((a, b) => a - b);
  const codes = sorted.map((low, at) => readable(low, (sorted[at + 1] ?? 0x10000) - 1));
  // Of two paths of one length the more readable is found first.
  return codes.sort((a, b) => oddness(a) - oddness(b));
}

function oddness(code: number): number {
  const char = String.fromCharCode(code);
  return ['x', /[a-z]/, /[A-Z0-9_]/].findIndex((kind) => char.match(kind)) >>> 0;
}

// The path found is shown to people: a letter, where one will do.
function readable(low: number, high: number): number {
  for (const code of [0x78, 0x61, 0x62, 0x30, 0x41, 0x5f, 0x7a, 0x7e]) {
    if (low <= code && code <= high) return code;
  }
  for (const from of [0x61, 0x41, 0x30]) if (low <= from && from <= high) return from;
  return Math.max(low, Math.min(high, 0x21));
}

function key(node: Node): string {
  return `${node.path}|${node.one.join()}|${node.others.map((states) => states.join()).join('/')}`;
}

function word(node: Node): string {
  const codes: number[] = [];
  for (let at: Node | undefined = node; at?.from; at = at.from) codes.push(at.code);
  return String.fromCharCode(...codes.reverse());
}
