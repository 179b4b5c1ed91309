import { faultsIn, type Grammar, isOpaque, type SyntaxNode } from './grammar.ts';
import type { Import, ImportKind, Parser, Suspects } from './import.ts';

// A lookup is `module`, or `module:name` where a name is taken from a module:
// only the files tell whether that name is a module of its own.

/** The parser of Python. */
export function pythonParser(grammar: Grammar): Parser {
  return (_path, text) => {
    const root = grammar(text);
    const imports: Import[] = [];
    visit(root, false, imports);
    return { imports, faults: faultsIn(root) };
  };
}

function visit(node: SyntaxNode, typing: boolean, imports: Import[]): void {
  if (node.type === 'import_statement') plain(node, typing, imports);
  else if (node.type === 'import_from_statement') from(node, typing, imports);
  else if (node.type === 'call') dynamic(node, imports);
  const guarded =
    node.type === 'if_statement' &&
    /^(\w+\.)?TYPE_CHECKING$/.test(node.childForFieldName('condition')?.text ?? '');
  const block = guarded ? node.childForFieldName('consequence') : null;
  for (const child of node.namedChildren) {
    if (child) visit(child, typing || (guarded && sameNode(child, block)), imports);
  }
}

function sameNode(a: SyntaxNode, b: SyntaxNode | null): boolean {
  if (!b || a.type !== b.type) return false;
  return (
    a.startPosition.row === b.startPosition.row && a.startPosition.column === b.startPosition.column
  );
}

function plain(node: SyntaxNode, typing: boolean, imports: Import[]): void {
  for (const child of node.namedChildren) {
    const name = child?.type === 'aliased_import' ? child.childForFieldName('name') : child;
    if (name?.type !== 'dotted_name') continue;
    const module = squeeze(name.text);
    imports.push(made(name, node, typing ? 'type-only' : 'static', module, module));
  }
}

function from(node: SyntaxNode, typing: boolean, imports: Import[]): void {
  const module = node.childForFieldName('module_name');
  if (!module) return;
  const base = squeeze(module.text);
  const kind = typing ? 'type-only' : 'static';
  for (const child of node.namedChildren) {
    if (!child || sameNode(child, module)) continue;
    if (child.type === 'wildcard_import') imports.push(made(module, node, kind, base, `${base}:*`));
    const name = child.type === 'aliased_import' ? child.childForFieldName('name') : child;
    if (name?.type !== 'dotted_name') continue;
    const shown = /^\.+$/.test(base) ? base + name.text : base;
    imports.push(made(module, node, kind, shown, `${base}:${squeeze(name.text)}`));
  }
}

function dynamic(node: SyntaxNode, imports: Import[]): void {
  const callee = node.childForFieldName('function')?.text ?? '';
  if (!/(^|\.)(import_module|__import__)$/.test(callee)) return;
  const first = node.childForFieldName('arguments')?.namedChildren[0];
  if (first?.type !== 'string') return;
  // What a formatted string will be, only the program knows.
  if (first.namedChildren.some((part) => part?.type === 'interpolation')) return;
  const parts = first.namedChildren.filter((part) => part?.type === 'string_content');
  const module = parts[0]?.text ?? '';
  if (parts.length === 1 && dotted.test(module))
    imports.push(made(first, node, 'dynamic', module, module));
}

function made(
  at: SyntaxNode,
  statement: SyntaxNode,
  kind: ImportKind,
  specifier: string,
  lookup: string,
): Import {
  const { row, column } = at.startPosition;
  return {
    specifier,
    lookup,
    kind,
    typeOnly: kind === 'type-only',
    line: row + 1,
    column: column + 1,
    firstLine: statement.startPosition.row + 1,
  };
}

function squeeze(text: string): string {
  return text.replace(/\\\r?\n|\s+/g, '');
}

const blank = String.raw`(?:[ \t\f]|\\\r?\n)`;
const fromImport = new RegExp(
  String.raw`\bfrom(?=[\s.\\])((?:[.\p{XID_Continue}]|${blank})*?)(?<!\p{XID_Continue})import(?!\p{XID_Continue})`,
  'gu',
);
const anyImport = /(?<!\p{XID_Continue})import(?!\p{XID_Continue})/gu;
/** A module's name: what may stand in an identifier, letters with accents of their own included. */
const dotted = /^[.\p{XID_Continue}]+$/u;

/** The gate of Python: every `import` and `from … import`, wherever it stands. */
export function scanPython(_path: string, text: string): Suspects {
  const lookups = new Set<string>();
  const taken = new Set<number>();
  for (const match of text.matchAll(fromImport)) {
    const end = match.index + match[0].length;
    taken.add(end);
    const module = squeeze(match[1] ?? '');
    for (const name of names(text, end)) lookups.add(`${module}:${name}`);
    if (/^\s*\*/.test(text.slice(end, end + 20).replace(/\\\r?\n/g, '')))
      lookups.add(`${module}:*`);
  }
  for (const match of text.matchAll(anyImport)) {
    const end = match.index + match[0].length;
    if (!taken.has(end)) for (const name of names(text, end)) lookups.add(name);
  }
  if (/import_module|__import__/.test(text)) {
    // Each quote may be the opening one, whatever the one before it was.
    for (const match of text.matchAll(/["'](?=([.\p{XID_Continue}]+)["'])/gu))
      lookups.add(match[1] ?? '');
  }
  return { lookups: [...lookups], opaque: isOpaque(text) };
}

/** The names after an `import`, up to the end of the logical line. */
function names(text: string, from: number): readonly string[] {
  const open = /^(?:\s|\\\r?\n)*\(/.exec(text.slice(from, from + 200));
  const rest = text.slice(from + (open?.[0].length ?? 0));
  const plainText = open
    ? (/^(?:[^)#]|#[^\n]*)*/.exec(rest)?.[0] ?? '')
    : (/^(?:\\\r?\n|[^\r\n;])*/.exec(rest)?.[0] ?? '');
  const clean = plainText
    .replace(/#[^\n]*/g, ' ')
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s*\.\s*/g, '.');
  return clean.split(',').flatMap((part) => /^\s*([.\p{XID_Continue}]+)/u.exec(part)?.[1] ?? []);
}
