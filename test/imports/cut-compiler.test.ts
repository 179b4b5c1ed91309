// Only the parser of the compiler is loaded. It must be all that is asked for, in every kind of file.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ts } from 'ts-morph';
import { type Compiler, scriptParser } from '../../src/imports/script-parser.ts';
import { Parsers } from '../../src/sources/parsers.ts';
import { openCorpora } from './corpora.ts';

const whole = scriptParser(ts as Compiler);
const corpora = openCorpora();

const odd: Readonly<Record<string, string>> = {
  'a.ts': "@d() class A<const T> { accessor x = 1; @e #y; static { import('./a') } }\n",
  'b.tsx': "const x = <A<B> {...c} d='e'>{f}&nbsp;<></></A>; import y from './y';\n",
  'c.js': "/** @import {T} from './t' @type {import('./u').V} @typedef {{a: 1}} W */ let v;\n",
  'd.mts':
    "import x from './x' with { type: 'json' }; enum E { A = 1 << 2 } declare module './m' {}\n",
  'e.cts': "import z = require('./z'); export = z; namespace N.M { }\n",
  'f.jsx': "/* @jsx h */ <a:b>{/* c */}</a:b>; require('./r');\n",
  'g.d.ts':
    "/// <reference path='./p.ts' />\n/// <reference types='n' />\ndeclare const x: unique symbol;\n",
  'h.vue': "<script setup lang='ts'>import a from './a'</script>\n<script src='./s.js'></script>\n",
  'broken.ts': "import { from './x';\nclass { ]\n<<<<<<< a\nfunction* (\n",
  'broken.tsx': '<a><b></a>; import x from "./x";\n',
  'broken.js': "/** @param {import('./x' */ let `$".concat('{ a\n'),
  'types.ts': 'type A<T> = T extends infer U extends string ? `a$'.concat(
    "{U}` : asserts x is typeof import('./i', { with: { 'resolution-mode': 'import' } });\n",
  ),
};

describe('the parser cut out of the compiler', () => {
  it('is what is loaded, and a small part of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'comm-node-cut-'));
    try {
      const parsers = new Parsers(folder);
      const parse = await parsers.of('script');
      parse('a.ts', "import './b';\n");
      parsers.save();
      const kept = readdirSync(folder).filter((name) => name.endsWith('.js'));
      assert.equal(kept.length, 1);
      assert.ok(statSync(join(folder, kept[0] ?? '')).size < 2_500_000);
      // The next process reads what was kept.
      const again = await new Parsers(folder).of('script');
      assert.deepEqual(again('a.ts', "import './b';\n"), whole('a.ts', "import './b';\n"));
      assert.equal(readdirSync(folder).filter((name) => name.endsWith('.v8')).length, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [name, text] of Object.entries(odd)) {
    it(`says the same of ${name}`, async () => {
      const parse = await new Parsers(undefined).of('script');
      const told = parse(name, text);
      assert.deepEqual(told, whole(name, text));
      assert.ok(told.imports.length + told.faults.length > 0);
    });
  }

  it('says the same of sources that no one here wrote', { skip: !corpora }, async () => {
    const parse = await new Parsers(undefined).of('script');
    for (const { tree, sources } of corpora ?? []) {
      for (const path of sources) {
        const text = tree.read(path) ?? '';
        assert.deepEqual(parse(path, text), whole(path, text), path);
      }
    }
  });
});
