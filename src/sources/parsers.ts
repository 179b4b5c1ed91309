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
    const loading = this.load(language);
    this.loaded.set(language, loading);
    return loading;
  };

  /** Keeps the compiled code of what was loaded: after the work, when V8 knows which functions are used. */
  save(): void {
    for (const save of this.saves) save();
  }

  private async load(language: Language): Promise<Parser> {
    if (language === 'script') return scriptParser(this.compiler());
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

  // ts-morph's compiler without ts-morph's wrappers around every node: those cost as much again, and only the syntax is asked for.
  private compiler(): Compiler {
    const here = createRequire(import.meta.url);
    const within = createRequire(here.resolve('ts-morph'));
    const common = within.resolve('@ts-morph/common');
    const { exports, save } = requireCached(
      createRequire(common).resolve('./typescript.js'),
      this.folder,
    );
    this.saves.push(save);
    return exports as Compiler;
  }
}

type Runtime = typeof import('@vscode/tree-sitter-wasm');

async function startRuntime(runtime: Runtime): Promise<Runtime> {
  await runtime.Parser.init();
  return runtime;
}
