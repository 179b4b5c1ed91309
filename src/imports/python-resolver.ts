import { pythonModules } from './python-modules.ts';
import { fileResolution, type Resolution, type Resolver, unresolved } from './resolution.ts';
import { folderOf, joinPath, type TreeIndex, upward } from './tree-index.ts';

/** Resolves Python's imports: relative ones by folders, absolute ones by the roots a project has. */
export class PythonResolver implements Resolver {
  readonly problems = [];
  private readonly index: TreeIndex;
  private readonly roots: readonly string[];
  private readonly memo = new Map<string, readonly Resolution[]>();

  constructor(index: TreeIndex) {
    this.index = index;
    const projects = ['pyproject.toml', 'setup.py', 'setup.cfg']
      .flatMap((name) => index.named(name))
      .map(folderOf);
    const all = [...projects, ''].flatMap((folder) => [folder, joinPath(folder, 'src') ?? folder]);
    this.roots = [...new Set(all)];
  }

  resolve(from: string, lookup: string): readonly Resolution[] {
    const key = `${folderOf(from)}\0${lookup}`;
    const known = this.memo.get(key);
    if (known) return known;
    const [module = '', name] = lookup.split(':');
    const found = [
      module.startsWith('.')
        ? this.relative(from, module, name)
        : this.absolute(from, module, name),
    ];
    this.memo.set(key, found);
    return found;
  }

  private relative(from: string, module: string, name: string | undefined): Resolution {
    const dots = /^\.+/.exec(module)?.[0].length ?? 1;
    const rest = module
      .slice(dots)
      .split('.')
      .filter((part) => part !== '');
    const base = joinPath(folderOf(from), '../'.repeat(dots - 1));
    const place = base === undefined ? undefined : joinPath(base, rest.join('/'));
    if (place === undefined) return unresolved('climbs above the repository', []);
    return (
      this.member(place, name) ??
      unresolved('no such module', [`${place}.py`, `${place}/__init__.py`])
    );
  }

  private absolute(from: string, module: string, name: string | undefined): Resolution {
    const top = module.split('.')[0] ?? '';
    // Near roots first: the folders above the file may be on sys.path, as tests and scripts have it.
    const home = [...upward(folderOf(from))].filter(
      (folder) => this.index.file(`${folder === '' ? '' : `${folder}/`}__init__.py`) === undefined,
    );
    let inside: string | undefined;
    for (const root of new Set([...this.roots.filter((root) => root !== ''), ...home, ''])) {
      const place = joinPath(root, module.replaceAll('.', '/')) ?? '';
      const found = this.member(place, name);
      if (found && !(pythonModules.has(top) && !this.roots.includes(root))) return found;
      if (this.isPackage(joinPath(root, top) ?? '')) inside ??= place;
    }
    if (inside !== undefined && !pythonModules.has(top))
      return unresolved('no such module in a package of the repository', [
        `${inside}.py`,
        `${inside}/__init__.py`,
      ]);
    return { kind: 'package', name: top, builtin: pythonModules.has(top) };
  }

  private isPackage(place: string): boolean {
    return place !== '' && this.module(`${place}/__init__`) !== undefined;
  }

  /** A module, or a name in it, which may be a module itself. */
  private member(place: string, name: string | undefined): Resolution | undefined {
    if (name !== undefined && name !== '*') {
      const inner = this.file(joinPath(place, name.replaceAll('.', '/')) ?? '');
      if (inner !== undefined) return fileResolution(inner);
    }
    const own = this.file(place);
    if (own !== undefined) return fileResolution(own);
    if (name !== undefined || this.index.folder(place) === undefined || place === '')
      return undefined;
    // A namespace package: a folder without a file of its own.
    const first = this.index.files.find(
      (path) => path.startsWith(`${place}/`) && path.endsWith('.py'),
    );
    return first === undefined ? undefined : fileResolution(first);
  }

  private file(place: string): string | undefined {
    if (place === '') return undefined;
    return this.module(`${place}/__init__`) ?? this.module(place);
  }

  private module(place: string): string | undefined {
    return this.index.file(`${place}.py`) ?? this.index.file(`${place}.pyi`);
  }
}
