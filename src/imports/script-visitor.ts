import type { ts } from 'ts-morph';
import type { ImportKind } from './import.ts';
import { fileClasses, isUrl, mockCalls, mockObjects } from './script-calls.ts';
import type { Compiler, Found } from './script-parser.ts';

/** What a walk over one file knows. */
interface Walk {
  readonly compiler: Compiler;
  readonly source: ts.SourceFile;
  readonly found: Found;
  /** The names `require` goes by here. */
  readonly requires: Set<string>;
}

/** Walks the syntax tree of a file and reports every import in it. */
export function visitNode(walk: Walk): void {
  const { compiler, source } = walk;
  const script = /\.[mc]?jsx?$/i.test(source.fileName);
  const deep = mayHideImports.test(source.text);
  const visit = (node: ts.Node): void => {
    if (wanted(compiler).has(node.kind)) inspect(walk, node);
    if (script) visitJsDoc(walk, node);
    if (
      deep ||
      node === source ||
      script ||
      compiler.isModuleDeclaration(node) ||
      compiler.isModuleBlock(node)
    ) {
      compiler.forEachChild(node, visit);
    }
  };
  visit(source);
}

// Without one of these an import can only be a statement at the top of the file or of a module block.
const mayHideImports =
  /\bimport\s*[(./<]|require|\\u|\bURL\b|Worker|\b(?:jest|vi|vitest|mock|td|rewiremock)\b/;

let kinds: ReadonlySet<ts.SyntaxKind> | undefined;

/** The kinds of node that may be an import: most nodes are none. */
function wanted({ SyntaxKind }: Compiler): ReadonlySet<ts.SyntaxKind> {
  kinds ??= new Set([
    SyntaxKind.ImportDeclaration,
    SyntaxKind.ExportDeclaration,
    SyntaxKind.ImportEqualsDeclaration,
    SyntaxKind.ImportType,
    SyntaxKind.CallExpression,
    SyntaxKind.NewExpression,
    SyntaxKind.VariableDeclaration,
    SyntaxKind.ModuleDeclaration,
  ]);
  return kinds;
}

function inspect(walk: Walk, node: ts.Node): void {
  const { compiler: c } = walk;
  if (c.isImportDeclaration(node)) importDeclaration(walk, node);
  else if (c.isExportDeclaration(node)) exportDeclaration(walk, node);
  else if (c.isImportEqualsDeclaration(node)) importEquals(walk, node);
  else if (c.isImportTypeNode(node)) importType(walk, node, 'type-only');
  else if (c.isCallExpression(node)) call(walk, node);
  else if (c.isNewExpression(node)) construction(walk, node);
  else if (c.isVariableDeclaration(node)) renamedRequire(walk, node);
  else if (c.isModuleDeclaration(node)) augmentation(walk, node);
}

function importDeclaration(walk: Walk, node: ts.ImportDeclaration): void {
  const { compiler: c } = walk;
  const clause = node.importClause;
  const named = clause?.namedBindings;
  const eachType =
    !!clause &&
    !clause.name &&
    !!named &&
    c.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly);
  const typeOnly = clause?.phaseModifier === c.SyntaxKind.TypeKeyword || eachType;
  report(walk, node.moduleSpecifier, typeOnly ? 'type-only' : 'static', {
    typeOnly,
    statement: node,
  });
}

function exportDeclaration(walk: Walk, node: ts.ExportDeclaration): void {
  if (!node.moduleSpecifier) return;
  const { compiler: c } = walk;
  const clause = node.exportClause;
  const eachType =
    !!clause &&
    c.isNamedExports(clause) &&
    clause.elements.length > 0 &&
    clause.elements.every((e) => e.isTypeOnly);
  report(walk, node.moduleSpecifier, 're-export', {
    typeOnly: node.isTypeOnly || eachType,
    statement: node,
  });
}

function importEquals(walk: Walk, node: ts.ImportEqualsDeclaration): void {
  const { compiler: c } = walk;
  if (!c.isExternalModuleReference(node.moduleReference)) return;
  const typeOnly = node.isTypeOnly;
  report(walk, node.moduleReference.expression, typeOnly ? 'type-only' : 'require', {
    typeOnly,
    statement: node,
  });
}

function importType(walk: Walk, node: ts.ImportTypeNode, kind: 'type-only' | 'jsdoc'): void {
  if (walk.compiler.isLiteralTypeNode(node.argument)) {
    report(walk, node.argument.literal, kind, { typeOnly: true });
  }
}

