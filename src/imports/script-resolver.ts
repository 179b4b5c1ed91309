import { builtinModules } from 'node:module';
import { Minimatch } from 'minimatch';
import { isObject } from './jsonc.ts';
import { MappedPaths, promised } from './mapped-paths.ts';
import { matchTargets, type Package, Packages, splitSpecifier, thenEvery } from './packages.ts';
import {
  type AskMode,
  fileResolution,
  type Resolution,
  type Resolver,
  unresolved,
} from './resolution.ts';
import { isUrl } from './script-calls.ts';
import { ScriptFiles } from './script-files.ts';
import { conditionsOf, InsidePackages } from './script-packages.ts';
import { folderOf, joinPath, type TreeIndex } from './tree-index.ts';
import { type TsConfig, TsConfigs } from './tsconfig.ts';

const builtins: ReadonlySet<string> = new Set(builtinModules);
const ignored: Resolution = { kind: 'ignored' };

/** Resolves the imports of TypeScript, JavaScript, Vue, Svelte and Astro files, in memory. */
export class ScriptResolver implements Resolver {
  private readonly index: TreeIndex;
  private readonly configs: TsConfigs;
  private readonly packages: Packages;
  private readonly scripts: ScriptFiles;
  private readonly inside: InsidePackages;
  private readonly maps: MappedPaths;
  private readonly memo = new Map<string, readonly Resolution[]>();

  constructor(index: TreeIndex) {
    this.index = index;
    this.configs = new TsConfigs(index);
    this.packages = new Packages(index);
    this.scripts = new ScriptFiles(index);
    this.maps = new MappedPaths(this.packages, this.scripts);
    this.inside = new InsidePackages(index, this.configs, this.packages, this.scripts);
  }

  get problems(): readonly { file: string; message: string }[] {
    return this.configs.problems;
  }

  resolve(from: string, lookup: string, mode?: AskMode): readonly Resolution[] {
    const config = this.configs.of(from);
    // Hardly any relative path is asked for twice: remembering would cost more.
    if (lookup.startsWith('.')) return this.resolveFresh(from, lookup, mode, config);
    const key = `${this.place(from)}\0${config?.file ?? ''}\0${lookup}\0${mode ?? ''}`;
    const known = this.memo.get(key);
    if (known) return known;
    const found = this.resolveFresh(from, lookup, mode, config);
    this.memo.set(key, found);
    return found;
  }

  // What a name means depends on the package around, or on any node_modules in between.
  private place(from: string): string {
    const folder = folderOf(from);
    return this.inside.installs ? folder : (this.packages.around(folder)?.folder ?? '');
  }

