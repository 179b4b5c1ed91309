import { Minimatch } from 'minimatch';
import { isObject, stringsOf } from './jsonc.ts';
import { folderOf, joinPath, type TreeIndex, upward } from './tree-index.ts';

/** What resolution needs of a `tsconfig.json`, with everything it extends. */
export interface TsConfig {
  readonly file: string;
  readonly baseUrl: string | undefined;
  readonly paths: readonly PathMapping[];
  readonly rootDirs: readonly string[];
  readonly outDir: string | undefined;
  readonly rootDir: string | undefined;
  readonly conditions: readonly string[];
  readonly suffixes: readonly string[];
  /** `node10` looks for TypeScript everywhere before it looks for JavaScript. */
  readonly typesFirst: boolean;
}

/** One entry of `paths`. */
export interface PathMapping {
  readonly prefix: string;
  /** Undefined when the pattern has no `*`. */
  readonly suffix: string | undefined;
  /** Relative to the root of the repository; `*` stands for what matched. */
  readonly targets: readonly string[];
}

interface Raw {
  readonly file: string;
  readonly options: ReadonlyMap<string, { readonly value: unknown; readonly folder: string }>;
  readonly selection: ReadonlyMap<string, { readonly value: unknown; readonly folder: string }>;
  readonly references: readonly string[];
}

/** Finds the configuration a file belongs to: the nearest, or the project it refers to. */
export class TsConfigs {
  readonly problems: { file: string; message: string }[] = [];
  private readonly index: TreeIndex;
  private readonly byFolder = new Map<string, string | undefined>();
  private readonly raw = new Map<string, Raw | undefined>();
  private readonly ready = new Map<string, TsConfig>();
  private readonly any: boolean;

  constructor(index: TreeIndex) {
    this.index = index;
    this.any = index.named('tsconfig.json').length + index.named('jsconfig.json').length > 0;
  }

  /** The configuration of a file; undefined when there is none above it. */
  of(path: string): TsConfig | undefined {
    if (!this.any) return undefined;
    const file = this.nearest(folderOf(path));
    const raw = file === undefined ? undefined : this.load(file, []);
    if (!raw) return undefined;
    const owner = raw.references.length === 0 ? raw : (this.owner(raw, path, new Set()) ?? raw);
    return this.finish(owner);
  }

  private nearest(folder: string): string | undefined {
    if (this.byFolder.has(folder)) return this.byFolder.get(folder);
    let found: string | undefined;
    for (const at of upward(folder)) {
      const name = (base: string) => (at === '' ? base : `${at}/${base}`);
      found = this.index.file(name('tsconfig.json')) ?? this.index.file(name('jsconfig.json'));
      if (found !== undefined) break;
    }
    this.byFolder.set(folder, found);
    return found;
  }

  // A solution file holds no files of its own: the project it refers to that does, decides.
  private owner(raw: Raw, path: string, seen: Set<string>): Raw | undefined {
    if (selects(raw, path)) return raw;
    for (const file of raw.references) {
      if (seen.has(file)) continue;
      seen.add(file);
      const referred = this.load(file, []);
      const owner = referred && this.owner(referred, path, seen);
      if (owner) return owner;
    }
    return undefined;
  }

  private load(file: string, trail: readonly string[]): Raw | undefined {
    if (this.raw.has(file)) return this.raw.get(file);
    const json = this.index.readJson(file);
    const broken = !isObject(json) && (this.index.tree.read(file) ?? '').trim() !== '';
    if (broken) this.problems.push({ file, message: 'is not valid JSON (comments are allowed)' });
    const raw = this.read(file, isObject(json) ? json : {}, trail);
    this.raw.set(file, raw);
    return raw;
  }

  private read(
    file: string,
    json: Readonly<Record<string, unknown>>,
    trail: readonly string[],
  ): Raw {
    const folder = folderOf(file);
    const options = new Map<string, { value: unknown; folder: string }>();
    const selection = new Map<string, { value: unknown; folder: string }>();
    for (const base of typeof json['extends'] === 'string'
      ? [json['extends']]
      : stringsOf(json['extends'])) {
      const parent = this.parent(file, base);
      if (parent === undefined || trail.includes(parent)) continue;
      const inherited = this.load(parent, [...trail, file]);
      for (const [key, value] of inherited?.options ?? []) options.set(key, value);
      for (const [key, value] of inherited?.selection ?? []) selection.set(key, value);
    }
    const own = isObject(json['compilerOptions']) ? json['compilerOptions'] : {};
    for (const [key, value] of Object.entries(own)) options.set(key, { value, folder });
    for (const key of ['files', 'include', 'exclude']) {
      if (json[key] !== undefined) selection.set(key, { value: json[key], folder });
    }
    const references = (Array.isArray(json['references']) ? json['references'] : [])
      .map((reference) => (isObject(reference) ? String(reference['path']) : ''))
      .flatMap((path) => this.reference(folder, path));
    return { file, options, selection, references };
  }

