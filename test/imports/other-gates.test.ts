// The gates of Python, Rust and Go against their grammars: in odd layouts, and on sources
// that no one here wrote.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { gates } from '../../src/imports/gates.ts';
import type { Parser } from '../../src/imports/import.ts';
import type { Language } from '../../src/imports/languages.ts';
import { Parsers } from '../../src/sources/parsers.ts';

const parsers = new Parsers(undefined);
const runs = Number(process.env['FC_RUNS'] ?? 3000);
let parse: Record<'python' | 'rust' | 'go', Parser>;

before(async () => {
  const [python, rust, go] = await Promise.all(
    (['python', 'rust', 'go'] as const).map((language) => parsers.of(language)),
  );
  assert.ok(python && rust && go);
  parse = { python, rust, go };
});

/**
 * What the parser finds and the gate does not; empty is sound. What a grammar makes of text
 * that does not parse is a guess, and never judged unless the gate suspects the file.
 */
function missed(language: 'python' | 'rust' | 'go', text: string): string[] {
  const { lookups, opaque } = gates[language](`a.${language}`, text);
  const { imports, faults } = parse[language](`a.${language}`, text);
  if (opaque || faults.length > 0) return [];
  const seen = new Set(lookups);
  return imports.flatMap(({ lookup }) => (seen.has(lookup) ? [] : [lookup]));
}

function sound(language: 'python' | 'rust' | 'go', parts: fc.Arbitrary<string>): number {
  let found = 0;
  fc.assert(
    fc.property(fc.array(parts, { minLength: 1, maxLength: 7 }), (all) => {
      const text = all.join('');
      const { imports, faults } = parse[language](`a.${language}`, text);
      if (faults.length === 0) found += imports.length;
      assert.deepEqual(missed(language, text), [], text);
    }),
    { numRuns: runs },
  );
  return found;
}

// Mostly imports: noise breaks most texts it stands in, and then nothing is compared.
const mess = (form: fc.Arbitrary<string>, noise: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 5, arbitrary: form }, { weight: 1, arbitrary: noise });

const or = (...texts: string[]) => fc.constantFrom(...texts);

describe('the gate of Python', () => {
  const blank = or(' ', '\t', '  ', ' \\\n', '\\\r\n ', ' \f');
  const inside = or('', ' ', '\n', '\r\n', ' # it\'s "so", x)\n', '\\\n');
  const name = or('a', 'b.c', 'os.path', '_x', 'ünï', 'cafe\u0301', 'a.b.c.d', 'import_me', 'x1');
  const part = or('a', '_x', 'ünï', 'cafe\u0301', 'from_x', 'x1', 'type', 'match');
  const from = or('a', '.', '..', '...', '.a', '..a.b', '. a', '.\\\na', 'ü.b', '. . .a');
  const form = fc
    .tuple(blank, inside, name, part, from, fc.tuple(name, part))
    .chain(([b, i, n, p, f, [m, q]]) =>
      or(
        `import${b}${n}\n`,
        `import${b}${n}${b}as${b}${p},${b}${m}\n`,
        `import${b}${n},${m} # ${p}\n`,
        `from${b}${f}${b}import${b}${p}\n`,
        `from${b}${f}${b}import${b}${p}${b}as${b}${q},${q}\n`,
        `from${b}${f}${b}import${b}*\n`,
        `from${b}${f}${b}import${b}(${i}${p}${i})\n`,
        `from${b}${f}${b}import${b}(${i}${p}${i} as ${q}${i},${i}${q}${i},${i})\n`,
        `from ${f} import(${i}${p},${q})\n`,
        `x = 1; import${b}${n}; from ${f} import ${p}\n`,
        `try: import${b}${n}\nexcept: pass\n`,
        `if TYPE_CHECKING:\n\timport${b}${n}\n`,
        `def f():\n  from${b}${f} import ${p}\n  return ${p}\n`,
        `importlib.import_module('${m}')\n`,
        `import_module(${i}"${m}"${i})\n`,
        `importlib . import_module('''${m}''')\n`,
        `__import__(r"${m}", 'x')\n`,
        `''r"x"; import_module(f"${m}")\n`,
        `class C: import ${n}\n`,
        `async def g():\n await h; import${b}${n}\n`,
        `match x:\n case 1: import ${n}\n`,
        `print("import ${n}")\n`,
        `"""\nfrom ${f} import ${p}\n"""\n`,
      ),
    );
  const noise = or(
    '# don\'t "import" (this\n',
    "s = 'it'\n",
    's = "\'"\n',
    '"""\n',
    "'''\n",
    's = "\\\n"\n',
    '(\n',
    ')\n',
    'if a:\n  pass\n',
    '\uFEFF',
    "f'{x!r:>{w}}'\n",
    '#!shebang\n',
    '<<<<<<< ours\n',
    "'",
    '"',
    '\r\n',
    '@d\n',
    'x = \'\'r"y"\n',
  );

  it('sees everything the grammar sees, in any mess of code', () => {
    assert.ok(sound('python', mess(form, noise)) > runs, 'imports were there to be seen');
  });
});

