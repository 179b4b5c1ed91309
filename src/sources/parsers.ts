import { createRequire } from 'node:module';
import type { Parser } from '../imports/import.ts';
import type { Language } from '../imports/languages.ts';
import { type Compiler, scriptParser } from '../imports/script-parser.ts';
import { requireCached } from './code-cache.ts';

/** The parsers of all languages, each loaded when first asked for. */
export class Parsers {
  private readonly folder: string | undefined;
  private readonly loaded = new Map<Language, Promise<Parser>>();
  private readonly saves: (() => void)[] = [];

  /** @param folder where compiled code is kept between runs; undefined: nowhere. */
  constructor(folder: string | undefined) {
    this.folder = folder;
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
    throw new Error(`no parser of ${language}`);
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
