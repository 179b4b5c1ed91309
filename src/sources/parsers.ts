import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { goParser } from '../imports/go.ts';
import type { Grammar } from '../imports/grammar.ts';
import type { Parser } from '../imports/import.ts';
import type { Language } from '../imports/languages.ts';
import { pythonParser } from '../imports/python.ts';
import { rustParser } from '../imports/rust.ts';
import { type Compiler, scriptParser } from '../imports/script-parser.ts';
import { makeCodeCache, requireCached } from './code-cache.ts';

/** The parsers of all languages, each loaded when first asked for. */
export class Parsers {
  private readonly folder: string | undefined;
  private readonly loaded = new Map<Language, Promise<Parser>>();
  private runtime: Promise<Runtime> | undefined;
  private readonly saves: (() => void)[] = [];

  /** @param folder where compiled code is kept between runs; undefined: nowhere. */
  constructor(folder: string | undefined) {
    this.folder = folder;
    if (folder !== undefined) makeCodeCache(folder);
  }

  /** The parser of a language. */
  readonly of = (language: Language): Promise<Parser> => {
    const known = this.loaded.get(language);
    if (known) return known;
    const loading = this.load(language).then(bounded);
    this.loaded.set(language, loading);
    return loading;
  };

  /** Keeps the compiled code of what was loaded: after the work, when V8 knows which functions are used. */
  save(): void {
    for (const save of this.saves) save();
  }

  private async load(language: Language): Promise<Parser> {
    if (language === 'script') return this.script();
    const grammar = await this.grammar(language);
    if (language === 'python') return pythonParser(grammar);
    return language === 'rust' ? rustParser(grammar) : goParser(grammar);
  }

  private async grammar(language: Language): Promise<Grammar> {
    const here = createRequire(import.meta.url);
    const main = here.resolve('@vscode/tree-sitter-wasm');
    this.runtime ??= startRuntime(here(main) as Runtime);
    const runtime = await this.runtime;
    const loaded = await runtime.Language.load(join(dirname(main), `tree-sitter-${language}.wasm`));
    const parser = new runtime.Parser();
    parser.setLanguage(loaded);
    let last: { delete(): void } | undefined;
    return (text) => {
      // Trees live outside the heap: the one before is done with.
      last?.delete();
      const tree = parser.parse(text);
      last = tree ?? undefined;
      if (!tree) throw new Error(`the ${language} grammar gave no tree`);
      return tree.rootNode;
    };
  }

  // What was left out of the compiler is for checking and writing; should the parser ever ask
  // for it, the whole compiler answers.
  private script(): Parser {
    const quick = scriptParser(this.compiler(onlyParser));
    let whole: Parser | undefined;
    return (path, text) => {
      try {
        return quick(path, text);
      } catch (error) {
        if (!(error instanceof ReferenceError)) throw error;
        whole ??= scriptParser(this.compiler());
        return whole(path, text);
      }
    };
  }

  // ts-morph's compiler without ts-morph's wrappers around every node: those cost as much again, and only the syntax is asked for.
  private compiler(cut?: (source: string) => string | undefined): Compiler {
    const here = createRequire(import.meta.url);
    const within = createRequire(here.resolve('ts-morph'));
    const common = within.resolve('@ts-morph/common');
    const file = createRequire(common).resolve('./typescript.js');
    const { exports, save } = requireCached(file, this.folder, cut);
    this.saves.push(save);
    return exports as Compiler;
  }
}

/**
 * The compiler's file up to the end of the parser: a fifth of it. It is one function, its parts
 * in the order in which they need one another, each under a comment with its name.
 */
function onlyParser(source: string): string | undefined {
  const end = source.indexOf('\n// src/compiler/commandLineParser.ts\n');
  const tail = source.lastIndexOf('\n})({');
  if (source.indexOf('\n// src/compiler/parser.ts\n') < 0 || end < 0 || tail < end)
    return undefined;
  return source.slice(0, end) + source.slice(tail);
}

/** A parser that says of text nested beyond what the stack holds that it does not parse. */
function bounded(parser: Parser): Parser {
  return (path, text) => {
    try {
      return parser(path, text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const message = 'it is nested too deeply to be read';
      return { imports: [], faults: [{ line: 1, column: 1, message }] };
    }
  };
}

type Runtime = typeof import('@vscode/tree-sitter-wasm');

async function startRuntime(runtime: Runtime): Promise<Runtime> {
  await runtime.Parser.init();
  return runtime;
}