describe('the gate of Rust', () => {
  const blank = or(
    ' ',
    '\n',
    '\t',
    '/* c */',
    '/* a::b */',
    '// x::y\n',
    ' // it\'s "\n',
    '/* " */',
  );
  const more = or('', ' ', '\n', '/* c */', '// c\n', '/* /* n */ m::n */');
  const name = or('a', 'b_c', 'r#type', 'ünï', '_x', 'std', 'core1');
  const head = or('crate', 'self', 'super', 'super::super', 'self::super', 'a', 'r#async', '::a');
  const form = fc
    .tuple(blank, more, name, name, head, or('', 'pub ', 'pub(crate) ', 'pub(in crate::a) '))
    .chain(([b, m, n, o, h, p]) =>
      or(
        `${p}use${b}${h}${m}::${m}${n};\n`,
        `${p}use${b}${h}::{${m}${n}${m},${m}${o}::{self,${m}${n} as ${o}}${m}};\n`,
        `${p}use${b}${h}::${n}::*;\n`,
        `use ${h}::{${n}, *};\n`,
        `use {${h}::${n}, ${o}};\n`,
        `use ${h}::${n} as _;\n`,
        `${p}mod${b}${n}${m};\n`,
        `${p}mod${b}${n}${m}{${m}use ${h}::${o}; }\n`,
        `mod ${n} { mod ${o} { use ${h}::${n}; fn f() { ${h}::${o}::g(); } } }\n`,
        `#[path = "x.rs"]\n${p}mod ${n};\n`,
        `#[cfg(test)] ${p}mod${b}${n};\n`,
        `extern${b}crate${b}${n};\n`,
        `extern crate ${n} as ${o};\n`,
        `fn f() { ${h}${m}::${m}${n}::${o}(); }\n`,
        `fn g(x: ${h}::${n}<${o}::X>) -> Box<dyn ${n}::T> { x }\n`,
        `impl ${h}::${n} for <${o}::A as ${n}::B>::C {}\n`,
        `let x = ${h}::${n}::<${o}::T>::new();\n`,
        `println!("{}", ${h}${m}::${n});\n`,
        `vec![${h}::${n}, ${o}::C]; lazy! { static ref X: ${h}::${n} = 1; }\n`,
        `include!("${n}.rs"); include_str!${m}("../x.txt");\n`,
        `#[derive(${n}::D)] struct S;\n`,
        `macro_rules! m { ($x:ty) => { ${h}::${n}::$x } }\n`,
        `type T<'a> = &'a ${h}::${n};\n`,
        `pub(in crate::${n}) fn v() {}\n`,
      ),
    );
  const noise = or(
    'let s = "/*";\n',
    'let s = "*/";\n',
    'let s = "//";\n',
    "let c = '\"';\n",
    "let c = '/';\n",
    'let r = r#"a " b"#;\n',
    "fn l<'a>(x: &'a str) {}\n",
    '/* open\n',
    '*/\n',
    '{\n',
    '}\n',
    '"',
    '#![allow(x)]\n',
    '/// doc a::b\n',
    '\uFEFF',
    '\r\n',
  );

  it('sees everything the grammar sees, in any mess of code', () => {
    assert.ok(sound('rust', mess(form, noise)) > runs, 'imports were there to be seen');
  });
});

