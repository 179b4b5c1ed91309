import type { DomainMap, GraphEdge } from './edge-graph.ts';
import { boxHeight, type Layout, layOut, type Placed, rowGap } from './graph-layout.ts';
import { edgeLabel, edgeStyle } from './graph-text.ts';
import { xml } from './report-ci.ts';

/** The map as a picture. */
export function graphSvg(map: DomainMap): string {
  const layout = layOut(map);
  const { width, height } = layout;
  const size = `width="${Math.round(width)}" height="${Math.round(height)}" viewBox="0 0 ${Math.round(width)} ${Math.round(height)}"`;
  const edges = map.edges.map((edge) => edgePath(layout, edge));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" role="img" aria-label="Domains and their imports">`,
    `<style>${style}</style>`,
    `<defs>${['used', 'unused', 'broken'].map(arrowHead).join('')}</defs>`,
    ...edges.map(({ path }) => path),
    ...layout.boxes.map(box),
    ...edges.map(({ label }) => label),
    '</svg>\n',
  ].join('\n');
}

const style = [
  '.edge{fill:none;stroke-width:1.6}.used{stroke:#5b6b7a}.unused{stroke:#c3ccd4;stroke-dasharray:4 4}.broken{stroke:#c62828;stroke-width:2.4}',
  '.label{font-size:11px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px;fill:#37474f}.label.broken{fill:#c62828;stroke:#fff;stroke-width:4px;font-weight:600}',
  '.box rect{fill:#f4f7fa;stroke:#5b6b7a;stroke-width:1.2}.box text{text-anchor:middle;fill:#1c2733}.box .name{font-size:14px;font-weight:600}.box .files{font-size:11px;fill:#5b6b7a}',
  '.faded{opacity:.08}',
].join('');

function arrowHead(name: string): string {
  const colour = { used: '#5b6b7a', unused: '#c3ccd4', broken: '#c62828' }[name] ?? '';
  return `<marker id="${name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 10 5 0 10z" fill="${colour}"/></marker>`;
}

function box({ name, files, x, y, width }: Placed): string {
  const left = x - width / 2;
  const top = y - boxHeight / 2;
  return `<g class="box" data-name="${xml(name)}"><rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${boxHeight}" rx="8"/><text class="name" x="${round(x)}" y="${round(y - 2)}">${xml(name)}</text><text class="files" x="${round(x)}" y="${round(y + 14)}">${files} files</text></g>`;
}

function edgePath(layout: Layout, edge: GraphEdge): { path: string; label: string } {
  const from = layout.boxes.find(({ name }) => name === edge.from);
  const to = layout.boxes.find(({ name }) => name === edge.to);
  if (!from || !to) return { path: '', label: '' };
  const kind = edgeStyle(edge);
  const data = `data-from="${xml(edge.from)}" data-to="${xml(edge.to)}"`;
  const { d, x, y } = curve(layout, from, to);
  const text = edgeLabel(edge);
  const title = `<title>${xml(`${edge.from} → ${edge.to}: ${text || 'allowed, not used'}`)}</title>`;
  return {
    path: `<path class="edge ${kind}" ${data} d="${d}" marker-end="url(#${kind})">${title}</path>`,
    label:
      text === ''
        ? ''
        : `<text class="label ${kind}" ${data} x="${round(x)}" y="${round(y)}">${xml(text)}</text>`,
  };
}

/** A curve from box to box, and where its label stands: a third of the way, where arrows have parted. */
function curve(layout: Layout, from: Placed, to: Placed): { d: string; x: number; y: number } {
  const spread = (box: Placed, other: Placed) =>
    box.x + Math.max(-0.38, Math.min(0.38, (other.x - box.x) / 500)) * box.width;
  if (from.y === to.y) return besides(from, to);
  const down = to.y > from.y;
  const side = down ? 1 : -1;
  // Arrows up and arrows down between two boxes must not lie on one another.
  const shift = down ? 0 : 14;
  const start = { x: spread(from, to) + shift, y: from.y + (side * boxHeight) / 2 };
  const end = { x: spread(to, from) + shift, y: to.y - (side * boxHeight) / 2 };
  const rows = Math.abs(to.y - from.y) / (boxHeight + rowGap);
  const bend = rows > 1.5 ? around(layout, from, to) : 0;
  const pull = (end.y - start.y) * 0.42;
  const one = { x: start.x + bend, y: start.y + pull };
  const two = { x: end.x + bend, y: end.y - pull };
  const at = (t: number, key: 'x' | 'y') =>
    (1 - t) ** 3 * start[key] +
    3 * (1 - t) ** 2 * t * one[key] +
    3 * (1 - t) * t * t * two[key] +
    t ** 3 * end[key];
  // Arrows that leave the same box part with every step: labels stand where they have parted.
  const where = 0.22 + 0.05 * ((from.name.length * 3 + to.name.length * 5) % 4);
  return {
    d: `M${round(start.x)} ${round(start.y)} C${round(one.x)} ${round(one.y)} ${round(two.x)} ${round(two.y)} ${round(end.x)} ${round(end.y)}`,
    x: at(where, 'x'),
    y: at(where, 'y') + 4,
  };
}

// An arrow that passes a row in between goes around the box that stands in its way.
function around(layout: Layout, from: Placed, to: Placed): number {
  const middle = (from.x + to.x) / 2;
  const low = Math.min(from.y, to.y);
  const high = Math.max(from.y, to.y);
  const blocking = layout.boxes.find(
    ({ x, y, width }) => y > low && y < high && Math.abs(x - middle) < width / 2 + 12,
  );
  if (!blocking) return 0;
  const side = middle >= blocking.x ? 1 : -1;
  return side * (blocking.width * 0.75 + 40);
}

function besides(from: Placed, to: Placed): { d: string; x: number; y: number } {
  const right = to.x > from.x;
  const lift = boxHeight / 2 + 22 + Math.abs(to.x - from.x) / 14;
  const y = from.y + (right ? -1 : 1) * (boxHeight / 2);
  const peak = from.y + (right ? -lift : lift) * 1.2;
  const x1 = from.x + (right ? 1 : -1) * from.width * 0.25;
  const x2 = to.x + (right ? -1 : 1) * to.width * 0.25;
  return {
    d: `M${round(x1)} ${round(y)} C${round(x1)} ${round(peak)} ${round(x2)} ${round(peak)} ${round(x2)} ${round(y)}`,
    x: (x1 + x2) / 2,
    y: y + (peak - y) * 0.75 + 4,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
