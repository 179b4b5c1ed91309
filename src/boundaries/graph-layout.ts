import type { DomainMap } from './edge-graph.ts';

/** Where a domain stands in the picture: its centre. */
export interface Placed {
  readonly name: string;
  readonly files: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A picture's size and where its boxes stand. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Placed[];
}

export const boxHeight = 46;
export const rowGap = 130;
const columnGap = 150;
/** More rows than these make a ribbon, and its arrows run over one another. */
const mostRows = 5;
const margin = 40;
// Arrows between boxes of the top or the bottom row swing out.
const swing = 70;

/** Places domains in rows: who imports stands above what it imports, and near it. */
export function layOut(map: DomainMap): Layout {
  const rows = inRows(map);
  const widths = rows.map((row) =>
    row.reduce((sum, name) => sum + boxWidth(name) + columnGap, -columnGap),
  );
  const inner = Math.max(...widths, 200);
  const files = new Map(map.domains.map((domain) => [domain.name, domain.files]));
  const boxes = rows.flatMap((row, at) => {
    // Shared room, not left over at the right: arrows get wide lanes.
    const spare = (inner - (widths[at] ?? 0)) / (row.length + 1);
    let x = margin + spare;
    return row.map((name): Placed => {
      const width = boxWidth(name);
      const box = {
        name,
        files: files.get(name) ?? 0,
        x: x + width / 2,
        y: margin + swing + boxHeight / 2 + at * (boxHeight + rowGap),
        width,
      };
      x += width + columnGap + (row.length > 1 ? spare : 0);
      return box;
    });
  });
  const right = Math.max(...boxes.map((box) => box.x + box.width / 2), inner);
  return {
    width: right + margin,
    height: rows.length * (boxHeight + rowGap) - rowGap + 2 * (margin + swing),
    boxes,
  };
}

function boxWidth(name: string): number {
  return Math.max(96, name.length * 8.2 + 28);
}

function inRows(map: DomainMap): string[][] {
  const depth = depths(map);
  const rows: string[][] = [];
  for (const { name } of map.domains) {
    const at = depth.get(name) ?? 0;
    rows[at] = [...(rows[at] ?? []), name];
  }
  const filled = fold(rows.filter((row) => row !== undefined && row.length > 0).flatMap(split));
  for (let round = 0; round < 6; round++) arrange(map, filled, round % 2 === 0);
  return filled;
}

// Tall and narrow is as bad as one wide row: neighbours in depth share rows.
function fold(rows: string[][]): string[][] {
  if (rows.length <= mostRows) return rows;
  const names = rows.flat();
  const size = Math.ceil(
    names.length / Math.min(mostRows, Math.round(Math.sqrt(names.length)) + 1),
  );
  return Array.from({ length: Math.ceil(names.length / size) }, (_, at) =>
    names.slice(at * size, (at + 1) * size),
  );
}

// A row of many boxes would make the picture a ribbon.
function split(row: string[]): string[][] {
  const most = 6;
  if (row.length <= most) return [row];
  const parts = Math.ceil(row.length / most);
  const size = Math.ceil(row.length / parts);
  return Array.from({ length: parts }, (_, at) => row.slice(at * size, (at + 1) * size));
}

/** The longest way down to a domain, arrows that would close a circle left out. */
function depths(map: DomainMap): ReadonlyMap<string, number> {
  const depth = new Map<string, number>();
  const down = new Map<string, string[]>();
  for (const { from, to, imports, allowed } of map.edges) {
    if (imports > 0 || allowed) down.set(from, [...(down.get(from) ?? []), to]);
  }
  const visit = (name: string, level: number, trail: ReadonlySet<string>): void => {
    if ((depth.get(name) ?? -1) >= level) return;
    depth.set(name, level);
    for (const next of down.get(name) ?? []) {
      if (!trail.has(next)) visit(next, level + 1, new Set([...trail, next]));
    }
  };
  if (map.domains.some(({ layer }) => layer !== undefined)) {
    const last = Math.max(...map.domains.map(({ layer }) => layer ?? 0));
    for (const { name, layer } of map.domains) depth.set(name, layer ?? last + 1);
    return depth;
  }
  const targets = new Set(map.edges.filter(({ imports }) => imports > 0).map(({ to }) => to));
  const starts = map.domains.filter(({ name }) => !targets.has(name));
  for (const { name } of starts.length > 0 ? starts : map.domains.slice(0, 1))
    visit(name, 0, new Set([name]));
  for (const { name } of map.domains) if (!depth.has(name)) visit(name, 0, new Set([name]));
  return depth;
}

/** Moves each box of a row to the middle of what it is tied to in the neighbouring row. */
function arrange(map: DomainMap, rows: string[][], downward: boolean): void {
  const order = downward ? rows.keys() : [...rows.keys()].reverse();
  for (const at of order) {
    const row = rows[at] ?? [];
    const position = new Map<string, number>();
    for (const other of rows) {
      if (other === row) continue;
      other.forEach((name, index) => {
        position.set(name, (index + 1) / (other.length + 1));
      });
    }
    const weight = (name: string, own: number) => {
      const tied = map.edges.flatMap(({ from, to }) =>
        from === name ? [to] : to === name ? [from] : [],
      );
      const places = tied.flatMap((other) => position.get(other) ?? []);
      return places.length === 0
        ? own
        : places.reduce((sum, place) => sum + place, 0) / places.length;
    };
    const weights = new Map(
      row.map((name, index) => [name, weight(name, (index + 1) / (row.length + 1))]),
    );
    row.sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
  }
}
