import { compareText } from './violation.ts';

/** A domain as it is proposed. */
export interface Proposal {
  readonly name: string;
  readonly scope: readonly string[];
}

/** More domains than these nobody keeps in mind: the small ones are put together. */
const most = 24;

/**
 * Proposes domains from where the source files lie: the folders of the folder that holds
 * most of them; beside it, the other folders of the top as they are.
 */
export function proposeDomains(sources: readonly string[]): {
  proposals: readonly Proposal[];
  notes: readonly string[];
} {
  const parts = divide(sources, '');
  const notes: string[] = [];
  const small = parts.length > most ? smallest(parts) : [];
  if (small.length > 0)
    notes.push(
      `${small.length} small folders are one domain, "rest": ${small.map(({ scope }) => scope).join(', ')}`,
    );
  const kept = parts.filter((part) => !small.includes(part));
  const proposals = naming(kept);
  if (small.length > 0) proposals.push({ name: 'rest', scope: small.map(({ scope }) => scope) });
  return { proposals, notes };
}

interface Part {
  readonly folder: string;
  readonly scope: string;
  readonly files: number;
}

function divide(sources: readonly string[], folder: string): readonly Part[] {
  const groups = new Map<string, string[]>();
  for (const path of sources) {
    const rest = path.slice(folder === '' ? 0 : folder.length + 1);
    const child = rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : '';
    groups.set(child, [...(groups.get(child) ?? []), path]);
  }
  const names = [...groups.keys()].filter((name) => name !== '').sort(compareText);
  const main = names.find((name) => (groups.get(name)?.length ?? 0) > sources.length / 2);
  return [
    ...(groups.has('') ? [part(folder, '*', groups.get('')?.length ?? 0)] : []),
    ...names.flatMap((name) => {
      const inside = groups.get(name) ?? [];
      const place = folder === '' ? name : `${folder}/${name}`;
      const whole = [part(place, '**', inside.length)];
      // Folders of packages are looked into, so is the one that holds most.
      const open =
        /^(packages|apps|services|libs|modules)$/.test(name) ||
        (name === main && !tells(names.length, folder));
      if (!open) return whole;
      const parts = divide(inside, place);
      return parts.length > 1 ? parts : whole;
    }),
  ];
}

// With a few folders side by side below the top, those are the parts; one folder says nothing.
function tells(folders: number, folder: string): boolean {
  return folder !== '' && folders >= 3;
}

function part(folder: string, tail: string, files: number): Part {
  const escaped = folder.replace(/[\\?*[\]{}()!+@]/g, '\\$&');
  return { folder, scope: escaped === '' ? tail : `${escaped}/${tail}`, files };
}

function smallest(parts: readonly Part[]): readonly Part[] {
  return [...parts]
    .sort((a, b) => a.files - b.files || compareText(a.scope, b.scope))
    .slice(0, parts.length - most + 1);
}

function naming(parts: readonly Part[]): Proposal[] {
  const taken = new Set<string>(['rest']);
  return parts.map(({ folder, scope }) => {
    const segments = folder.split('/').filter((segment) => segment !== '');
    let name =
      segments
        .at(-1)
        ?.replace(/[^\w-]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'top';
    if (scope.endsWith('/*')) name = `${name}-files`;
    for (let back = 2; taken.has(name); back++)
      name = `${segments.at(-back)?.replace(/[^\w-]+/g, '-') ?? back}-${name}`;
    taken.add(name);
    return { name, scope: [scope] };
  });
}

/** A starter for a repository: every part explained, the scope that of its sources. */
export function starterText(sources: readonly string[]): string {
  const folder = sources.some((path) => path.startsWith('src/'))
    ? 'src'
    : (sources.find((path) => path.includes('/'))?.split('/')[0] ?? '');
  const scope = folder === '' ? '**' : `${folder}/**`;
  return `# The boundaries of this code: what belongs together, and what may import what.
# Check it: comm-node lint-boundaries. All keys: docs/boundaries.md of comm-node.
# Better than this starter: comm-node boundaries infer, which reads the code.

# unowned = "error"              # files of no domain: "allow" (default), "warn", "error"
# no_cycles = true               # domains must not import one another in a circle
# layers = ["routes", "services", "database"]   # each may import those after it

[domains.app]
scope = ["${scope}"]
# allowed_imports = ["lib/**"]           # what is listed may be imported, nothing else
# forbidden_imports = ["lib/internal/**"] # the more specific pattern decides
# entry_points = ["${folder || 'src'}/index.ts"]       # the only files others may import
# forbidden_packages = ["lodash", "node:fs"]
# type_imports = "allow"                 # types may cross
# why = "Said with every violation."
`;
}
