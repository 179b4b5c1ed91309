import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseBoundaries } from '../../src/boundaries/parse-config.ts';
import { ConfigError } from '../../src/errors.ts';
import { lint } from './lint.ts';

function refusal(text: string): ConfigError {
  try {
    parseBoundaries(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error;
  }
  assert.fail('it was accepted');
}

const two = (a: string, b: string) =>
  `[domains.one]\nscope = ${a}\n\n[domains.two]\nscope = ${b}\n`;

describe('boundaries.toml', () => {
  const rows: [string, string, RegExp][] = [
    [
      'an unknown key, the nearest named',
      '[domains.a]\nscope = "a/**"\nforbiden_imports = ["b/**"]\n',
      /boundaries\.toml:3: domains\.a\.forbiden_imports: unknown key.*did you mean "forbidden_imports"\?/,
    ],
    [
      'an unknown key at the top',
      'layer = ["a"]\n[domains.a]\nscope = "a/**"\n',
      /:1: layer: unknown key.*"layers"/,
    ],
    [
      'a camel-cased key',
      '[domains.a]\nscope = "a"\nallowedImports = []\n',
      /:3: .*"allowed_imports"/,
    ],
    [
      'a number for a list',
      '[domains.a]\nscope = 3\n',
      /:2: domains\.a\.scope: "scope" must be a string or a list of strings, not 3/,
    ],
    ['a list with a number', '[domains.a]\nscope = ["a", 3]\n', /:2: .*must be a string or a list/],
    [
      'a text for a flag',
      'no_cycles = "yes"\n[domains.a]\nscope = "a"\n',
      /:1: no_cycles: .*true or false.*for example: no_cycles = true/,
    ],
    [
      'a wrong word',
      'unowned = "forbid"\n[domains.a]\nscope = "a"\n',
      /:1: unowned: .*one of "allow", "warn", "error"/,
    ],
    ['no scope', '[domains.a]\nwhy = "x"\n', /:1: domains\.a: the scope is missing/],
    ['no domain', 'no_cycles = true\n', /no domain is declared/],
    ['no TOML', '[domains.a]\nscope = [\n', /boundaries\.toml:\d+: not valid TOML/],
    [
      'an extglob, in a list of many lines',
      '[domains.a]\nscope = [\n  "a/**",\n  "b/!(c)",\n]\n',
      /:4: domains\.a\.scope: the glob "b\/!\(c\)" cannot be used: extended globs/,
    ],
    ['an absolute glob', '[domains.a]\npath = "x"\nscope = "/a/**"\n', /:3: .*must be relative/],
    [
      'a glob that leaves the repository',
      '[domains.a]\nscope = "../a/**"\n',
      /:2: .*climbs above the root/,
    ],
    [
      'a layer that is no domain',
      'layers = ["a", "bb"]\n[domains.a]\nscope = "a"\n[domains.b]\nscope = "b"\n',
      /:1: layers\.order: "bb" is not a domain \(did you mean "b"\?\)/,
    ],
    [
      'a domain on no layer',
      'exhaustive = true\nlayers = ["a"]\n[domains.a]\nscope = "a"\n[domains.b]\nscope = "b"\n',
      /:2: layers: "b" is on no layer/,
    ],
    [
      'a permission against the layers',
      'layers = ["a", "b"]\n[domains.a]\nscope = "a/**"\n[domains.b]\nscope = "b/**"\nallowed_imports = ["c/**", "a/x/**"]\n',
      /:6: domains\.b\.allowed_imports: allows "a\/x\/\*\*", which belongs to "a", a higher layer/,
    ],
    [
      'scopes that cross',
      two('"src/*.ts"', '"src/a*"'),
      /:5: domains\.two\.scope: crosses the scope of "one": both match src\/a\S*\.ts, only one matches src\/\S+, only two matches src\/a/,
    ],
    [
      'scopes that are the same',
      two('"src/**"', '"./src/**"'),
      /:5: .*is the same as that of "one"/,
    ],
    ['lists that cross', two('["src/**"]', '["src/a/**", "lib/**"]'), /crosses the scope/],
  ];
  for (const [name, text, message] of rows) {
    it(`refuses ${name}`, () => assert.match(refusal(text).message, message));
  }

  it('tells of all that is wrong at once, with file, line and key', () => {
    const error = refusal('[domains.a]\nscope = 3\nforbid = "x"\n');
    const problems = error.data['problems'] as { file: string; line: number; key: string }[];
    assert.deepEqual(
      problems.map(({ file, line, key }) => [file, line, key]),
      [
        ['boundaries.toml', 2, 'domains.a.scope'],
        ['boundaries.toml', 3, 'domains.a.forbid'],
      ],
    );
  });

  const accepted: [string, string][] = [
    ['a scope inside another', two('"src/**"', '"src/db/**"')],
    ['scopes side by side', two('"src/a/**"', '"src/b/**"')],
    ['scopes that differ by extension', two('"src/*.ts"', '"src/*.js"')],
    [
      'inline tables and dotted keys',
      'domains.a = { scope = "a/**" }\ndomains."b c".scope = ["b/**"]\n',
    ],
  ];
  for (const [name, text] of accepted) {
    it(`accepts ${name}`, () => assert.ok(parseBoundaries(text).domains.length > 0));
  }

  it('the inner scope takes files from the outer', async () => {
    const config =
      '[domains.outer]\nscope = "src/**"\nforbidden_imports = ["src/db/**"]\n[domains.db]\nscope = "src/db/**"\n';
    const report = await lint(config, {
      'src/a.ts': "import './db/x';\n",
      'src/db/x.ts': "import '../a';\n",
    });
    assert.deepEqual(
      report.violations.map(({ rule, domain }) => [rule, domain]),
      [['forbidden-import', 'outer']],
    );
  });
});

describe('rules beyond the basic ones', () => {
  const files = {
    'a/f.ts': "import '../b/x';\n",
    'b/x.ts': 'export {};\n',
    'b/index.ts': 'export {};\n',
  };
  const base = '[domains.a]\nscope = "a/**"\nA\n[domains.b]\nscope = "b/**"\nB\n';
  const rules = async (config: string, more: Record<string, string> = {}) => {
    const report = await lint(config, { ...files, ...more });
    return report.violations.map(({ rule, target, deciding }) =>
      `${rule} ${target} ${deciding?.line ?? ''}`.trim(),
    );
  };
  const domain = (a: string, b = '') => base.replace('A', a).replace('B', b);

  it('entry points', async () => {
    const config = domain('', 'entry_points = ["b/index.ts"]');
    assert.deepEqual(await rules(config), ['entry-point b/x.ts 6']);
    assert.deepEqual(await rules(config, { 'a/f.ts': "import '../b';\n" }), []);
  });

  it('layers', async () => {
    assert.deepEqual(await rules(`layers = ["b", "a"]\n${domain('')}`), ['layer b/x.ts 1']);
    assert.deepEqual(await rules(`layers = ["a", "b"]\n${domain('')}`), []);
    assert.deepEqual(await rules(`${domain('')}[layers]\norder = ["b", "a"]\nwhy = "Down."\n`), [
      'layer b/x.ts 7',
    ]);
  });

  it('cycles, with the shortest shown', async () => {
    const config = `no_cycles = true\n${domain('')}[domains.c]\nscope = "c/**"\n`;
    const circle = {
      'b/x.ts': "import '../c/z';\n",
      'c/z.ts': "import '../a/f';\nimport '../b/index';\n",
    };
    assert.deepEqual(await rules(config, { 'c/z.ts': '' }), []);
    const report = await lint(config, { ...files, ...circle });
    assert.equal(report.violations.length, 1);
    assert.match(
      report.violations[0]?.message ?? '',
      /b → c → b \(b\/x\.ts:1 imports c\/z\.ts; c\/z\.ts:2 imports b\/index\.ts\)/,
    );
    const comment = { 'b/x.ts': "// import '../c/z';\n", 'c/z.ts': circle['c/z.ts'] };
    assert.deepEqual(await rules(config, comment), []);
  });

  it('types may cross', async () => {
    const config = domain('forbidden_imports = ["b/**"]\ntype_imports = "allow"');
    assert.deepEqual(await rules(config, { 'a/f.ts': "import type { X } from '../b/x';\n" }), []);
    assert.deepEqual(await rules(config), ['forbidden-import b/x.ts 3']);
  });

  it('packages', async () => {
    const code = "import 'react';\nimport 'node:fs';\nimport 'path';\nimport '@aws-sdk/s3';\n";
    const only = async (rule: string) => rules(domain(rule), { 'a/f.ts': code });
    assert.deepEqual(await only('forbidden_packages = ["node:*"]'), [
      'forbidden-package fs 3',
      'forbidden-package path 3',
    ]);
    assert.deepEqual(await only('forbidden_packages = ["fs", "@aws-sdk/*"]'), [
      'forbidden-package fs 3',
      'forbidden-package @aws-sdk/s3 3',
    ]);
    assert.deepEqual(await only('allowed_packages = ["react", "node:*"]'), [
      'package-not-allowed @aws-sdk/s3 3',
    ]);
    assert.deepEqual(await only('allowed_packages = ["node:fs"]\nforbidden_packages = ["*"]'), [
      'forbidden-package react 4',
      'forbidden-package path 4',
      'forbidden-package @aws-sdk/s3 4',
    ]);
    assert.deepEqual(await only('forbidden_packages = []\nallowed_packages = ["*"]'), []);
  });

  it('unowned files', async () => {
    const more = { 'z/loose.ts': "import '../b/x';\n" };
    assert.deepEqual(await rules(domain(''), more), []);
    assert.deepEqual(await rules(`unowned = "error"\n${domain('')}`, more), ['unowned  1']);
    const report = await lint(`unowned = "warn"\n${domain('')}`, { ...files, ...more });
    assert.deepEqual(
      [report.violations.length, report.warnings[0]?.file, report.unowned],
      [0, 'z/loose.ts', 1],
    );
  });

  it('generated files, unresolved by policy', async () => {
    const more = { 'a/f.ts': "import './made/client';\n" };
    assert.deepEqual(await rules(domain(''), more), ['unresolved  1']);
    const stated = `no_cycles = true\nunresolved = "error"\n${domain('')}`;
    assert.deepEqual(await rules(stated, more), ['unresolved  2']);
    assert.deepEqual(await rules(`generated = ["a/made"]\n${domain('')}`, more), []);
    assert.deepEqual(await rules(`unresolved = "allow"\n${domain('')}`, more), []);
  });

  it('a scope that matches nothing is an error, a dead pattern worth a word', async () => {
    const config = `${domain('allowed_imports = ["b/**", "gone/**", "a/inner/**"]')}[domains.c]\nscope = "c/**"\n`;
    const report = await lint(config, files);
    assert.deepEqual(
      report.violations.map(({ rule, line }) => [rule, line]),
      [['dead-scope', 8]],
    );
    assert.deepEqual(report.warnings.map(({ rule }) => rule).sort(), [
      'dead-pattern',
      'dead-pattern',
      'unreachable',
    ]);
  });
});
