import { parseJsonc } from './jsonc.ts';
import type { SourceTree } from './source-tree.ts';

/** A tree made ready for questions of resolvers: is there such a file, and which is it really? */
export class TreeIndex {
  readonly tree: SourceTree;
  /** Regular files, without links. */
  readonly files: readonly string[];
  private readonly fileSet: ReadonlySet<string>;
  private readonly links: ReadonlyMap<string, string>;
  private folderSet: Set<string> | undefined;
  private joined: string | undefined;
  private readonly json = new Map<string, unknown>();
  private readonly listings = new Map<string, readonly string[]>();

  constructor(tree: SourceTree) {
    this.tree = tree;
    const links = new Map<string, string>();
    for (const path of tree.links()) {
      const target = tree.link(path);
      if (target !== undefined) links.set(path, target);
    }
    this.links = links;
    this.files = links.size === 0 ? tree.paths() : tree.paths().filter((path) => !links.has(path));
    this.fileSet = new Set(this.files);
  }

  /** The real path of a file, through symbolic links; undefined when there is no such file. */
  file(path: string): string | undefined {
    if (this.fileSet.has(path)) return path;
    const real = this.real(path);
    return real !== undefined && this.fileSet.has(real) ? real : undefined;
  }

  /** The real path of a folder; undefined when nothing lies below it. */
  folder(path: string): string | undefined {
    const real = this.real(path);
    return real !== undefined && this.folders().has(real) ? real : undefined;
  }

  /** The parsed content of a JSON file, comments allowed; undefined when absent or broken. */
  readJson(path: string): unknown {
    const real = this.file(path);
    if (real === undefined) return undefined;
    if (!this.json.has(real)) this.json.set(real, parseJsonc(this.tree.read(real) ?? ''));
    return this.json.get(real);
  }

  /** All files of a name, anywhere in the tree, the upper ones first. */
  named(name: string): readonly string[] {
    const known = this.listings.get(name);
    if (known) return known;
    const found: string[] = [];
    const end = `/${name}\0`;
    // One search through one long text: asking each path costs more than all that is found.
    for (let at = this.text().indexOf(end); at >= 0; at = this.text().indexOf(end, at + 1)) {
      found.push(this.text().slice(this.text().lastIndexOf('\0', at) + 2, at + end.length - 1));
    }
    found.sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
    this.listings.set(name, found);
    return found;
  }

  /** Whether any path holds this text. */
  mentions(part: string): boolean {
    return this.text().includes(part);
  }

  /** All paths in one: each begins with a slash and ends with a zero. */
  private text(): string {
    this.joined ??= `\0/${this.files.join('\0/')}\0`;
    return this.joined;
  }

  private folders(): ReadonlySet<string> {
    if (this.folderSet) return this.folderSet;
    const folders = new Set<string>(['']);
    let last = '';
    for (const path of this.files) {
      // Neighbours mostly lie in one folder.
      if (path.startsWith(last) && !path.includes('/', last.length)) continue;
      const folder = folderOf(path);
      last = `${folder}/`;
      for (let at = folder; !folders.has(at); at = folderOf(at)) folders.add(at);
    }
    this.folderSet = folders;
    return folders;
  }

  private real(path: string): string | undefined {
    if (this.links.size === 0) return path;
    let current = path;
    // A chain of links may be a circle; forty is where kernels give up too.
    for (let round = 0; round < 40; round++) {
      const next = this.followOne(current);
      if (next === current) return current;
      if (next === undefined) return undefined;
      current = next;
    }
    return undefined;
  }

  private followOne(path: string): string | undefined {
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const head = end < 0 ? path : path.slice(0, end);
      const target = this.links.get(head);
      if (target !== undefined) {
        const joined = joinPath(folderOf(head), target);
        return joined === undefined
          ? undefined
          : joinPath(joined, end < 0 ? '' : path.slice(end + 1));
      }
      if (end < 0) return path;
    }
  }
}

/** The folder a path lies in; empty for the root. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '' : path.slice(0, end);
}

/** Joins and normalizes; undefined when the result lies outside the repository. */
export function joinPath(folder: string, relative: string): string | undefined {
  if (relative.startsWith('/')) return undefined;
  const quick = joinPlain(folder, relative);
  if (quick !== undefined) return quick;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

// Nearly all paths are `./x/y` or `../../x/y`: no need to take them apart.
function joinPlain(folder: string, relative: string): string | undefined {
  let base = folder;
  let rest = relative;
  if (rest.startsWith('./')) rest = rest.slice(2);
  while (rest.startsWith('../')) {
    if (base === '') return undefined;
    base = folderOf(base);
    rest = rest.slice(3);
  }
  if (
    rest === '' ||
    rest.endsWith('/') ||
    rest.startsWith('.') ||
    rest.includes('//') ||
    rest.includes('/.')
  )
    return undefined;
  return base === '' ? rest : `${base}/${rest}`;
}

/** The folders from the one given up to the root, which is the empty string. */
export function* upward(folder: string): Generator<string> {
  for (let at = folder; ; at = folderOf(at)) {
    yield at;
    if (at === '') return;
  }
}