describe('the gate of Go', () => {
  const blank = or(
    '',
    ' ',
    '\n',
    '\t',
    '/* c */',
    '// c\n',
    '/* " */',
    '// "x")\n',
    '/* import ( */',
  );
  const path = or('"a"', '`a/b`', '"x.y/z-1"', '"a b"', '"a\\x62"', '"ünï"', '"import"', '"./r"');
  const form = fc
    .tuple(blank, blank, path, path, or('', '_ ', '. ', 'n '))
    .chain(([b, c, p, q, n]) =>
      or(
        `import${b || ' '}${n}${p}\n`,
        `import${b}(${c}${n}${p}${c})\n`,
        `import (\n\t${n}${p} // "x")\n\t${q}\n)\n`,
        `import (\n${b}${n}${p}\n${c}${q}\n${b})\n`,
        `import(${n}${p};${q});\n`,
        `import ()\n`,
        `import ${p};import ${q}\n`,
        `import (\n\t/* ) */ ${p}\n\t${q}\n)\n`,
        `import (\n\t// ${p}\n\t${q} // )\n\t${p}\n)\n`,
        `// import (\n`,
        `/* import "c" */\n`,
      ),
    );
  const noise = or(
    'package main\n',
    'package p // it\'s "so"\n',
    '//go:build linux\n',
    'var s = "import"\n',
    "var r = '\"'\n",
    'var t = `\n)\n`\n',
    'func main() {}\n',
    '"',
    '`',
    '/* open\n',
    '*/\n',
    ')\n',
    '\uFEFF',
    '\r\n',
  );

  it('sees everything the grammar sees, in any mess of code', () => {
    assert.ok(sound('go', mess(form, noise)) > runs, 'imports were there to be seen');
  });
});

it('text nested beyond what the stack holds does not parse, and ends nothing', () => {
  const text = `use crate::a;\nfn f() { ${'if x {'.repeat(20_000)}${'}'.repeat(20_000)} }\n`;
  const { faults } = parse.rust('a.rs', text);
  assert.match(faults[0]?.message ?? '', /nested too deeply/);
});

/** Sources that no one here wrote, where this machine has them. */
const places: Readonly<Record<'python' | 'rust' | 'go', () => readonly string[]>> = {
  python: () => [
    // npm carries a build tool written in Python.
    join(dirname(dirname(process.execPath)), 'lib/node_modules/npm/node_modules/node-gyp/gyp'),
    ...said('python3', '-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'),
  ],
  rust: () => [
    ...said('rustc', '--print', 'sysroot').map((root) => join(root, 'lib/rustlib/src')),
    ...['/usr/lib/rustlib/src', '/usr/src'],
  ],
  go: () => [
    ...said('go', 'env', 'GOROOT').map((root) => join(root, 'src')),
    ...['/usr/lib/go/src', '/usr/share/go/src', '/usr/local/go/src'],
    ...folders('/usr/share').filter((path) => /\/go-[\d.]+$/.test(path)),
  ],
};

function said(program: string, ...args: string[]): readonly string[] {
  try {
    return [execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' }).trim()];
  } catch {
    return [];
  }
}

function folders(path: string): readonly string[] {
  try {
    return readdirSync(path).map((name) => join(path, name));
  } catch {
    return [];
  }
}

/** At most this many files of a language: the grammars read a hundred in a second or two. */
const MOST = Number(process.env['GATE_FILES'] ?? 300);

function sources(roots: readonly string[], extension: string): readonly string[] {
  const files = roots.flatMap((root) => {
    try {
      return readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
        .map((entry) => join(entry.parentPath, entry.name));
    } catch {
      return [];
    }
  });
  const step = Math.max(1, files.length / MOST);
  return Array.from({ length: Math.min(files.length, MOST) }, (_, at) => {
    return files[Math.floor(at * step)] ?? '';
  });
}

describe('on sources that no one here wrote', () => {
  const extensions: Readonly<Record<'python' | 'rust' | 'go', string>> = {
    python: '.py',
    rust: '.rs',
    go: '.go',
  };
  for (const language of ['python', 'rust', 'go'] as const satisfies readonly Language[]) {
    it(`the gate of ${language} sees all that the grammar sees`, (t) => {
      const files = sources(places[language](), extensions[language]);
      if (files.length === 0) {
        t.skip(`this machine has no ${language} sources: THE GATE IS NOT HELD BY ANY`);
        return;
      }
      let imports = 0;
      for (const file of files) {
        const text = readFileSync(file, 'utf8');
        // Machine-made tables of megabytes hold no imports worth the wait.
        if (text.length > 400_000) continue;
        imports += parse[language](file, text).imports.length;
        assert.deepEqual(missed(language, text), [], file);
      }
      t.diagnostic(`${files.length} files, ${imports} imports`);
    });
  }
});
