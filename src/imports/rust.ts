import { faultsIn, type Grammar, isOpaque, type SyntaxNode } from './grammar.ts';
import type { Import, ImportKind, Parser, Suspects } from './import.ts';
import { expandUse } from './rust-uses.ts';

// A lookup is a path (`crate::a::b`), a declared module (`mod:name`, `mod:name@file.rs`),
// or a file (`file:x.rs`).

/** The parser of Rust: `use` trees, `mod` declarations, and paths wherever they stand. */
export function rustParser(grammar: Grammar): Parser {
  return (_path, text) => {
    const root = grammar(text);
    const imports: Import[] = [];
    visit({ depth: 0, imports, statement: root }, root);
    return { imports, faults: faultsIn(root) };
  };
}

interface Walk {
  /** How many inline modules are around: `super` in one stays in the file. */
  readonly depth: number;
  readonly imports: Import[];
  readonly statement: SyntaxNode;
}

function visit(walk: Walk, node: SyntaxNode): void {
  let attribute = '';
  for (const child of node.namedChildren) {
    if (!child) continue;
    if (child.type === 'attribute_item') {
      attribute = /^#\s*\[\s*path\s*=\s*"([^"]*)"/.exec(child.text)?.[1] ?? attribute;
      continue;
    }
    inspect(walk, child, attribute);
    if (!child.type.endsWith('comment')) attribute = '';
  }
}

