// Holds the law of boundaries.example.toml on src/ until `comm-node
// lint-boundaries` can; then this folder goes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { badHabits } from './habits.ts';
import { findImports } from './imports.ts';
import { breaches, readLaw } from './law.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const law = readLaw(readFileSync(join(root, 'boundaries.example.toml'), 'utf8'));
const house = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
);

describe('the house', () => {
  test('keeps its law', () => {
    assert.ok(house.size > 20, 'the house was found');
    assert.equal(breaches(law, house).join('\n'), '');
  });

  test('keeps its habits', () => assert.equal(badHabits(house).join('\n'), ''));
});

describe('the law sees', () => {
  const elsewhere = new Map([
    ['src/records/codec.ts', ''],
    ['src/bus/publish.ts', ''],
    ['src/git/process.ts', ''],
    ['src/services/mail.ts', ''],
    ['src/commands/send.ts', ''],
    ['src/errors.ts', ''],
  ]);
  const wrong: [string, string, RegExp][] = [
    ['src/records/a.ts', "import { readFile } from 'node:fs/promises';", /may not use node:fs/],
    ['src/records/a.ts', "import fs from 'fs';", /may not use node:fs/],
    ['src/records/a.ts', "import { simpleGit } from 'simple-git';", /may not use simple-git/],
    ['src/records/a.ts', "import type { B } from '../bus/publish.ts';", /may not import src\/bus/],
    ['src/records/a.ts', "export * from '../git/process.ts';", /may not import src\/git/],
    [
      'src/records/a.ts',
      "const a = 1;\nimport {\n  b,\n} from '../bus/publish.ts';",
      /:2: may not/,
    ],
    ['src/bus/a.ts', "import '../services/mail.ts';", /may not import src\/services/],
    [
      'src/bus/a.ts',
      "import { spawn } from 'node:child_process';",
      /may not use node:child_process/,
    ],
    ['src/services/a.ts', "import { x } from '../commands/send.ts';", /may not import src\/comm/],
    ['src/services/a.ts', "import { x } from '../git/process.ts';", /may not import src\/git/],
    [
      'src/commands/a.ts',
      "const x = await import('../bus/publish.ts');",
      /may not import src\/bus/,
    ],
    [
      'src/commands/a.ts',
      "import { x } from '../records/codec.ts';",
      /may not import src\/records/,
    ],
    ['src/commands/a.ts', "import { type A, x } from '../records/codec.ts';", /may not import/],
    ['src/commands/a.ts', "import fs from 'node:fs';", /may not use node:fs/],
    ['src/commands/a.ts', 'const x = await import(name);', /may not use <computed>/],
    ['src/git/a.ts', 'const x = require(name);', /may not use <computed>/],
    ['src/git/a.ts', "import { x } from '../records/codec.ts';", /may not import src\/records/],
    ['src/git/a.ts', "import { x } from './lost.ts';", /imports src\/git\/lost.ts, which is not/],
    ['src/errors.ts', "import { x } from './git/process.ts';", /may not import/],
    ['src/cli.ts', "import { x } from './services/mail.ts';", /may not import src\/services/],
    ['src/hooks/a.ts', "import yargs from 'yargs/helpers';", /may not use yargs/],
    ['src/attic/a.ts', '', /belongs to no domain/],
    ['src/attic.ts', '', /belongs to no domain/],
  ];
  for (const [file, source, expected] of wrong) {
    test(`${file}: ${JSON.stringify(source)}`, () => {
      const [breach, ...more] = breaches(law, new Map([...elsewhere, [file, source]]));
      assert.match(breach ?? '', expected);
      assert.deepEqual(more, []);
    });
  }

  test('a circle of imports, but not one of types', () => {
    const circle = (from: string) =>
      breaches(
        law,
        new Map([
          ['src/git/a.ts', "import { b } from './b.ts';"],
          ['src/git/b.ts', `${from} './a.ts';`],
        ]),
      );
    assert.match(circle('import { a } from')[0] ?? '', /cycle src\/git\/a.ts → src\/git\/b.ts/);
    assert.deepEqual(circle('import type { A } from'), []);
    assert.deepEqual(circle('import { type A, type B } from'), []);
  });

  test('what is right', () => {
    const right = new Map([
      ...elsewhere,
      ['src/services/a.ts', "import { x } from '../bus/publish.ts';\nimport os from 'node:os';"],
      ['src/commands/a.ts', "import type { X } from '../records/codec.ts';"],
      ['src/git/a.ts', "import { spawn } from 'node:child_process';\nimport './process.ts';"],
    ]);
    assert.deepEqual(breaches(law, right), []);
  });

  test('an unknown key, and a rule without a why', () => {
    assert.throws(() => readLaw('[domains.a]\nscop = []\nwhy = "x"'), /unknown key scop/);
    assert.throws(() => readLaw('[domains.a]\nscope = []'), /without a why/);
  });
});

describe('imports', () => {
  test('are found in every form that the formatter leaves', () => {
    const source = [
      "import a, { b } from 'a';",
      "import * as c from 'c';",
      "import 'd';",
      "export { e } from 'e';",
      "export * as f from 'f';",
      "export type { G } from 'g';",
      'export const text = 1;',
      "import {\n  type H,\n  type I,\n} from 'h';",
      "  const j = await import('j');",
      '  const k = await import(\n    "k");',
    ].join('\n');
    const found = findImports(source).map(({ specifier, typeOnly }) => [specifier, typeOnly]);
    assert.deepEqual(found, [
      ['a', false],
      ['c', false],
      ['d', false],
      ['e', false],
      ['f', false],
      ['g', true],
      ['h', true],
      ['j', false],
      ['<computed>', false],
    ]);
  });
});

describe('the habits see', () => {
  const wrong: [string, string, RegExp][] = [
    ['src/services/a.ts', 'process.exit(1);', /ends the process/],
    ['src/cli.ts', 'process.exitCode = 1;', /sets the exit code/],
    ['src/commands/a.ts', "console.log('x');", /prints/],
    ['src/commands/a.ts', "process.stdout.write('x');", /prints/],
    ['src/bus/a.ts', "import 'node:child_process';", /starts processes/],
    ['src/records/a.ts', 'const now = Date.now();', /asks the clock/],
    ['src/boundaries/a.ts', 'const now = new Date();', /asks the clock/],
    ['src/records/a.ts', 'Math.random()', /throws dice/],
    ['src/records/a.ts', "process.env['X']", /reads the environment/],
    ['src/git/a.ts', 'x;\n'.repeat(251), /more than 250 lines/],
    ['src/git/utils.ts', '', /says nothing/],
    ['src/git/types.ts', '', /says nothing/],
    ['src/utils/a.ts', '', /says nothing/],
  ];
  for (const [file, source, expected] of wrong) {
    test(`${file}: ${source.slice(0, 40).split('\n')[0]}`, () => {
      const [fault, ...more] = badHabits(new Map([[file, source]]));
      assert.match(fault ?? '', expected);
      assert.deepEqual(more, []);
    });
  }

  test('nothing where it is allowed, or only spoken of', () => {
    const right = new Map([
      ['src/cli.ts', 'process.exit(130);'],
      ['src/services/a.ts', '// never console.log here\nconst then = new Date(5);'],
      ['src/bus/a.ts', 'const jitter = Math.random();'],
      ['src/git/a.ts', 'x;\n'.repeat(250)],
    ]);
    assert.deepEqual(badHabits(right), []);
  });
});