  private reference(folder: string, path: string): readonly string[] {
    const joined = joinPath(folder, path);
    if (joined === undefined) return [];
    const inside = joined === '' ? 'tsconfig.json' : `${joined}/tsconfig.json`;
    const found = path.endsWith('.json') ? this.index.file(joined) : this.index.file(inside);
    return found === undefined ? [] : [found];
  }

  // A base from a package that is not in the repository is tolerated, as editors do.
  private parent(file: string, base: string): string | undefined {
    const candidates =
      base.startsWith('.') || base.startsWith('/')
        ? [joinPath(folderOf(file), base)]
        : [...upward(folderOf(file))]
            .map((at) => joinPath(at, `node_modules/${base}`))
            .concat(this.inWorkspace(base));
    for (const candidate of candidates) {
      if (candidate === undefined) continue;
      const found =
        this.index.file(candidate) ??
        this.index.file(`${candidate}.json`) ??
        this.index.file(`${candidate}/tsconfig.json`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private inWorkspace(base: string): string[] {
    return this.index.named('package.json').flatMap((file) => {
      const json = this.index.readJson(file);
      const name = isObject(json) ? json['name'] : undefined;
      if (typeof name !== 'string' || (base !== name && !base.startsWith(`${name}/`))) return [];
      const joined = joinPath(folderOf(file), base.slice(name.length + 1));
      return joined === undefined ? [] : [joined];
    });
  }

  private finish(raw: Raw): TsConfig {
    const known = this.ready.get(raw.file);
    if (known) return known;
    const own = folderOf(raw.file);
    const folder = (key: string) => {
      const option = raw.options.get(key);
      return typeof option?.value === 'string'
        ? place(option.folder, option.value, own)
        : undefined;
    };
    const baseUrl = folder('baseUrl');
    const rootDirs = raw.options.get('rootDirs');
    const resolution = String(raw.options.get('moduleResolution')?.value ?? '').toLowerCase();
    const config: TsConfig = {
      file: raw.file,
      baseUrl,
      paths: mappings(raw, baseUrl, own),
      rootDirs: stringsOf(rootDirs?.value).flatMap(
        (dir) => place(rootDirs?.folder ?? '', dir, own) ?? [],
      ),
      outDir: folder('outDir'),
      rootDir: folder('rootDir'),
      conditions: stringsOf(raw.options.get('customConditions')?.value),
      suffixes: stringsOf(raw.options.get('moduleSuffixes')?.value),
      typesFirst: resolution === 'node' || resolution === 'node10',
    };
    this.ready.set(raw.file, config);
    return config;
  }
}

// The variable stands for the folder of the configuration that extends, not of the extended one.
const ownFolder = '$'.concat('{configDir}');

function place(folder: string, path: string, own: string): string | undefined {
  if (path.startsWith(ownFolder)) return joinPath(own, `.${path.slice(ownFolder.length)}`);
  return joinPath(folder, path);
}

function mappings(raw: Raw, baseUrl: string | undefined, own: string): readonly PathMapping[] {
  const option = raw.options.get('paths');
  if (!option || !isObject(option.value)) return [];
  return Object.entries(option.value).map(([pattern, targets]) => {
    const star = pattern.indexOf('*');
    return {
      prefix: star < 0 ? pattern : pattern.slice(0, star),
      suffix: star < 0 ? undefined : pattern.slice(star + 1),
      targets: stringsOf(targets).flatMap(
        (target) => place(baseUrl ?? option.folder, target, own) ?? [],
      ),
    };
  });
}

function selects(raw: Raw, path: string): boolean {
  const patterns = (key: string) => {
    const chosen = raw.selection.get(key);
    return stringsOf(chosen?.value).flatMap(
      (text) => place(chosen?.folder ?? '', text, folderOf(raw.file)) ?? [],
    );
  };
  const files = patterns('files');
  if (files.includes(path)) return true;
  const included = raw.selection.has('include')
    ? patterns('include')
    : raw.selection.has('files')
      ? []
      : [folderOf(raw.file)];
  const inside = (pattern: string) => {
    if (pattern === '') return true;
    return path.startsWith(`${pattern}/`) || new Minimatch(pattern, { dot: true }).match(path);
  };
  return included.some(inside) && !patterns('exclude').some(inside);
}
