import type { DomainMap, GraphEdge } from './edge-graph.ts';

/** How an arrow is shown: red where rules are broken, grey where a permission is not used. */
export function edgeStyle({ imports, violations }: GraphEdge): 'broken' | 'used' | 'unused' {
  if (violations > 0) return 'broken';
  return imports > 0 ? 'used' : 'unused';
}

/** What stands at an arrow: how many imports, and how many of them break a rule. */
export function edgeLabel({ imports, violations }: GraphEdge): string {
  if (imports === 0) return '';
  return violations === 0 ? String(imports) : `${imports} (${violations} ✗)`;
}

/** The map in the language of Graphviz. */
export function graphDot({ domains, edges }: DomainMap): string {
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const colours = { broken: '#c62828', used: '#37474f', unused: '#b0bec5' };
  const nodes = domains.map(
    ({ name, files }) =>
      `  ${quoted(name)} [label=${quoted(`${name}\n${files} files`).replaceAll('\n', '\\n')}];`,
  );
  const arrows = edges.map((edge) => {
    const style = edgeStyle(edge);
    const line = style === 'unused' ? ', style=dashed' : '';
    return `  ${quoted(edge.from)} -> ${quoted(edge.to)} [label=${quoted(edgeLabel(edge))}, color=${quoted(colours[style])}, fontcolor=${quoted(colours[style])}${line}];`;
  });
  const layers = new Map<number, string[]>();
  for (const { name, layer } of domains)
    if (layer !== undefined) layers.set(layer, [...(layers.get(layer) ?? []), quoted(name)]);
  const ranks = [...layers.values()].map((names) => `  { rank=same; ${names.join('; ')}; }`);
  return [
    'digraph boundaries {',
    '  rankdir=TB;',
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...nodes,
    ...arrows,
    ...ranks,
    '}',
    '',
  ].join('\n');
}

/** The map in the language of Mermaid, which GitHub and GitLab draw in Markdown. */
export function graphMermaid({ domains, edges }: DomainMap): string {
  const ids = new Map(domains.map(({ name }, at) => [name, `d${at}`]));
  const escaped = (text: string) =>
    text
      .replaceAll('#', '#35;')
      .replaceAll('"', '#quot;')
      .replaceAll('<', '#lt;')
      .replaceAll('>', '#gt;');
  const nodes = domains.map(
    ({ name, files }) => `  ${ids.get(name)}["${escaped(name)}<br/>${files} files"]`,
  );
  const arrows = edges.map((edge) => {
    const label = edgeLabel(edge);
    const line = edgeStyle(edge) === 'unused' ? '-.->' : '-->';
    return `  ${ids.get(edge.from)} ${line}${label === '' ? '' : `|"${label}"|`} ${ids.get(edge.to)}`;
  });
  const broken = edges.flatMap((edge, at) => (edgeStyle(edge) === 'broken' ? [at] : []));
  const red =
    broken.length === 0
      ? []
      : [`  linkStyle ${broken.join(',')} stroke:#c62828,color:#c62828,stroke-width:2px`];
  return ['flowchart TB', ...nodes, ...arrows, ...red, ''].join('\n');
}
