import { languageOf } from '../imports/languages.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import type { CheckOptions } from './check.ts';
import { type Crossings, readCrossings } from './crossings.ts';
import { circles } from './cycles.ts';
import { parseBoundaries } from './parse-config.ts';
import { type Proposal, proposeDomains } from './propose-domains.ts';
import { compareText } from './violation.ts';

/** A configuration proposed from the code that exists. */
export interface Inferred {
  readonly text: string;
  readonly domains: number;
  /** What was put together, and what could not be ordered, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Proposes a `boundaries.toml` that the code keeps today: domains from folders, allowed
 * imports from what they import, layers from their order.
 */
export async function inferBoundaries(tree: SourceTree, options: CheckOptions): Promise<Inferred> {
  const sources = tree
    .paths()
    .filter(
      (path) =>
        languageOf(path) && !path.includes('node_modules/') && tree.link(path) === undefined,
    );
  const { proposals, notes } = proposeDomains(sources);
  const bare = proposals
    .map(({ name, scope }) => `[domains.${key(name)}]\nscope = ${list(scope)}\n`)
    .join('\n');
  const crossings = await readCrossings(parseBoundaries(bare), tree, options);
  const graph = new Map(proposals.map(({ name }) => [name, targetsOf(crossings, name)]));
  const circular = circles(graph);
  const layers = order(graph, new Set(circular.flat()));
  const told = circular.map(
    (group) =>
      `${group.join(', ')} import one another in a circle: they are on no layer until that is mended`,
  );
  const head = header(crossings, layers, circular.length === 0);
  const body = proposals.map((proposal) => domainText(proposal, proposals, crossings)).join('\n');
  return { text: `${head}\n${body}`, domains: proposals.length, notes: [...notes, ...told] };
}

function targetsOf({ imports }: Crossings, name: string): Set<string> {
  return new Set(imports.filter(({ from, to }) => from === name && to !== '').map(({ to }) => to));
}

/** Importers before the imported; domains that are part of a circle are left out. */
function order(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
  circular: ReadonlySet<string>,
): readonly string[] {
  const done: string[] = [];
  const visit = (name: string): void => {
    if (done.includes(name)) return;
    for (const next of [...(graph.get(name) ?? [])].sort(compareText))
      if (!circular.has(next)) visit(next);
    done.push(name);
  };
  for (const name of [...graph.keys()].sort(compareText)) if (!circular.has(name)) visit(name);
  return done.reverse();
}

function header({ unresolved }: Crossings, layers: readonly string[], acyclic: boolean): string {
  const lines = [
    '# Proposed by `comm-node boundaries infer` from the code as it is: tighten it from here.',
  ];
  if (unresolved > 0) {
    lines.push(
      `# ${unresolved} imports look internal and lead to no file; "error" once they are mended.`,
      'unresolved = "warn"',
    );
  }
  if (acyclic) lines.push('no_cycles = true');
  if (layers.length > 1)
    lines.push('# Each may import those after it, none before.', `layers = ${list(layers)}`);
  return `${lines.join('\n')}\n`;
}

function domainText(
  { name, scope }: Proposal,
  proposals: readonly Proposal[],
  { imports }: Crossings,
): string {
  const own = imports.filter(({ from }) => from === name);
  const targets = new Set(own.map(({ to }) => to));
  const allowed = proposals
    .filter((other) => targets.has(other.name))
    .flatMap((other) => other.scope);
  // Files of no domain, such as a JSON file at the top, are allowed one by one.
  const loose = [
    ...new Set(own.filter(({ to }) => to === '').map(({ target }) => escaped(target))),
  ].sort(compareText);
  const rule =
    allowed.length + loose.length > 0
      ? `allowed_imports = ${list([...allowed, ...loose])}`
      : 'forbidden_imports = ["**"]';
  return `[domains.${key(name)}]\nscope = ${list(scope)}\n${rule}\n`;
}

function escaped(path: string): string {
  return path.replace(/[\\?*[\]{}()!+@]/g, '\\$&');
}

function key(name: string): string {
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
}

function list(values: readonly string[]): string {
  const one = `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  return one.length <= 90
    ? one
    : `[\n${values.map((value) => `  ${JSON.stringify(value)},\n`).join('')}]`;
}
