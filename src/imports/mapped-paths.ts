import { builtinModules } from 'node:module';
import type { Packages } from './packages.ts';
import { fileResolution, type Resolution } from './resolution.ts';
import type { ScriptFiles } from './script-files.ts';
import { folderOf, joinPath } from './tree-index.ts';
import type { TsConfig } from './tsconfig.ts';

/** Noted among what was tried when `paths` promised a file of the repository. */
export const promised = '(promised by paths)';

/** Resolves what a tsconfig maps: `paths`, `baseUrl`, `rootDirs`, `outDir`. */
export class MappedPaths {
  private readonly packages: Packages;
  private readonly scripts: ScriptFiles;

  constructor(packages: Packages, scripts: ScriptFiles) {
    this.packages = packages;
    this.scripts = scripts;
  }

  /** What `paths` and `baseUrl` make of a specifier; undefined when they lead nowhere. */
  mapped(specifier: string, config: TsConfig | undefined, tried: string[]): Resolution | undefined {
    if (!config) return undefined;
    const mapping = bestMapping(config, specifier);
    for (const target of mapping?.targets ?? []) {
      const star =
        mapping?.suffix === undefined
          ? ''
          : specifier.slice(mapping.prefix.length, specifier.length - mapping.suffix.length);
      const found = this.findMapped(
        target.replace('*', () => star),
        config,
        tried,
      );
      if (found !== undefined) return fileResolution(found);
    }
    const place = config.baseUrl === undefined ? undefined : joinPath(config.baseUrl, specifier);
    const found = place === undefined ? undefined : this.scripts.find(place, config, tried);
    if (found !== undefined) return fileResolution(found);
    if (mapping && mapping.prefix !== '' && !builtinModules.includes(specifier))
      tried.push(promised);
    return undefined;
  }

  private findMapped(path: string, config: TsConfig, tried: string[]): string | undefined {
    const normal = joinPath('', path);
    if (normal === undefined) return undefined;
    return this.scripts.find(normal, config, tried) ?? this.unbuilt(normal, config, []);
  }

  /** The source of a path that only a build makes. */
  unbuilt(path: string, config: TsConfig | undefined, tried: string[]): string | undefined {
    const owner = this.packages.around(folderOf(path));
    return this.scripts.source(path, owner?.folder ?? '', config, tried);
  }

  /** The file, when another of `rootDirs` holds it. */
  inRootDirs(path: string, config: TsConfig | undefined, tried: string[]): string | undefined {
    const home = config?.rootDirs.find((dir) => dir === '' || path.startsWith(`${dir}/`));
    if (home === undefined) return undefined;
    const rest = path.slice(home === '' ? 0 : home.length + 1);
    for (const dir of config?.rootDirs ?? []) {
      const found = this.scripts.find(joinPath(dir, rest) ?? rest, config, tried);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function bestMapping(config: TsConfig, specifier: string): TsConfig['paths'][number] | undefined {
  let best: TsConfig['paths'][number] | undefined;
  for (const mapping of config.paths) {
    const { prefix, suffix } = mapping;
    if (suffix === undefined) {
      if (prefix === specifier) return mapping;
    } else if (
      specifier.startsWith(prefix) &&
      specifier.endsWith(suffix) &&
      specifier.length >= prefix.length + suffix.length
    ) {
      if (!best || prefix.length > best.prefix.length) best = mapping;
    }
  }
  return best;
}
