import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { parse } from 'smol-toml';
import { findImports } from './imports.ts';

type Patterns = readonly string[];

interface Domain {
  readonly scope: Patterns;
  readonly allowed_imports?: Patterns;
  readonly forbidden_imports?: Patterns;
  readonly allowed_packages?: Patterns;
  readonly forbidden_packages?: Patterns;
  readonly type_imports?: 'allow';
  readonly why: string;
}

/** The part of boundaries.toml that our own law uses. */
export interface Law {
  readonly no_cycles?: boolean;
  readonly domains: Readonly<Record<string, Domain>>;
}

/** Path from the root → text. */
export type Sources = ReadonlyMap<string, string>;

const KEYS = [
  'scope',
  'allowed_imports',
  'forbidden_imports',
  'allowed_packages',
  'forbidden_packages',
  'type_imports',
  'why',
];

/** Reads the law; a key that this stop-gap does not hold is an error, not a rule without effect. */
export function readLaw(toml: string): Law {
  const law = parse(toml) as unknown as Law;
  for (const [name, domain] of Object.entries(law.domains)) {
    const stranger = Object.keys(domain).find((key) => !KEYS.includes(key));
    if (stranger) throw new Error(`${name}: unknown key ${stranger}`);
    if (!domain.why) throw new Error(`${name}: a rule without a why`);
  }
  return law;
}

/** Every breach of the law, as `file:line: …`. */
export function breaches(law: Law, sources: Sources): string[] {
  const found: string[] = [];
  for (const [file, source] of sources) {
    const domain = domainOf(law, file);
    if (!domain) {
      found.push(`${file}:1: belongs to no domain`);
      continue;
    }
    for (const { line, specifier, typeOnly } of findImports(source)) {
      const fault = judge(domain, file, specifier, typeOnly, sources);
      if (fault) found.push(`${file}:${line}: ${fault} (${domain.why})`);
    }
  }
  return law.no_cycles ? [...found, ...cycles(sources)] : found;
}

function judge(
  domain: Domain,
  file: string,
  specifier: string,
  typeOnly: boolean,
  sources: Sources,
): string | undefined {
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    const ok = permitted(name, domain.allowed_packages, domain.forbidden_packages);
    return ok ? undefined : `may not use ${name}`;
  }
  const target = resolve(file, specifier);
  if (!sources.has(target)) return `imports ${target}, which is not there`;
  if (domain.scope.some((pattern) => matches(pattern, target))) return undefined;
  if (typeOnly && domain.type_imports === 'allow') return undefined;
  const ok = permitted(target, domain.allowed_imports, domain.forbidden_imports);
  return ok ? undefined : `may not import ${target}`;
}

/** The most specific pattern decides; between equals forbidden wins; a list of what is allowed is closed. */
function permitted(name: string, allowed: Patterns = [], forbidden: Patterns = []): boolean {
  const best = (patterns: Patterns) =>
    Math.max(-1, ...patterns.filter((pattern) => matches(pattern, name)).map(literalLength));
  const yes = best(allowed);
  const no = best(forbidden);
  if (yes < 0 && no < 0) return allowed.length === 0 && name !== '<computed>';
  return yes > no;
}

/** `dir/**`, `node:*` or a name itself: all that our own law needs. */
export function matches(pattern: string, name: string): boolean {
  const literal = pattern.replace(/\*{1,2}$/, '');
  if (literal.includes('*')) throw new Error(`this test does not understand "${pattern}"`);
  return literal === pattern ? name === pattern : name.startsWith(literal);
}

function literalLength(pattern: string): number {
  return pattern.replace(/\*+$/, '').length;
}

function domainOf(law: Law, file: string): Domain | undefined {
  const owners = Object.values(law.domains).filter((domain) =>
    domain.scope.some((pattern) => matches(pattern, file)),
  );
  if (owners.length > 1) throw new Error(`${file} belongs to ${owners.length} domains`);
  return owners[0];
}

/** `fs/promises` → `node:fs`, `@a/b/c` → `@a/b`, `yargs/helpers` → `yargs`. */
function packageOf(specifier: string): string {
  const bare = specifier.replace(/^node:/, '');
  if (specifier.startsWith('node:') || builtinModules.includes(bare)) {
    return `node:${bare.split('/')[0]}`;
  }
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function resolve(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

/** Circles of imports that are loaded with one another; types and `import()` are not. */
function cycles(sources: Sources): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start >= 0) found.push(`${file}:1: cycle ${[...path.slice(start), file].join(' → ')}`);
    if (start >= 0 || done.has(file)) return;
    done.add(file);
    for (const { specifier, typeOnly, dynamic } of findImports(sources.get(file) ?? '')) {
      if (specifier.startsWith('.') && !typeOnly && !dynamic) {
        visit(resolve(file, specifier), [...path, file]);
      }
    }
  };
  for (const file of sources.keys()) visit(file, []);
  return found;
}
