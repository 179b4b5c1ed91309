import { Minimatch } from 'minimatch';
import { isObject, stringsOf } from './jsonc.ts';
import { folderOf, joinPath, type TreeIndex, upward } from './tree-index.ts';

/** A `package.json` and the folder it rules. */
export interface Package {
  readonly folder: string;
  readonly name: string | undefined;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The packages of a repository: whose a file is, and which names are workspaces. */
export class Packages {
  private readonly index: TreeIndex;
  private readonly byFolder = new Map<string, Package | undefined>();
  private members: ReadonlyMap<string, Package> | undefined;

  constructor(index: TreeIndex) {
    this.index = index;
  }

  /** The package whose `package.json` lies in this folder. */
  at(folder: string): Package | undefined {
    const json = this.index.readJson(folder === '' ? 'package.json' : `${folder}/package.json`);
    if (!isObject(json)) return undefined;
    return { folder, json, name: typeof json['name'] === 'string' ? json['name'] : undefined };
  }

  /** The package a folder belongs to: the nearest above. */
  around(folder: string): Package | undefined {
    if (this.byFolder.has(folder)) return this.byFolder.get(folder);
    let found: Package | undefined;
    for (const at of upward(folder)) {
      found = this.at(at);
      if (found) break;
    }
    this.byFolder.set(folder, found);
    return found;
  }

  /** The workspace package of that name, or one a dependency points to by `file:` or `link:`. */
  workspace(name: string, from: Package | undefined): Package | undefined {
    this.members ??= this.readMembers();
    return this.linked(name, from) ?? this.members.get(name);
  }

  private linked(name: string, from: Package | undefined): Package | undefined {
    for (const key of [
      'dependencies',
      'devDependencies',
      'optionalDependencies',
      'peerDependencies',
    ]) {
      const list = from?.json[key];
      const range = isObject(list) ? list[name] : undefined;
      const path =
        typeof range === 'string' ? /^(?:file|link|portal):(.*)$/.exec(range)?.[1] : undefined;
      const folder = path === undefined ? undefined : joinPath(from?.folder ?? '', path);
      const found = folder === undefined ? undefined : this.at(folder);
      if (found) return found;
    }
    return undefined;
  }

  private readMembers(): ReadonlyMap<string, Package> {
    const globs = this.workspaceGlobs();
    const members = new Map<string, Package>();
    if (globs.length === 0) return members;
    const compiled = globs.map(({ glob, root }) => ({
      root,
      no: glob.startsWith('!'),
      match: folderMatcher(root, glob),
    }));
    for (const file of this.index.named('package.json')) {
      const folder = folderOf(file);
      const included =
        compiled.some(({ no, match }) => !no && match(folder)) &&
        !compiled.some(({ no, match }) => no && match(folder));
      const found =
        included || globs.some(({ root }) => root === folder) ? this.at(folder) : undefined;
      if (found?.name !== undefined && !members.has(found.name)) members.set(found.name, found);
    }
    return members;
  }

