import type { ts } from 'ts-morph';
import type { Import, ImportKind, Parsed, Parser, SyntaxFault } from './import.ts';
import { findBlocks, hasBlocks, onlyBlock } from './script-blocks.ts';
import { fileLookup, folderLookup, isUrl } from './script-calls.ts';
import { visitNode } from './script-visitor.ts';

/**
 * The compiler that ts-morph carries, its parser at least. Nodes of a parser alone have no
 * methods; what they would do is asked by functions that the compiler's types do not tell of.
 */
export type Compiler = typeof ts & {
  getLineStarts(source: ts.SourceFile): readonly number[];
  getTokenPosOfNode(node: ts.Node, source: ts.SourceFile): number;
};

/** What the visitor reports: a specifier, its kind, and the node it stands in. */
export type Found = (
  specifier: { readonly text: string; readonly at: number },
  kind: ImportKind,
  about?: {
    readonly typeOnly?: boolean;
    readonly statement?: number;
    readonly as?: 'file' | 'folder';
  },
) => void;

/**
 * The parser of TypeScript, JavaScript, and the scripts of Vue, Svelte and Astro files.
 * @param compiler handed in, because loading it costs more than linting a repository.
 */
export function scriptParser(compiler: Compiler): Parser {
  return (path, text) => {
    if (!hasBlocks(path)) return parseScript(compiler, path, text);
    const { blocks, sources } = findBlocks(path, text);
    const parts = blocks.map((block) => {
      const name = `${path}.${/^(ts|tsx|jsx)$/.test(block.language) ? block.language : 'js'}`;
      return parseScript(compiler, name, onlyBlock(text, block));
    });
    const linked = new Findings(text, lineStarts(text));
    for (const { specifier, at } of sources) {
      if (!isUrl(specifier)) linked.found({ text: specifier, at }, 'static', { as: 'file' });
    }
    return {
      imports: [...parts.flatMap(({ imports }) => imports), ...linked.imports],
      faults: parts.flatMap(({ faults }) => faults),
    };
  };
}

function parseScript(compiler: Compiler, path: string, text: string): Parsed {
  const source = compiler.createSourceFile(
    path,
    text,
    {
      languageVersion: compiler.ScriptTarget.Latest,
      // In TypeScript a JSDoc comment says nothing; in JavaScript it may import types.
      jsDocParsingMode: /\.[mc]?tsx?$/i.test(path)
        ? compiler.JSDocParsingMode.ParseNone
        : compiler.JSDocParsingMode.ParseAll,
    },
    false,
    scriptKind(compiler, path),
  );
  const findings = new Findings(text, compiler.getLineStarts(source));
  for (const { fileName, pos } of source.referencedFiles) {
    findings.found({ text: fileName, at: pos }, 'triple-slash', { as: 'file', typeOnly: true });
  }
  for (const { fileName, pos } of source.typeReferenceDirectives) {
    findings.found({ text: fileName, at: pos }, 'triple-slash', { typeOnly: true });
  }
  visitNode({ compiler, source, found: findings.found, requires: new Set(['require']) });
  return { imports: findings.sorted(), faults: faultsOf(compiler, source) };
}

// `.mts` and `.cts` need no kind of their own; `.js` may hold JSX.
function scriptKind(compiler: Compiler, path: string): ts.ScriptKind {
  const { ScriptKind } = compiler;
  if (/\.tsx$/i.test(path)) return ScriptKind.TSX;
  if (/\.[mc]?ts$/i.test(path)) return ScriptKind.TS;
  return /\.jsx$/i.test(path) ? ScriptKind.JSX : ScriptKind.JS;
}

function faultsOf(compiler: Compiler, source: ts.SourceFile): SyntaxFault[] {
  // Internal, but the only way to a file's syntax errors that needs no program.
  const { parseDiagnostics = [] } = source as {
    parseDiagnostics?: readonly ts.DiagnosticWithLocation[];
  };
  return parseDiagnostics.map(({ start, messageText }) => {
    const { line, character } = compiler.getLineAndCharacterOfPosition(source, start);
    const message = typeof messageText === 'string' ? messageText : messageText.messageText;
    return { line: line + 1, column: character + 1, message };
  });
}

class Findings {
  readonly imports: Import[] = [];
  readonly text: string;
  readonly starts: readonly number[];

  constructor(text: string, starts: readonly number[]) {
    this.text = text;
    this.starts = starts;
  }

  readonly found: Found = (specifier, kind, about = {}) => {
    const { text, at } = specifier;
    if (text === '' || /[\r\n]/.test(text)) return;
    const line = this.lineAt(at);
    this.imports.push({
      specifier: text,
      kind,
      typeOnly: about.typeOnly ?? false,
      line: line + 1,
      column: at - (this.starts[line] ?? 0) + 1,
      firstLine: (about.statement === undefined ? line : this.lineAt(about.statement)) + 1,
      lookup: lookupOf(text, about.as),
    });
  };

  sorted(): readonly Import[] {
    return this.imports.sort((a, b) => a.line - b.line || a.column - b.column);
  }

  private lineAt(at: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lookupOf(text: string, as: 'file' | 'folder' | undefined): string {
  if (as === undefined) return text;
  return as === 'file' ? fileLookup(text) : folderLookup(text);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
