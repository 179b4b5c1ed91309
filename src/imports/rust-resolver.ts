import { fileResolution, type Resolution, type Resolver, unresolved } from './resolution.ts';
import { type Crate, crateRoot, RustCrates } from './rust-crates.ts';
import { folderOf, joinPath, type TreeIndex } from './tree-index.ts';

const ignored: Resolution = { kind: 'ignored' };
const builtins = new Set(['std', 'core', 'alloc', 'proc_macro', 'test']);

/** A module of a crate: its file, and the folder its children lie in. */
interface Module {
  readonly file: string;
  readonly children: string;
}

/** Resolves Rust's paths to the file of the innermost module they name. */
export class RustResolver implements Resolver {
  private readonly index: TreeIndex;
  private readonly crates: RustCrates;
  private readonly memo = new Map<string, readonly Resolution[]>();
  private relocated: ReadonlyMap<string, string> | undefined;

  constructor(index: TreeIndex) {
    this.index = index;
    this.crates = new RustCrates(index);
  }

  get problems(): readonly { file: string; message: string }[] {
    return this.crates.problems;
  }

  resolve(from: string, lookup: string): readonly Resolution[] {
    const key = `${from}\0${lookup}`;
    const known = this.memo.get(key);
    if (known) return known;
    const found = [this.one(from, lookup)];
    this.memo.set(key, found);
    return found;
  }

  private one(from: string, lookup: string): Resolution {
    const crate = this.crates.of(from);
    if (lookup.startsWith('mod:')) return this.declared(from, crate, lookup.slice(4));
    if (lookup.startsWith('file:')) {
      const file = this.index.file(joinPath(folderOf(from), lookup.slice(5)) ?? '');
      return file === undefined ? ignored : fileResolution(file);
    }
    const segments = lookup.split('::').filter((segment) => segment !== '');
    const [first = '', ...rest] = segments;
    const root = this.rootOf(from, crate);
    const own = this.moduleOf(from, crate);
    if (first === 'crate' || first === '$crate') return this.walk(root, rest) ?? ignored;
    if (first === 'self') return this.walk(own, rest) ?? ignored;
    if (first === 'super') return this.above(own, segments, crate);
    return this.plain(own, root, crate, segments);
  }

  private plain(
    own: Module,
    root: Module | undefined,
    crate: Crate | undefined,
    segments: readonly string[],
  ): Resolution {
    const [first = '', ...rest] = segments;
    if (this.child(own, first)) return this.walk(own, segments) ?? ignored;
    if (builtins.has(first)) return { kind: 'package', name: first, builtin: true };
    const other = this.crates.named(first, crate);
    if (other?.library !== undefined && (other === crate || crate?.dependencies.has(first))) {
      return this.walk({ file: other.library, children: folderOf(other.library) }, rest) ?? ignored;
    }
    // The edition of 2015: paths of `use` begin at the root of the crate.
    if (root && this.child(root, first)) return this.walk(root, segments) ?? ignored;
    const name = crate?.dependencies.get(first);
    return name === undefined ? ignored : { kind: 'package', name, builtin: false };
  }

  private above(own: Module, segments: readonly string[], crate: Crate | undefined): Resolution {
    let at: Module | undefined = own;
    let used = 0;
    for (; segments[used] === 'super'; used++) at = at && this.parent(at, crate);
    return this.walk(at, segments.slice(used)) ?? ignored;
  }

  /** A `mod name;` must have its file. */
  private declared(from: string, crate: Crate | undefined, text: string): Resolution {
    const [name = '', path] = text.split('@');
    const own = this.moduleOf(from, crate);
    if (path !== undefined) {
      const place = joinPath(folderOf(from), path) ?? '';
      const file = this.index.file(place);
      return file === undefined ? unresolved('no such file', [place]) : fileResolution(file);
    }
    const child = this.child(own, name);
    const inside = (tail: string) => joinPath(own.children, tail) ?? tail;
    return child
      ? fileResolution(child.file)
      : unresolved('no file for this module', [inside(`${name}.rs`), inside(`${name}/mod.rs`)]);
  }

  private walk(start: Module | undefined, segments: readonly string[]): Resolution | undefined {
    let at = start;
    for (const segment of segments) {
      const next = at && this.child(at, segment);
      if (!next) break;
      at = next;
    }
    return at && fileResolution(at.file);
  }

  private child(module: Module, name: string): Module | undefined {
    const place = joinPath(module.children, name) ?? name;
    const file =
      this.index.file(`${place}.rs`) ??
      this.index.file(`${place}/mod.rs`) ??
      this.moved(module.file, name);
    if (file === undefined || file === module.file) return undefined;
    const elsewhere = file !== `${place}.rs` && file !== `${place}/mod.rs`;
    return { file, children: elsewhere ? folderOf(file) : place };
  }

  private parent({ file }: Module, crate: Crate | undefined): Module | undefined {
    const root = this.rootOf(file, crate);
    if (root?.file === file) return undefined;
    const folder = file.endsWith('/mod.rs') ? folderOf(folderOf(file)) : folderOf(file);
    if (folder === root?.children) return root;
    const above = this.index.file(`${folder}/mod.rs`) ?? this.index.file(`${folder}.rs`);
    return above === undefined ? undefined : { file: above, children: folder };
  }

  private moduleOf(path: string, crate: Crate | undefined): Module {
    const { root } = crateRoot(this.index, crate, path);
    const isRoot = path === root || /(^|\/)(mod|lib|main)\.rs$/.test(path);
    return { file: path, children: isRoot ? folderOf(path) : path.replace(/\.rs$/, '') };
  }

  private rootOf(path: string, crate: Crate | undefined): Module | undefined {
    const { folder, root } = crateRoot(this.index, crate, path);
    return root === undefined ? undefined : { file: root, children: folder };
  }

  // `#[path = "x.rs"] mod name;` is rare: it is looked for only when nothing else is found.
  private moved(file: string, name: string): string | undefined {
    this.relocated ??= this.readRelocated();
    return this.relocated.get(`${file}\0${name}`);
  }

  private readRelocated(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const file of this.index.files) {
      if (!file.endsWith('.rs')) continue;
      const text = this.index.tree.read(file) ?? '';
      if (!/#\s*\[\s*path/.test(text)) continue;
      for (const match of text.matchAll(
        /#\s*\[\s*path\s*=\s*"([^"]+)"\s*\]\s*(?:#\s*\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;/g,
      )) {
        const place = this.index.file(joinPath(folderOf(file), match[1] ?? '') ?? '');
        if (place !== undefined) found.set(`${file}\0${match[2]}`, place);
      }
    }
    return found;
  }
}