  private workspaceGlobs(): { glob: string; root: string }[] {
    const manifests = this.index.named('package.json').flatMap((file) => {
      const json = this.index.readJson(file);
      const workspaces = isObject(json) ? json['workspaces'] : undefined;
      const globs = isObject(workspaces) ? workspaces['packages'] : workspaces;
      return stringsOf(globs).map((glob) => ({ glob, root: folderOf(file) }));
    });
    const pnpm = this.index.named('pnpm-workspace.yaml').flatMap((file) => {
      const list =
        /^packages:[ \t]*\r?\n((?:[ \t]*(?:-.*|#.*)?\r?\n?)*)/m.exec(
          this.index.tree.read(file) ?? '',
        )?.[1] ?? '';
      return [...list.matchAll(/^[ \t]*-[ \t]*(["']?)([^"'#\r\n]+)\1/gm)].map((item) => ({
        glob: (item[2] ?? '').trim(),
        root: folderOf(file),
      }));
    });
    const lerna = this.index.named('lerna.json').flatMap((file) => {
      const json = this.index.readJson(file);
      return stringsOf(isObject(json) ? json['packages'] : undefined).map((glob) => ({
        glob,
        root: folderOf(file),
      }));
    });
    return [...manifests, ...pnpm, ...lerna];
  }
}

function folderMatcher(root: string, glob: string): (folder: string) => boolean {
  const joined = joinPath(root, glob.replace(/^!/, '').replace(/^\.\//, '')) ?? '';
  const pattern = new Minimatch(joined, { dot: true });
  return (folder) => folder === joined || pattern.match(folder);
}

/** Splits `@scope/name/sub/path` into the package's name and `./sub/path`; undefined for what names no package. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } | undefined {
  const match = /^(@[\w.~-]+\/[\w.~-]+|[\w~-][\w.~-]*)(\/.*)?$/.exec(specifier);
  return match?.[1] ? { name: match[1], subpath: `.${match[2] ?? ''}` } : undefined;
}

/**
 * What a package's `exports` or `imports` say of a subpath: the targets to try, in order.
 * @returns undefined when the subpath is not there at all.
 */
export function matchTargets(
  map: unknown,
  subpath: string,
  conditions: ReadonlySet<string>,
): readonly string[] | undefined {
  const sugar =
    !isObject(map) || !Object.keys(map).some((key) => key.startsWith('.') || key.startsWith('#'));
  const table: Readonly<Record<string, unknown>> = sugar
    ? { '.': map }
    : (map as Record<string, unknown>);
  if (Object.hasOwn(table, subpath) && !subpath.includes('*'))
    return targets(table[subpath], '', conditions);
  const keys = Object.keys(table).filter((key) => key.includes('*') || key.endsWith('/'));
  // The longest literal before the `*` wins, then the longer key.
  keys.sort((a, b) => prefixLength(b) - prefixLength(a) || b.length - a.length);
  for (const key of keys) {
    const [prefix = '', suffix = ''] = key.endsWith('/') ? [key] : key.split('*');
    if (
      !subpath.startsWith(prefix) ||
      !subpath.endsWith(suffix) ||
      subpath.length < prefix.length + suffix.length
    )
      continue;
    if (subpath === prefix) continue;
    const star = subpath.slice(prefix.length, subpath.length - suffix.length);
    return targets(table[key], star, conditions, key.endsWith('/'));
  }
  return undefined;
}

function prefixLength(key: string): number {
  return key.includes('*') ? key.indexOf('*') + 1 : key.length;
}

function targets(
  value: unknown,
  star: string,
  conditions: ReadonlySet<string>,
  folder = false,
): readonly string[] | undefined {
  if (typeof value === 'string') return [folder ? value + star : value.replaceAll('*', star)];
  if (Array.isArray(value))
    return value.flatMap((element) => targets(element, star, conditions, folder) ?? []);
  if (!isObject(value)) return undefined;
  for (const [condition, target] of Object.entries(value)) {
    if (!conditions.has(condition) && condition !== 'default' && !condition.startsWith('types@'))
      continue;
    const found = targets(target, star, conditions, folder);
    if (found) return found;
  }
  return undefined;
}

/** The targets found; then, if none of them is there, every one under any condition: for what is not built yet. */
export function* thenEvery(
  found: readonly string[],
  map: unknown,
  subpath: string,
): Generator<string> {
  yield* found;
  yield* everyTarget(map, subpath);
}

function everyTarget(map: unknown, subpath: string): readonly string[] {
  return conditionsIn(map).flatMap((condition) => matchTargets(map, subpath, condition) ?? []);
}

// A large package has hundreds of entries, and each import of it asks again.
const conditionsOfMaps = new WeakMap<object, readonly ReadonlySet<string>[]>();

function conditionsIn(map: unknown): readonly ReadonlySet<string>[] {
  if (typeof map !== 'object' || map === null) return [new Set()];
  const known = conditionsOfMaps.get(map);
  if (known) return known;
  const names = new Set<string>();
  const gather = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(gather);
    else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (!key.startsWith('.') && !key.startsWith('#')) names.add(key);
        gather(inner);
      }
    }
  };
  gather(map);
  const sets = [...names].map((name) => new Set([name]));
  conditionsOfMaps.set(map, sets);
  return sets;
}
