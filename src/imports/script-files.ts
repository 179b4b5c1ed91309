import { folderOf, joinPath, type TreeIndex } from './tree-index.ts';
import type { TsConfig } from './tsconfig.ts';

/** Extensions tried for a written one, by what a build would have made of them. */
const replaced: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.js', '.jsx'],
  '.jsx': ['.tsx', '.ts', '.d.ts', '.jsx', '.js'],
  '.mjs': ['.mts', '.d.mts', '.mjs'],
  '.cjs': ['.cts', '.d.cts', '.cjs'],
};
const added = ['.ts', '.tsx', '.d.ts', '.js', '.jsx'];
// What TypeScript does not add, but bundlers and Node do.
const addedElsewhere = [
  '.mts',
  '.cts',
  '.mjs',
  '.cjs',
  '.json',
  '.vue',
  '.svelte',
  '.astro',
  '.node',
];

type Found = string | undefined;

/** Finds the file that a path without, or with another, extension stands for. */
export class ScriptFiles {
  private readonly index: TreeIndex;

  constructor(index: TreeIndex) {
    this.index = index;
  }

  /**
   * The file or folder a path stands for, as TypeScript and bundlers look it up.
   * @param tried gathers what was looked for, for people.
   */
  find(path: string, config: TsConfig | undefined, tried: string[], folderOnly = false): Found {
    const quick =
      folderOnly || config?.typesFirst || config?.suffixes.length ? undefined : this.quick(path);
    if (quick !== undefined) return quick;
    const suffixes = config?.suffixes.length ? config.suffixes : [''];
    const asFile = () => (folderOnly ? undefined : this.asFile(path, suffixes, tried));
    if (!config?.typesFirst) return asFile() ?? this.asFolder(path, config, tried);
    const file = asFile();
    if (file === undefined || /\.[mc]?tsx?$/.test(file) || file === path)
      return file ?? this.asFolder(path, config, tried);
    const folder = this.asFolder(path, config, tried);
    return folder !== undefined && /\.[mc]?tsx?$/.test(folder) ? folder : file;
  }

  // What most imports are: the file itself, its `.ts`, or the `.ts` that a `.js` was made from.
  private quick(path: string): Found {
    const script = /\.([mc]?)jsx?$/.exec(path);
    if (!script) return this.index.file(path) ?? this.index.file(`${path}.ts`);
    return path.endsWith('x')
      ? undefined
      : this.index.file(`${path.slice(0, script.index)}.${script[1] ?? ''}ts`);
  }

  /** The file that is the source of what a build makes at `path`. */
  source(
    path: string,
    packageFolder: string,
    config: TsConfig | undefined,
    tried: string[],
  ): Found {
    for (const candidate of sourcePlaces(path, packageFolder, config)) {
      const found = this.find(stripDeclaration(candidate), config, tried);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private asFile(path: string, suffixes: readonly string[], tried: string[]): Found {
    if (path === '') return undefined;
    for (const suffix of suffixes) {
      const found = this.asSuffixed(path, suffix, tried);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private asSuffixed(path: string, suffix: string, tried: string[]): Found {
    const extension = /\.[mc]?jsx?$/.exec(path)?.[0] ?? '';
    const stem = path.slice(0, path.length - extension.length) + suffix;
    const forms = [
      ...(replaced[extension] ?? []).map((other) => stem + other),
      ...(suffix === '' && extension === '' ? [path] : []),
      ...added.map((other) => path + suffix + other),
      ...addedElsewhere.map((other) => path + suffix + other),
    ];
    tried.push(path);
    const declaration = extension === '' ? path.replace(/\.(\w+)$/, '.d.$1.ts') : path;
    if (declaration !== path) forms.push(declaration);
    return this.first(forms);
  }

  private asFolder(path: string, config: TsConfig | undefined, tried: string[]): Found {
    const folder = this.index.folder(path);
    if (folder === undefined) return undefined;
    const inside = (name: string) => joinPath(folder, name) ?? name;
    const json = this.index.readJson(inside('package.json')) as Record<string, unknown> | undefined;
    for (const key of ['typings', 'types', 'main', 'module', 'svelte']) {
      const main = json?.[key];
      if (typeof main !== 'string' || main === '' || main === '.' || main === './') continue;
      const place = joinPath(folder, main);
      if (place === undefined || place === path) continue;
      const found = this.find(place, config, []) ?? this.source(place, folder, config, []);
      if (found !== undefined) return found;
    }
    tried.push(inside('index'));
    return this.asFile(inside('index'), config?.suffixes.length ? config.suffixes : [''], []);
  }

  private first(paths: readonly string[]): Found {
    for (const path of paths) {
      const found = this.index.file(path);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

const built =
  /^(dist|lib|build|out|output|es|esm|cjs|umd|types|typings|\.output|target|_?generated|node|browser)$/;

function* sourcePlaces(
  path: string,
  packageFolder: string,
  config: TsConfig | undefined,
): Generator<string> {
  const { outDir, rootDir } = config ?? {};
  if (outDir !== undefined && path.startsWith(`${outDir}/`)) {
    const rest = path.slice(outDir.length + 1);
    yield joinPath(rootDir ?? folderOf(config?.file ?? ''), rest) ?? rest;
    yield joinPath(folderOf(config?.file ?? ''), `src/${rest}`) ?? rest;
  }
  if (packageFolder !== '' && !path.startsWith(`${packageFolder}/`)) return;
  const parts = path.slice(packageFolder === '' ? 0 : packageFolder.length + 1).split('/');
  for (let cut = 1; cut <= 3 && cut < parts.length && built.test(parts[cut - 1] ?? ''); cut++) {
    const rest = parts.slice(cut).join('/');
    for (const source of ['src', 'lib', 'source', '']) {
      const place = joinPath(packageFolder, source === '' ? rest : `${source}/${rest}`);
      if (place !== undefined && place !== path) yield place;
    }
  }
}

function stripDeclaration(path: string): string {
  return path.replace(/\.d\.([mc]?)ts$/, '.$1js');
}
