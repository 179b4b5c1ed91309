import { parse } from 'smol-toml';
import { isObject } from './jsonc.ts';
import { folderOf, joinPath, type TreeIndex, upward } from './tree-index.ts';

/** A package of Cargo, and what its names mean. */
export interface Crate {
  readonly folder: string;
  /** With `_` for `-`, as code says it. */
  readonly name: string;
  /** The root of its library; undefined when it has only programs. */
  readonly library: string | undefined;
  /** Names of dependencies in code → crate names. */
  readonly dependencies: ReadonlyMap<string, string>;
}

/** The crates of a repository. */
export class RustCrates {
  readonly problems: { file: string; message: string }[] = [];
  private readonly index: TreeIndex;
  private readonly byFolder = new Map<string, Crate>();
  private readonly byName = new Map<string, Crate>();

  constructor(index: TreeIndex) {
    this.index = index;
    for (const file of index.named('Cargo.toml')) {
      const crate = this.read(file);
      if (!crate) continue;
      this.byFolder.set(crate.folder, crate);
      if (!this.byName.has(crate.name)) this.byName.set(crate.name, crate);
    }
  }

  /** The crate a file belongs to. */
  of(path: string): Crate | undefined {
    for (const folder of upward(folderOf(path))) {
      const found = this.byFolder.get(folder);
      if (found) return found;
    }
    return undefined;
  }

  /** The crate of this repository that a name in code means. */
  named(name: string, from: Crate | undefined): Crate | undefined {
    return this.byName.get(from?.dependencies.get(name) ?? name);
  }

  private read(file: string): Crate | undefined {
    let toml: Readonly<Record<string, unknown>>;
    try {
      toml = parse(this.index.tree.read(file) ?? '');
    } catch {
      this.problems.push({ file, message: 'is not valid TOML' });
      return undefined;
    }
    const about = toml['package'];
    if (!isObject(about) || typeof about['name'] !== 'string') return undefined;
    const folder = folderOf(file);
    const lib = isObject(toml['lib']) ? toml['lib'] : {};
    const library = this.index.file(
      joinPath(folder, typeof lib['path'] === 'string' ? lib['path'] : 'src/lib.rs') ?? '',
    );
    const name = underscored(typeof lib['name'] === 'string' ? lib['name'] : about['name']);
    return { folder, name, library, dependencies: readDependencies(toml) };
  }
}

function readDependencies(toml: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const tables = ['dependencies', 'dev-dependencies', 'build-dependencies'].map((key) => toml[key]);
  const targets = isObject(toml['target']) ? Object.values(toml['target']) : [];
  for (const target of targets)
    if (isObject(target)) tables.push(target['dependencies'], target['dev-dependencies']);
  for (const table of tables) {
    if (!isObject(table)) continue;
    for (const [key, value] of Object.entries(table)) {
      const renamed =
        isObject(value) && typeof value['package'] === 'string' ? value['package'] : key;
      names.set(underscored(key), underscored(renamed));
    }
  }
  return names;
}

/** `my-crate` is `my_crate` in code. */
export function underscored(name: string): string {
  return name.replaceAll('-', '_');
}

/** The folder whose modules `crate::` means for a file, and the root file itself. */
export function crateRoot(
  index: TreeIndex,
  crate: Crate | undefined,
  path: string,
): { folder: string; root: string | undefined } {
  const base = crate?.folder ?? '';
  const inside = path.slice(base === '' ? 0 : base.length + 1).split('/');
  const at = (...parts: string[]) => joinPath(base, parts.join('/')) ?? '';
  const [first = '', second = '', third = ''] = inside;
  if (['tests', 'examples', 'benches'].includes(first)) {
    if (inside.length > 2 && index.file(at(first, second, 'main.rs')))
      return { folder: at(first, second), root: at(first, second, 'main.rs') };
    return { folder: at(first), root: inside.length === 2 ? path : undefined };
  }
  if (first === 'src' && second === 'bin') {
    if (inside.length > 3 && index.file(at('src', 'bin', third, 'main.rs')))
      return { folder: at('src', 'bin', third), root: at('src', 'bin', third, 'main.rs') };
    return { folder: at('src', 'bin'), root: inside.length === 3 ? path : undefined };
  }
  if (inside.length === 1 && first === 'build.rs') return { folder: base, root: path };
  const library = crate?.library;
  const main = index.file(at('src', 'main.rs'));
  const root = path === main ? main : (library ?? main);
  return { folder: root === undefined ? at('src') : folderOf(root), root };
}
