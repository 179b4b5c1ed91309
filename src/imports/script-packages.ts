import { matchTargets, type Package, type Packages, thenEvery } from './packages.ts';
import { type AskMode, fileResolution, type Resolution, unresolved } from './resolution.ts';
import type { ScriptFiles } from './script-files.ts';
import { folderOf, joinPath, type TreeIndex, upward } from './tree-index.ts';
import type { TsConfig, TsConfigs } from './tsconfig.ts';

/** Looks into packages that are part of the repository: what do they export, built or not? */
export class InsidePackages {
  private readonly index: TreeIndex;
  private readonly configs: TsConfigs;
  private readonly packages: Packages;
  private readonly scripts: ScriptFiles;

  /** Whether anything is committed below a `node_modules`, be it a link. */
  readonly installs: boolean;

  constructor(index: TreeIndex, configs: TsConfigs, packages: Packages, scripts: ScriptFiles) {
    this.index = index;
    this.installs =
      index.mentions('node_modules/') ||
      index.tree.links().some((path) => path.includes('node_modules/'));
    this.configs = configs;
    this.packages = packages;
    this.scripts = scripts;
  }

  /** The package of that name in a `node_modules` above, when it is really a part of the repository. */
  installed(from: string, name: string): Package | undefined {
    if (!this.installs) return undefined;
    for (const at of upward(folderOf(from))) {
      const place = joinPath(at, `node_modules/${name}`) ?? '';
      const real = this.index.folder(place);
      if (real !== undefined && !real.includes('node_modules/'))
        return this.packages.at(real) ?? { folder: real, name, json: {} };
    }
    return undefined;
  }

  /** The file that a subpath of a package stands for. */
  into(
    owner: Package,
    subpath: string,
    mode: AskMode,
    config: TsConfig | undefined,
    specifier: string,
  ): Resolution {
    const tried: string[] = [];
    const { exports } = owner.json;
    const own = this.configs.of(joinPath(owner.folder, 'package.json') ?? 'package.json') ?? config;
    if (exports !== undefined && exports !== null) {
      const targets = matchTargets(exports, subpath, conditionsOf(mode, config));
      let any = false;
      for (const target of thenEvery(targets ?? [], exports, subpath)) {
        any = true;
        const found = this.find(owner, target, own, tried);
        if (found !== undefined) return fileResolution(found);
      }
      if (!any) return unresolved(`${owner.name ?? specifier} does not export ${subpath}`, []);
    } else {
      const place = joinPath(owner.folder, subpath) ?? owner.folder;
      const found =
        this.scripts.find(place, own, tried, subpath === '.') ??
        this.viaSource(owner, place, own, tried);
      if (found !== undefined) return fileResolution(found);
    }
    return this.asWhole(owner, subpath, own, tried);
  }

  private viaSource(
    owner: Package,
    place: string,
    config: TsConfig | undefined,
    tried: string[],
  ): string | undefined {
    const found = this.scripts.source(place, owner.folder, config, tried);
    if (found !== undefined) return found;
    const rest = place.slice(owner.folder === '' ? 0 : owner.folder.length + 1);
    return rest === ''
      ? undefined
      : this.scripts.find(joinPath(owner.folder, `src/${rest}`) ?? rest, config, tried);
  }

  /** The file that a target of `exports` or `imports` stands for. */
  find(
    owner: Package,
    target: string,
    config: TsConfig | undefined,
    tried: string[],
  ): string | undefined {
    const place = joinPath(owner.folder, target);
    if (place === undefined) return undefined;
    return (
      this.scripts.find(place, config, tried) ??
      this.scripts.source(place, owner.folder, config, tried)
    );
  }

  // Nothing is built and no source is found: the package itself still says whose it is.
  private asWhole(
    owner: Package,
    subpath: string,
    config: TsConfig | undefined,
    tried: string[],
  ): Resolution {
    const inside = (name: string) => joinPath(owner.folder, name) ?? name;
    if (subpath === '.') {
      for (const name of ['src/index', 'src/main', 'index', 'lib/index', 'package.json']) {
        const found = this.scripts.find(inside(name), config, tried);
        if (found !== undefined) return fileResolution(found);
      }
    }
    return unresolved(`no such file in the workspace package ${owner.name ?? owner.folder}`, tried);
  }
}

/** The conditions of `exports` that hold for a way of asking. */
export function conditionsOf(mode: AskMode, config: TsConfig | undefined): ReadonlySet<string> {
  return new Set([...(config?.conditions ?? []), 'types', mode, 'node', 'module-sync']);
}
