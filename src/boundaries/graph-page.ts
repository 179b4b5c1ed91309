import type { DomainMap } from './edge-graph.ts';
import { graphSvg } from './graph-picture.ts';
import { edgeStyle } from './graph-text.ts';
import { xml } from './report-ci.ts';
import type { Violation } from './violation.ts';

/** The map as one HTML page that needs nothing else: picture, table of arrows, list of violations. */
export function graphHtml(map: DomainMap, violations: readonly Violation[]): string {
  const broken = map.edges.filter((edge) => edgeStyle(edge) === 'broken').length;
  const lead = `${map.domains.length} domains, ${map.edges.length} arrows, ${broken} of them broken by ${violations.length} violations. Point at a domain to see only its arrows.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Boundaries</title>
<style>
body{margin:24px;font:14px/1.5 system-ui,sans-serif;color:#1c2733;background:#fff}
h1{font-size:20px;margin:0 0 4px}p{margin:0 0 16px;color:#5b6b7a}
.picture{overflow:auto;border:1px solid #dde4ea;border-radius:8px;margin-bottom:24px}
.picture svg{display:block;margin:auto;max-width:100%;height:auto}
table{border-collapse:collapse;margin-bottom:24px}th,td{text-align:left;padding:4px 16px 4px 0;border-bottom:1px solid #edf1f4;vertical-align:top}
td.number{text-align:right;font-variant-numeric:tabular-nums}tr.broken td{color:#c62828}tr.unused td{color:#90a0ad}
code{font:12px ui-monospace,monospace}
</style>
</head>
<body>
<h1>Boundaries</h1>
<p>${xml(lead)}</p>
<div class="picture">
${graphSvg(map)}</div>
<table>
<thead><tr><th>from</th><th>to</th><th>rules</th><th>imports</th><th>violations</th></tr></thead>
<tbody>
${map.edges.map(edgeRow).join('\n')}
</tbody>
</table>
${violations.length === 0 ? '' : violationTable(violations)}
<script>
const parts = document.querySelectorAll('.picture [data-from]');
for (const box of document.querySelectorAll('.picture .box')) {
  const name = box.dataset.name;
  const show = (only) => {
    for (const part of parts) {
      const own = part.dataset.from === name || part.dataset.to === name;
      part.classList.toggle('faded', only && !own);
    }
  };
  box.addEventListener('mouseenter', () => show(true));
  box.addEventListener('mouseleave', () => show(false));
}
</script>
</body>
</html>
`;
}

function edgeRow(edge: DomainMap['edges'][number]): string {
  const rules = edge.allowed ? 'allowed' : 'refused';
  return `<tr class="${edgeStyle(edge)}"><td>${xml(edge.from)}</td><td>${xml(edge.to)}</td><td>${rules}</td><td class="number">${edge.imports}</td><td class="number">${edge.violations}</td></tr>`;
}

function violationTable(violations: readonly Violation[]): string {
  const rows = violations.slice(0, 500).map(({ file, line, rule, message, why }) => {
    return `<tr><td><code>${xml(file)}:${line}</code></td><td>${rule}</td><td>${xml(message)}${why === '' ? '' : `<br>${xml(why)}`}</td></tr>`;
  });
  return `<table>\n<thead><tr><th>place</th><th>rule</th><th>what</th></tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
}