// A node of the parser alone has no `text` of its own where it is a name.
function call(walk: Walk, node: ts.CallExpression): void {
  const { compiler: c, requires } = walk;
  const callee = node.expression;
  const first = node.arguments[0];
  if (callee.kind === c.SyntaxKind.ImportKeyword) {
    report(walk, first, 'dynamic', { statement: node });
  } else if (c.isIdentifier(callee)) {
    if (requires.has(c.idText(callee))) report(walk, first, 'require', { statement: node });
  } else if (c.isPropertyAccessExpression(callee)) {
    if (c.isMetaProperty(callee.expression)) metaCall(walk, c.idText(callee.name), node);
    else if (c.isIdentifier(callee.expression)) {
      const kind = methodKind(walk, c.idText(callee.expression), c.idText(callee.name));
      if (kind)
        report(walk, first, kind, {
          statement: node,
          ...(kind === 'glob' ? { as: 'folder' } : {}),
        });
    }
  }
}

function methodKind({ requires }: Walk, object: string, name: string): ImportKind | undefined {
  if (requires.has(object) && name === 'resolve') return 'require';
  if (requires.has(object) && name === 'context') return 'glob';
  return mockObjects.has(object) && mockCalls.has(name) ? 'mock' : undefined;
}

function metaCall(walk: Walk, name: string, node: ts.CallExpression): void {
  const first = node.arguments[0];
  if (name === 'resolve') report(walk, first, 'dynamic', { statement: node });
  if (name !== 'glob' && name !== 'globEager') return;
  const list = first && walk.compiler.isArrayLiteralExpression(first) ? first.elements : [first];
  for (const element of list) {
    const text = element && literalText(walk, element);
    if (text && !text.startsWith('!')) report(walk, element, 'glob', { statement: node });
  }
}

function construction(walk: Walk, node: ts.NewExpression): void {
  const { compiler: c } = walk;
  if (!c.isIdentifier(node.expression) || !fileClasses.has(c.idText(node.expression))) return;
  const [first, second] = node.arguments ?? [];
  const text = first && literalText(walk, first);
  if (!text || isUrl(text)) return;
  if (c.idText(node.expression) === 'URL' && !isMetaUrl(walk, second)) return;
  report(walk, first, 'worker', { statement: node, as: 'file' });
}

function isMetaUrl({ compiler: c }: Walk, node: ts.Node | undefined): boolean {
  return (
    !!node &&
    c.isPropertyAccessExpression(node) &&
    c.idText(node.name) === 'url' &&
    c.isMetaProperty(node.expression)
  );
}

function renamedRequire({ compiler: c, requires }: Walk, node: ts.VariableDeclaration): void {
  const made = node.initializer;
  if (!made || !c.isCallExpression(made) || !c.isIdentifier(node.name)) return;
  const maker = c.isPropertyAccessExpression(made.expression)
    ? made.expression.name
    : made.expression;
  if (c.isIdentifier(maker) && c.idText(maker) === 'createRequire')
    requires.add(c.idText(node.name));
}

// In a module, `declare module "x"` adds to another module; elsewhere it only declares one.
function augmentation(walk: Walk, node: ts.ModuleDeclaration): void {
  if (!walk.compiler.isStringLiteral(node.name)) return;
  const name = node.name.text;
  if (name.includes('*') || !(name.startsWith('.') || walk.compiler.isExternalModule(walk.source)))
    return;
  report(walk, node.name, 'augmentation', { typeOnly: true, statement: node });
}

function visitJsDoc(walk: Walk, node: ts.Node): void {
  const { compiler: c } = walk;
  const comments = (node as { jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? [];
  const visit = (part: ts.Node): void => {
    if (c.isImportTypeNode(part)) importType(walk, part, 'jsdoc');
    if (c.isJSDocImportTag(part)) report(walk, part.moduleSpecifier, 'jsdoc', { typeOnly: true });
    c.forEachChild(part, visit);
  };
  for (const comment of comments) visit(comment);
}

function literalText({ compiler: c }: Walk, node: ts.Node): string | undefined {
  return c.isStringLiteralLike(node) ? node.text : undefined;
}

function report(
  walk: Walk,
  node: ts.Node | undefined,
  kind: ImportKind,
  about: { typeOnly?: boolean; statement?: ts.Node; as?: 'file' | 'folder' } = {},
): void {
  const text = node && literalText(walk, node);
  if (node === undefined || text === undefined) return;
  const { statement, ...rest } = about;
  const start = (place: ts.Node) => walk.compiler.getTokenPosOfNode(place, walk.source);
  walk.found({ text, at: start(node) }, kind, {
    ...rest,
    ...(statement ? { statement: start(statement) } : {}),
  });
}