  private resolveFresh(
    from: string,
    lookup: string,
    mode: AskMode | undefined,
    config: TsConfig | undefined,
  ): readonly Resolution[] {
    if (lookup.startsWith('file:')) return [this.besides(from, lookup.slice(5), config)];
    if (isUrl(lookup)) return [ignored];
    const specifier = withoutQuery(lookup);
    if (/^[./]/.test(specifier) && /[*{]/.test(specifier)) return this.expand(from, specifier);
    const first = this.one(from, specifier, mode ?? 'import', config);
    // Only the conditions of a package of the repository tell the ways of asking apart.
    const plain = /^[./]/.test(specifier) || first.kind === 'package' || first.kind === 'ignored';
    if (mode !== undefined || plain) return [first];
    const second = this.one(from, specifier, 'require', config);
    return same(first, second) ? [first] : [first, second];
  }

  private one(
    from: string,
    specifier: string,
    mode: AskMode,
    config: TsConfig | undefined,
  ): Resolution {
    if (/^\.{1,2}(\/|$)/.test(specifier)) return this.relative(from, specifier, config);
    if (specifier.startsWith('/')) return this.rooted(from, specifier, config);
    if (specifier.startsWith('node:') || specifier.startsWith('bun:')) return builtin(specifier);
    const tried: string[] = [];
    const mapped = this.maps.mapped(specifier, config, tried);
    if (mapped) return mapped;
    const around = this.packages.around(folderOf(from));
    if (specifier.startsWith('#')) return this.imported(around, specifier, mode, config, tried);
    return this.named(from, specifier, mode, config, around, tried);
  }

  private relative(from: string, specifier: string, config: TsConfig | undefined): Resolution {
    const folder = folderOf(from);
    const path = joinPath(folder, specifier);
    if (path === undefined) return unresolved('leads out of the repository', []);
    const tried: string[] = [];
    const folderOnly = /(^|\/)\.{0,2}$/.test(specifier);
    const found =
      this.scripts.find(path, config, tried, folderOnly) ??
      this.maps.inRootDirs(path, config, tried) ??
      this.maps.unbuilt(path, config, tried);
    return found === undefined ? unresolved(this.nearMiss(path), tried) : fileResolution(found);
  }

  // On disks that ignore case such an import works, and breaks elsewhere.
  private nearMiss(path: string): string {
    const lower = path.toLowerCase();
    const like = this.index.files.find((file) => {
      return (
        file.toLowerCase().startsWith(lower) &&
        !file.startsWith(path) &&
        !file.slice(path.length).includes('/')
      );
    });
    return like === undefined ? 'no such file' : `no such file; ${like} differs in case`;
  }

  private rooted(from: string, specifier: string, config: TsConfig | undefined): Resolution {
    const home = this.packages.around(folderOf(from))?.folder ?? '';
    for (const root of [home, '']) {
      const place = joinPath(root, specifier.slice(1));
      const found = place === undefined ? undefined : this.scripts.find(place, config, []);
      if (found !== undefined) return fileResolution(found);
    }
    return ignored;
  }

  private besides(from: string, path: string, config: TsConfig | undefined): Resolution {
    if (isUrl(path)) return ignored;
    const place = path.startsWith('/')
      ? path.slice(1)
      : joinPath(folderOf(from), withoutQuery(path));
    const found =
      place === undefined
        ? undefined
        : (this.index.file(place) ?? this.scripts.find(place, config, []));
    return found === undefined ? ignored : fileResolution(found);
  }

  private imported(
    around: Package | undefined,
    specifier: string,
    mode: AskMode,
    config: TsConfig | undefined,
    tried: string[],
  ): Resolution {
    const map = around?.json['imports'];
    if (!around || !isObject(map))
      return unresolved('no package.json above it has "imports"', tried.filter(shown));
    const targets = matchTargets(map, specifier, conditionsOf(mode, config)) ?? [];
    for (const target of thenEvery(targets, map, specifier)) {
      if (!target.startsWith('.'))
        return this.named(`${around.folder}/package.json`, target, mode, config, around, tried);
      const found = this.inside.find(around, target, config, tried);
      if (found !== undefined) return fileResolution(found);
    }
    return unresolved(
      `"imports" of ${around.name ?? (around.folder || 'the package')} leads to no file`,
      tried.filter(shown),
    );
  }

  private named(
    from: string,
    specifier: string,
    mode: AskMode,
    config: TsConfig | undefined,
    around: Package | undefined,
    tried: string[],
  ): Resolution {
    const parts = splitSpecifier(specifier);
    if (!parts) return ignored;
    const owner =
      around?.name === parts.name && around.json['exports'] !== undefined
        ? around
        : (this.inside.installed(from, parts.name) ?? this.packages.workspace(parts.name, around));
    if (owner) return this.inside.into(owner, parts.subpath, mode, config, specifier);
    if (builtins.has(parts.name)) return builtin(parts.name);
    if (tried.includes(promised) && !declares(around, parts.name)) {
      return unresolved(
        'matches "paths" of the tsconfig, and none of its targets is there',
        tried.filter(shown),
      );
    }
    return { kind: 'package', name: parts.name, builtin: false };
  }

  private expand(from: string, pattern: string): readonly Resolution[] {
    const home = pattern.startsWith('/')
      ? (this.packages.around(folderOf(from))?.folder ?? '')
      : folderOf(from);
    const joined = joinPath(home, pattern.replace(/^\/+/, ''));
    if (joined === undefined) return [ignored];
    const glob = new Minimatch(joined, { dot: false });
    return this.index.files.filter((path) => path !== from && glob.match(path)).map(fileResolution);
  }
}

function declares(around: Package | undefined, name: string): boolean {
  return ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].some(
    (key) => {
      const list = around?.json[key];
      return isObject(list) && Object.hasOwn(list, name);
    },
  );
}

// `./x?raw` and `./icon.svg#part`: what follows is for the bundler, unless the name says otherwise.
function withoutQuery(specifier: string): string {
  const end = specifier.search(/[?#]/);
  return end > 0 ? specifier.slice(0, end) : specifier;
}

function builtin(name: string): Resolution {
  // `fs/promises` is a part of `fs`, as `lodash/fp` is of `lodash`.
  const plain = name.replace(/^node:/, '').split('/')[0] ?? name;
  return { kind: 'package', name: plain, builtin: true };
}

function same(a: Resolution | undefined, b: Resolution | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function shown(tried: string): boolean {
  return tried !== promised;
}
