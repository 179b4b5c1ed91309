import { gates } from '../imports/gates.ts';
import type { Suspects } from '../imports/import.ts';
import { type Language, languageOf } from '../imports/languages.ts';
import type { Resolvers } from '../imports/resolvers.ts';
import type { TreeIndex } from '../imports/tree-index.ts';
import type { Boundaries, Domain } from './config.ts';
import { circles } from './cycles.ts';
import type { Judge } from './judge.ts';

/** A file that belongs to a domain, before it is parsed. */
export interface Surveyed {
  readonly path: string;
  readonly language: Language;
  readonly domain: Domain;
  /** Whether only the parser can clear it. */
  suspicious: boolean;
  /** Domains it may import. */
  readonly reaches: readonly string[];
  /** Whether it may import a file of another domain, or of none. */
  readonly leaves: boolean;
}

/** What a former run knew of a file; valid for the same paths, configuration and content. */
export interface FileMemory {
  readonly suspicious: boolean;
  readonly leaves: boolean;
  readonly reaches: readonly string[];
}

/** What former runs settled, so that nobody need look again. */
export interface Settled {
  /** The files that must be looked at. */
  readonly open: readonly string[];
  /** How many files belong to a domain and are known to be clean. */
  readonly clean: number;
  /** Source files of no domain. */
  readonly unowned: readonly string[];
}

/** Results of former runs, for the contents that are linted now. */
export interface Memory {
  /** Undefined when nothing is known. */
  settled(): Settled | undefined;
  get(path: string): FileMemory | undefined;
  set(path: string, memory: FileMemory): void;
  /** The file belongs to no domain. */
  disown(path: string): void;
  /** What depends on paths and rules alone: made once, plain data. */
  once<T>(name: string, make: () => T): T;
}

/** What the gate says of all files. */
export interface Survey {
  readonly files: readonly Surveyed[];
  /** How many files belong to a domain; more than `files` when clean ones were passed over. */
  readonly count: number;
  /** Source files of no domain. */
  readonly unowned: readonly string[];
}

/**
 * Asks the gate which files could violate anything; no parser is needed for it.
 * @param all false: files that are known to be clean are only counted.
 */
export function survey(
  boundaries: Boundaries,
  index: TreeIndex,
  judge: Judge,
  resolvers: Resolvers,
  memory: Memory | undefined,
  all = true,
): Survey {
  const past = all ? undefined : memory?.settled();
  const files: Surveyed[] = [];
  const unowned = [...(past?.unowned ?? [])];
  for (const path of past?.open ?? index.files) {
    const language = languageOf(path);
    if (!language || path.includes('node_modules/')) continue;
    const domain = judge.owners.of(path);
    if (!domain) {
      unowned.push(path);
      memory?.disown(path);
      continue;
    }
    const known = recall(path, memory, () => look(index, judge, resolvers, path, language, domain));
    files.push({ path, language, domain, ...known });
  }
  if (boundaries.noCycles) suspectCircles(files);
  return { files, unowned, count: files.length + (past?.clean ?? 0) };
}

function recall(path: string, memory: Memory | undefined, fresh: () => FileMemory): FileMemory {
  const known = memory?.get(path);
  if (known) return known;
  const result = fresh();
  memory?.set(path, result);
  return result;
}

function look(
  index: TreeIndex,
  judge: Judge,
  resolvers: Resolvers,
  path: string,
  language: Language,
  domain: Domain,
): FileMemory {
  const text = index.tree.read(path) ?? '';
  const { lookups, opaque }: Suspects = gates[language](path, text);
  const reaches = new Set<string>();
  let suspicious = opaque;
  let leaves = opaque;
  const resolver = resolvers.of(language);
  for (const lookup of lookups) {
    for (const resolution of resolver.resolve(path, lookup)) {
      const verdict = judge.verdict(domain, resolution, false);
      if (verdict.rule !== undefined) suspicious = true;
      const name = verdict.targetDomain?.name;
      if (name !== undefined && name !== domain.name) reaches.add(name);
      if (resolution.kind === 'file' && name !== domain.name) leaves = true;
    }
  }
  return { suspicious, leaves, reaches: [...reaches].sort() };
}

// A circle is confirmed edge by edge: every file that may close one is parsed.
function suspectCircles(files: readonly Surveyed[]): void {
  const graph = new Map<string, Set<string>>();
  for (const { domain, reaches } of files) {
    const known = graph.get(domain.name) ?? new Set();
    for (const name of reaches) known.add(name);
    graph.set(domain.name, known);
  }
  const groups = circles(graph);
  for (const file of files) {
    const group = groups.find((names) => names.includes(file.domain.name));
    if (group && file.reaches.some((name) => group.includes(name))) file.suspicious = true;
  }
}
