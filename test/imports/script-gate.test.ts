import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ts } from 'ts-morph';
import { scanScript } from '../../src/imports/script-gate.ts';
import { type Compiler, scriptParser } from '../../src/imports/script-parser.ts';

const parse = scriptParser(ts as Compiler);

/** What the parser finds and the gate does not; empty is sound. */
function missed(path: string, text: string): string[] {
  const { lookups, opaque } = scanScript(path, text);
  if (opaque) return [];
  const seen = new Set(lookups);
  return parse(path, text).imports.flatMap(({ lookup }) => (seen.has(lookup) ? [] : [lookup]));
}

const quote = fc.constantFrom('"', "'", '`');
const specifier = fc.constantFrom(
  './a',
  '../b/x',
  'pkg',
  '@s/p/q',
  '#in',
  '.',
  '..',
  './from',
  './a b',
  './ü',
  'node:fs',
);
const blank = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '/* c */',
  '/* " */',
  "// it's\n",
  '/* a /* b */ ',
  '// x // y\n',
  ' \u00a0',
);
const literal = fc.tuple(quote, specifier).map(([q, s]) => q + s + q);
const forms = fc
  .tuple(blank, blank, literal, literal)
  .chain(([a, b, one, two]) =>
    fc.constantFrom(
      `import${a}${one};`,
      `import x from${a}${one}\n`,
      `import {a as b}from${a}${one};`,
      `import type {T}${a}from${b}${one};`,
      `import {type T} from${a}${one};`,
      `export *${a}from${b}${one};`,
      `export * as ns from${a}${one};`,
      `export * as "x"from${a}${one};`,
      `export type {T} from${a}${one};`,
      `import q = require(${a}${one}${b});`,
      `type X = import(${a}${one}).T;`,
      `let t: typeof import(${a}${one}${b});`,
      `await import${b}(${a}${one});`,
      `const r = require${b}(${a}${one});`,
      `require?.(${a}${one});`,
      `require.resolve(${a}${one});`,
      `import.meta.resolve(${a}${one});`,
      `import.meta.glob(${a}${one});`,
      `import.meta.glob([${a}${one},${b}${two}]);`,
      `import.meta.glob<M>(${a}${one});`,
      `new URL(${a}${one},${b}import.meta.url);`,
      `new Worker(${a}${one});`,
      `vi.mock(${a}${one}, () => ({}));`,
      `jest.mock<typeof import(${one})>(${a}${two});`,
      `declare module${a}${one} { }`,
      `requ\\u0069re(${a}${one});`,
      `const rq = createRequire(import.meta.url); rq(${a}${one});`,
      `require.context(${a}${one});`,
      `/** @type {import(${one}).T} */ let v;`,
      `/** @import {T} from ${one} */\n`,
      `/// <reference path=${one} />\n`,
      `/// <reference types=${one} />\n`,
      `import x from 'a\\u002fb';`,
      `import x from './line\\\n/more';`,
      `import x from './open\nlet y;`,
    ),
  );
const noise = fc.constantFrom(
  "const s = 'it';\n",
  '// it\'s "so"\n',
  '/* `${ */\n',
  'const re = /["\'`/*]/g;\n',
  'const t = `a $'.concat('{b} c`;\n'),
  'const u = "http://x";\n',
  '<div title="don\'t">it\'s `so`</div>;\n',
  'x = y / 2 / "q".length;\n',
  '#!shebang\n',
  '<<<<<<< HEAD\n',
  'if (a) {\n',
  '}\n',
  "label: 'from' ;\n",
  '\uFEFF',
  'const o = { import: "x", from: \'y\' };\n',
  'foo`',
  "'",
  '"',
);
const source = fc
  .array(fc.oneof(forms, noise, blank), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));

describe('the gate of scripts', () => {
  it('sees everything the parser sees, in any mess of code', () => {
    const path = fc.constantFrom('a.ts', 'a.tsx', 'a.js', 'a.jsx', 'a.mts', 'a.cjs', 'a.d.ts');
    fc.assert(
      fc.property(path, source, (name, text) => {
        assert.deepEqual(missed(name, text), [], text);
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 3000) },
    );
  });

  it('sees the scripts of markup too', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('a.vue', 'a.svelte', 'a.astro'),
        source,
        forms,
        (name, noisy, form) => {
          const front = name === 'a.astro' ? `---\n${form}\n---\n` : '';
          const text = `${front}<template>${noisy}</template>\n<script lang="ts" src="./x.ts">\n${form}\n</script>`;
          assert.deepEqual(missed(name, text), [], text);
        },
      ),
      { numRuns: 1000 },
    );
  });

  const clean: [string, string][] = [
    ['a string is no import', "const s = './b'; call('./c');"],
    ['a name that ends like a keyword', "const x = './from'; const y = 'm';\n"],
    ['an object key', "const o = { from: './b' };"],
  ];
  for (const [name, text] of clean) {
    it(`suspects nothing: ${name}`, () => {
      assert.deepEqual(scanScript('a.ts', text), { lookups: [], opaque: false });
    });
  }
});
