import { faultsIn, type Grammar, isOpaque, walk } from './grammar.ts';
import type { Import, Parser, Suspects } from './import.ts';
import { fileResolution, type Resolution, type Resolver, unresolved } from './resolution.ts';
import { folderOf, joinPath, type TreeIndex, upward } from './tree-index.ts';

/** The parser of Go. */
export function goParser(grammar: Grammar): Parser {
  return (_path, text) => {
    const root = grammar(text);
    const imports: Import[] = [];
    walk(root, (node) => {
      if (node.type !== 'import_spec')
        return node.type === 'source_file' || node.type.startsWith('import_');
      const path = node.childForFieldName('path');
      const specifier = path?.text.slice(1, -1) ?? '';
      if (!path || specifier === '') return false;
      const { row, column } = path.startPosition;
      imports.push({
        specifier,
        lookup: specifier,
        kind: 'static',
        typeOnly: false,
        line: row + 1,
        column: column + 1,
        firstLine: row + 1,
      });
      return false;
    });
    return { imports, faults: faultsIn(root) };
  };
}

/** The gate of Go: every string up to the end of the last import. */
export function scanGo(_path: string, text: string): Suspects {
  const last = text.lastIndexOf('import');
  if (last < 0) return { lookups: [], opaque: isOpaque(text) };
  const region = text.slice(0, endOfImport(text, last + 'import'.length));
  const lookups = new Set<string>();
  for (const match of region.matchAll(/"([^"\n\\]*)"|`([^`\n]*)`/g))
    lookups.add(match[1] ?? match[2] ?? '');
  // Quotes in comments may shift the pairs: each is taken as an opening one as well.
  for (const quote of ['"', '`']) {
    for (let at = region.indexOf(quote); at >= 0; at = region.indexOf(quote, at + 1)) {
      const close = region.indexOf(quote, at + 1);
      const content = close < 0 ? '' : region.slice(at + 1, close);
      if (content !== '' && !content.includes('\n')) lookups.add(content);
    }
  }
  return { lookups: [...lookups].filter((lookup) => lookup !== ''), opaque: isOpaque(text) };
}

const blanks = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const inGroup = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[^)"`/]|\/(?![/*])/y;

/** Where the group ends that the last `import` opens; the end of the text where there is none. */
function endOfImport(text: string, from: number): number {
  blanks.lastIndex = from;
  const open = from + (blanks.exec(text)?.[0].length ?? 0);
  if (text.charAt(open) !== '(') return text.length;
  let at = open + 1;
  for (inGroup.lastIndex = at; inGroup.test(text); inGroup.lastIndex = at) at = inGroup.lastIndex;
  return text.charAt(at) === ')' ? at : text.length;
}

interface Module {
  readonly name: string;
  readonly folder: string;
  /** `replace` directives that lead to folders: path → folder. */
  readonly replaced: ReadonlyMap<string, string>;
}

/** Resolves Go's imports: a package is a folder, found by the modules of the repository. */
export class GoResolver implements Resolver {
  readonly problems = [];
  private readonly index: TreeIndex;
  private readonly modules = new Map<string, Module>();
  private readonly workspace: readonly string[];

  constructor(index: TreeIndex) {
    this.index = index;
    for (const file of index.named('go.mod'))
      this.modules.set(folderOf(file), readModule(file, index.tree.read(file) ?? ''));
    this.workspace = index.named('go.work').flatMap((file) => {
      const text = index.tree.read(file) ?? '';
      const uses = [...text.matchAll(/^\s*(?:use\s+)?(\.{1,2}(?:\/[^\s()]*)?)\s*(?:\/\/.*)?$/gm)];
      return uses.flatMap((match) => joinPath(folderOf(file), match[1] ?? '') ?? []);
    });
  }

  resolve(from: string, lookup: string): readonly Resolution[] {
    if (lookup === 'C') return [{ kind: 'ignored' }];
    if (lookup.startsWith('.')) return this.folder(from, joinPath(folderOf(from), lookup), lookup);
    const own = this.moduleOf(from);
    for (const { name, folder } of this.reachable(own)) {
      if (lookup === name || lookup.startsWith(`${name}/`))
        return this.folder(from, joinPath(folder, lookup.slice(name.length + 1)), lookup);
    }
    const builtin = !(lookup.split('/')[0] ?? '').includes('.');
    return [{ kind: 'package', name: lookup, builtin }];
  }

  private moduleOf(from: string): Module | undefined {
    for (const folder of upward(folderOf(from))) {
      const found = this.modules.get(folder);
      if (found) return found;
    }
    return undefined;
  }

  /** The modules an import may lead into, the longest name first. */
  private reachable(own: Module | undefined): readonly { name: string; folder: string }[] {
    const replaced = [...(own?.replaced ?? [])].map(([name, folder]) => ({ name, folder }));
    const used = this.workspace.flatMap((folder) => this.modules.get(folder) ?? []);
    return [...(own ? [own] : []), ...replaced, ...used].sort(
      (a, b) => b.name.length - a.name.length,
    );
  }

  private folder(from: string, place: string | undefined, lookup: string): readonly Resolution[] {
    if (place === undefined) return [unresolved('leads out of the repository', [])];
    const inside = place === '' ? '' : `${place}/`;
    const files = this.index.files.filter(
      (path) =>
        path.startsWith(inside) &&
        path.endsWith('.go') &&
        !path.slice(inside.length).includes('/') &&
        !path.endsWith('_test.go'),
    );
    if (files.length === 0) return [unresolved('no Go files there', [place])];
    const hidden = /(?:^|\/)internal(?:\/|$)/.exec(place);
    const parent = hidden ? place.slice(0, hidden.index) : '';
    if (hidden && parent !== '' && !from.startsWith(`${parent}/`))
      return [unresolved(`${lookup} is internal to ${parent}`, files)];
    return files.map(fileResolution);
  }
}

function readModule(file: string, text: string): Module {
  const folder = folderOf(file);
  const replaced = new Map<string, string>();
  for (const match of text.matchAll(
    /^\s*(?:replace\s+)?([^\s()]+)(?:\s+v\S+)?\s*=>\s*(\.{1,2}\/\S*|\.{1,2})\s*(?:\/\/.*)?$/gm,
  )) {
    const target = joinPath(folder, match[2] ?? '');
    if (target !== undefined) replaced.set(match[1] ?? '', target);
  }
  return { name: /^\s*module\s+"?([^\s"]+)/m.exec(text)?.[1] ?? '\0', folder, replaced };
}
