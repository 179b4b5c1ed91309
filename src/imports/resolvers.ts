import { GoResolver } from './go.ts';
import type { Language } from './languages.ts';
import { PythonResolver } from './python-resolver.ts';
import type { Resolver } from './resolution.ts';
import { RustResolver } from './rust-resolver.ts';
import { ScriptResolver } from './script-resolver.ts';
import type { TreeIndex } from './tree-index.ts';

const makers: Readonly<Record<Language, (index: TreeIndex) => Resolver>> = {
  script: (index) => new ScriptResolver(index),
  python: (index) => new PythonResolver(index),
  rust: (index) => new RustResolver(index),
  go: (index) => new GoResolver(index),
};

/** The resolver of each language over one tree, made when first asked for. */
export class Resolvers {
  private readonly index: TreeIndex;
  private readonly made = new Map<Language, Resolver>();

  constructor(index: TreeIndex) {
    this.index = index;
  }

  /** The resolver of a language. */
  of(language: Language): Resolver {
    const known = this.made.get(language);
    if (known) return known;
    const resolver = makers[language](this.index);
    this.made.set(language, resolver);
    return resolver;
  }

  /** Configuration files that could not be read, of all languages asked for. */
  problems(): readonly { readonly file: string; readonly message: string }[] {
    return [...this.made.values()].flatMap((resolver) => resolver.problems);
  }
}
