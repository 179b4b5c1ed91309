import assert from 'node:assert/strict';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { ts } from 'ts-morph';
import { scanScript } from '../../src/imports/script-gate.ts';
import { type Compiler, scriptParser } from '../../src/imports/script-parser.ts';
import { ScriptResolver } from '../../src/imports/script-resolver.ts';
import { TreeIndex } from '../../src/imports/tree-index.ts';
import { type Corpus, openCorpora } from './corpora.ts';

const parse = scriptParser(ts as Compiler);
const corpora = openCorpora();
const skip = corpora ? false : 'the packages could not be had from the registry';

/** Where TypeScript itself resolves an import to, by the nearest tsconfig; undefined outside the package. */
function oracle(corpus: Corpus) {
  // What is not among the files that are linted is not there for us either: built files are left out.
  const known = new Set(corpus.tree.paths().map((path) => join(corpus.root, path)));
  const host: ts.ModuleResolutionHost = { ...ts.sys, fileExists: (path) => known.has(path) };
  const byConfig = new Map<string, ts.CompilerOptions>();
  return (from: string, specifier: string): string | undefined => {
    const file = join(corpus.root, from);
    const config = ts.findConfigFile(dirname(file), (path) => known.has(path)) ?? '';
    const options = byConfig.get(config) ?? optionsOf(config);
    byConfig.set(config, options);
    const found = ts.resolveModuleName(specifier, file, options, host).resolvedModule;
    const path = found && relative(corpus.root, found.resolvedFileName);
    return path === undefined || path.startsWith('..') || path.includes('node_modules')
      ? undefined
      : path;
  };
}

function optionsOf(config: string): ts.CompilerOptions {
  const read = config === '' ? {} : ts.readConfigFile(config, ts.sys.readFile);
  const folder = config === '' ? '/' : dirname(config);
  const { options } = ts.parseJsonConfigFileContent(read.config ?? {}, ts.sys, folder);
  return {
    ...options,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
  };
}

describe('on sources that no one here wrote', { skip }, () => {
  it('there are three thousand files and more', () => {
    const count = (corpora ?? []).reduce((sum, { sources }) => sum + sources.length, 0);
    assert.ok(count >= 3000, `${count} files`);
  });

  for (const corpus of corpora ?? []) {
    it(`${corpus.name}: the gate sees all that the parser sees, every edge is TypeScript's`, (t) => {
      const resolver = new ScriptResolver(new TreeIndex(corpus.tree));
      const expected = oracle(corpus);
      const wrong: string[] = [];
      let edges = 0;
      for (const file of corpus.sources) {
        const text = corpus.tree.read(file) ?? '';
        const { lookups, opaque } = scanScript(file, text);
        const seen = new Set(lookups);
        for (const one of parse(file, text).imports) {
          if (!opaque && !seen.has(one.lookup))
            wrong.push(`${file}:${one.line} the gate misses ${one.lookup}`);
          if (one.lookup !== one.specifier || ['mock', 'glob', 'worker'].includes(one.kind))
            continue;
          const first = resolver.resolve(
            file,
            one.lookup,
            one.kind === 'require' ? 'require' : 'import',
          )[0];
          const ours = first?.kind === 'file' ? first.path : undefined;
          const theirs = expected(file, one.specifier);
          if (ours !== undefined || theirs !== undefined) edges++;
          if (ours !== theirs)
            wrong.push(`${file}:${one.line} ${one.specifier}: ${ours} is ${theirs}`);
        }
      }
      t.diagnostic(`${corpus.name}: ${corpus.sources.length} files, ${edges} edges`);
      assert.deepEqual(wrong, []);
    });
  }
});
