import type { DomainMap } from '../boundaries/edge-graph.ts';
import { graphHtml } from '../boundaries/graph-page.ts';
import { graphSvg } from '../boundaries/graph-picture.ts';
import { graphDot, graphMermaid } from '../boundaries/graph-text.ts';
import type { Violation } from '../boundaries/violation.ts';
import { drawMap } from '../services/boundary-tools.ts';
import { defineCommand, done } from './command.ts';
import { configOption, lintRequest } from './lint-request.ts';

const formats = ['mermaid', 'dot', 'svg', 'html'] as const;

interface Drawn {
  readonly format: (typeof formats)[number];
  readonly map: DomainMap;
  readonly violations: readonly Violation[];
}

/** `boundaries graph`: domains and their imports as a picture. */
export const boundariesGraph = defineCommand({
  name: 'boundaries graph',
  summary: 'Draw the domains: what may import what, what does, and what must not',
  options: {
    format: { type: 'text', choices: formats, default: 'mermaid', summary: 'What to draw with' },
    config: configOption,
  },
  examples: [
    { line: 'comm-node boundaries graph --format html > graph.html', what: 'A page to look at' },
    { line: 'comm-node boundaries graph', what: 'Mermaid, for Markdown' },
  ],
  async run(context, args) {
    const drawn: Drawn = { format: args.format, ...(await drawMap(lintRequest(context, args))) };
    return done(drawn);
  },
  render: ({ format, map, violations }) => {
    if (format === 'dot') return graphDot(map);
    if (format === 'svg') return graphSvg(map);
    return format === 'html' ? graphHtml(map, violations) : graphMermaid(map);
  },
});