function inspect(walk: Walk, node: SyntaxNode, attribute: string): void {
  if (node.type === 'use_declaration') use(walk, node);
  else if (node.type === 'mod_item') module(walk, node, attribute);
  else if (node.type === 'extern_crate_declaration') {
    const name = node.childForFieldName('name');
    if (name && name.text !== 'self') add(walk, name, 'static', name.text.replace(/^r#/, ''));
  } else if (/^scoped_(type_)?identifier$/.test(node.type)) path(walk, node);
  else if (node.type === 'macro_invocation') macro(walk, node);
  else if (node.type === 'token_tree') tokens(walk, node);
  else visit(walk, node);
}

function use(walk: Walk, node: SyntaxNode): void {
  const tree = node.childForFieldName('argument');
  if (!tree) return;
  const kind = /^pub\b/.test(node.text) ? 're-export' : 'static';
  for (const { segments } of expandUse(tree.text, 0))
    add(walk, tree, kind, settle(segments, walk.depth).join('::'), segments.join('::'));
}

function module(walk: Walk, node: SyntaxNode, attribute: string): void {
  const body = node.childForFieldName('body');
  const name = node.childForFieldName('name');
  if (body) visit({ ...walk, depth: walk.depth + 1 }, body);
  else if (name && walk.depth === 0) {
    const plain = name.text.replace(/^r#/, '');
    add(
      walk,
      name,
      'module',
      attribute === '' ? `mod:${plain}` : `mod:${plain}@${attribute}`,
      plain,
    );
  }
}

function path(walk: Walk, node: SyntaxNode): void {
  const text = withoutComments(node.text).replace(/(::\s*)?<[\s\S]*$/, '');
  addPath(walk, node, text);
  insideOf(walk, node);
}

// Type arguments hold paths of their own; what stands before them is part of this one.
function insideOf(walk: Walk, node: SyntaxNode): void {
  for (const child of node.namedChildren) {
    if (child && /^scoped_(type_)?identifier$/.test(child.type)) insideOf(walk, child);
    else if (child) visit(walk, child);
  }
}

function macro(walk: Walk, node: SyntaxNode): void {
  const name = node.childForFieldName('macro')?.text ?? '';
  const file = /^include(_str|_bytes)?$/.test(name)
    ? /^\w+\s*!\s*[([{]\s*"([^"\\]*)"/.exec(node.text)?.[1]
    : undefined;
  if (file) add(walk, node, 'static', `file:${file}`, file);
  for (const child of node.namedChildren) if (child) inspect(walk, child, '');
}

// Inside a macro there is no syntax yet: what looks like a path is one.
function tokens(walk: Walk, node: SyntaxNode): void {
  for (const match of node.text.matchAll(pathLike)) addPath(walk, node, match[0]);
}

function addPath(walk: Walk, node: SyntaxNode, text: string): void {
  const segments = text.split('::').map((segment) => segment.trim().replace(/^r#/, ''));
  if (!leads(segments)) return;
  add(walk, node, 'path', settle(segments, walk.depth).join('::'), segments.join('::'));
}

function add(
  walk: Walk,
  node: SyntaxNode,
  kind: ImportKind,
  lookup: string,
  specifier = lookup,
): void {
  const { row, column } = node.startPosition;
  walk.imports.push({
    specifier,
    lookup,
    kind,
    typeOnly: false,
    line: row + 1,
    column: column + 1,
    firstLine: row + 1,
  });
}

/** Counts `super`s against the inline modules around: what is left leads out of the file. */
function settle(segments: readonly string[], depth: number): readonly string[] {
  const start = segments[0] === 'self' ? 1 : 0;
  let supers = 0;
  while (segments[start + supers] === 'super') supers++;
  if (supers === 0 || depth === 0) return segments.slice(start === 1 && supers > 0 ? 1 : 0);
  const rest = segments.slice(start + supers);
  if (supers <= depth) return ['self', ...rest];
  return [...Array.from({ length: supers - depth }, () => 'super'), ...rest];
}

// `Type::new` is no path to a file; modules and crates are written small.
function leads(segments: readonly string[]): boolean {
  return segments.length > 1 && /^[\p{Ll}_]/u.test(segments[0] ?? '');
}

const pathLike = /(?:r#)?[\p{L}_][\p{L}\p{N}_]*(?:\s*::\s*(?:r#)?[\p{L}_][\p{L}\p{N}_]*)+/gu;

/** The gate of Rust: every `use`, every `mod`, everything that looks like a path. */
export function scanRust(_path: string, text: string): Suspects {
  const lookups = new Set<string>();
  for (const match of text.matchAll(/\buse\b/g)) {
    for (const { segments } of expandUse(text, match.index + 3)) addVariants(lookups, segments);
  }
  const plain = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  for (const source of plain === text ? [text] : [text, plain]) {
    for (const match of source.matchAll(pathLike)) {
      const segments = match[0].split('::').map((segment) => segment.trim().replace(/^r#/, ''));
      // A path may begin behind another in the same run: `<a::B as c::D>`, macros.
      if (leads(segments)) addVariants(lookups, segments);
    }
    for (const match of source.matchAll(/\bmod\s+(?:r#)?([\p{L}_][\p{L}\p{N}_]*)/gu))
      lookups.add(`mod:${match[1]}`);
    for (const match of source.matchAll(/\bcrate\s+(?:r#)?([\p{L}_][\p{L}\p{N}_]*)/gu))
      lookups.add(match[1] ?? '');
  }
  for (const match of text.matchAll(/\binclude(?:_str|_bytes)?\s*!\s*[([{]\s*"([^"\\]*)"/g))
    lookups.add(`file:${match[1]}`);
  const opaque = isOpaque(text) || /#\s*\[\s*path\b/.test(text) || hidesPath(text);
  return { lookups: [...lookups], opaque };
}

// A comment within a path, or one within another: what ends where, only the grammar knows.
function hidesPath(text: string): boolean {
  return (
    /(?:\b(?:mod|crate)|::)\s*\/[/*]/.test(text) ||
    /(?:\*\/|\/\/[^\n]*\n)\s*::/.test(text) ||
    /\/\*(?:(?!\*\/)[\s\S])*?\/\*/.test(text)
  );
}

// Comments nest: the innermost go first.
function withoutComments(text: string): string {
  if (!text.includes('/')) return text;
  const line = text.replace(/\/\/[^\n]*/g, ' ');
  for (let before = line; ; ) {
    const after = before.replace(/\/\*(?:(?!\/\*|\*\/)[\s\S])*\*\//g, ' ');
    if (after === before) return after;
    before = after;
  }
}

// How many inline modules are around a `super`, only the parser knows.
function addVariants(lookups: Set<string>, segments: readonly string[]): void {
  const start = segments[0] === 'self' ? 1 : 0;
  let supers = 0;
  while (segments[start + supers] === 'super') supers++;
  lookups.add(segments.join('::'));
  if (supers === 0) return;
  const rest = segments.slice(start + supers);
  lookups.add(['self', ...rest].join('::'));
  for (let left = 1; left <= supers; left++)
    lookups.add([...Array.from({ length: left }, () => 'super'), ...rest].join('::'));
}
