import { describe } from 'node:test';
import { type Trap, traps } from './traps.ts';

const python = `
[domains.a]
scope = "app/a/**"
forbidden_imports = ["app/b/**"]
[domains.b]
scope = "app/b/**"
`;
const pythonBase = {
  'app/__init__.py': '',
  'app/a/__init__.py': '',
  'app/b/__init__.py': '',
  'app/b/x.py': 'y = 1\n',
};
const py = (
  name: string,
  code: string,
  expected: readonly string[],
  more: Record<string, string> = {},
): Trap => [name, { 'app/a/f.py': code, ...more }, expected];
const x = ['forbidden-import app/b/x.py'];
const b = ['forbidden-import app/b/__init__.py'];

describe('traps: Python', () => {
  traps(
    [
      py('import', 'import app.b.x\n', x),
      py('import as', 'import app.b.x as z\n', x),
      py('a list of imports', 'import os, app.b.x\n', x),
      py('from a module', 'from app.b.x import y\n', x),
      py('from a package, a module', 'from app.b import x\n', x),
      py('from a package, a name', 'from app.b import name\n', b),
      py('from a package, all', 'from app.b import *\n', b),
      py('relative', 'from ..b.x import y\n', x),
      py('relative, a module', 'from ..b import x\n', x),
      py('relative, two up', 'from .. import b\n', b),
      py('relative, own package', 'from . import f\n', []),
      py('relative, above the top', 'from ....... import z\n', ['unresolved']),
      py('relative, nothing there', 'from .gone import z\n', ['unresolved']),
      py('absolute, nothing there', 'import app.gone\n', ['unresolved']),
      py('in parentheses, over lines', 'from app.b import (  # why\n    x,\n)\n', x),
      py('continued by a backslash', 'from app.b \\\n    import x\n', x),
      py('in a function', 'def f():\n    from app.b import x\n', x),
      py('behind a semicolon', 'import os; import app.b.x\n', x),
      py('TYPE_CHECKING', 'if TYPE_CHECKING:\n    from app.b import x\n', x),
      py('importlib', "importlib.import_module('app.b.x')\n", x),
      py('__import__', "__import__('app.b.x')\n", x),
      py('importlib of a formatted text is not known', "import_module(f'app.b.{n}')\n", []),
      py('importlib of a sum is not known', "import_module('app.' + n)\n", []),
      py('in a string', 's = "import app.b.x"\n', []),
      py('in a docstring', '"""\nimport app.b.x\n"""\n', []),
      py('in a comment', '# import app.b.x\n', []),
      py('the standard library', 'import os.path, json\nfrom __future__ import annotations\n', []),
      py('a package from outside', 'import numpy as np\n', []),
      py(
        'a namespace package',
        'from space.mod import y\n',
        ['forbidden-import app/b/space/mod.py'],
        { 'pyproject.toml': '', 'app/b/pyproject.toml': '', 'app/b/space/mod.py': '' },
      ),
      py('a stub file', 'from app.b import s\n', ['forbidden-import app/b/s.pyi'], {
        'app/b/s.pyi': '',
      }),
      py('an exception', '# comm-node-allow: until June\nfrom app.b import x\n', []),
      py('a broken file that reaches out', 'from app.b import x\ndef (\n', [...x, 'syntax']),
    ],
    python,
    pythonBase,
  );
  traps(
    [
      [
        'types may cross',
        { 'app/a/f.py': 'if TYPE_CHECKING:\n    from app.b import x\nfrom app.b import x\n' },
        x,
      ],
      [
        'typing.TYPE_CHECKING',
        { 'app/a/f.py': 'if typing.TYPE_CHECKING:\n    from app.b import x\n' },
        [],
      ],
      [
        'the else of TYPE_CHECKING',
        { 'app/a/f.py': 'if TYPE_CHECKING:\n    pass\nelse:\n    from app.b import x\n' },
        x,
      ],
    ],
    python.replace('forbidden', 'type_imports = "allow"\nforbidden'),
    pythonBase,
  );
});

const go = `
[domains.a]
scope = "a/**"
forbidden_imports = ["b/**", "other/b/**"]
[domains.b]
scope = ["b/**", "other/b/**"]
`;
const goBase = {
  'go.mod': 'module example.com/me\n\ngo 1.22\n',
  'a/_.go': 'package a\n',
  'b/b.go': 'package b\n',
};
const g = (
  name: string,
  code: string,
  expected: readonly string[],
  more: Record<string, string> = {},
): Trap => [name, { 'a/f.go': `package a\n\n${code}`, ...more }, expected];
const goHit = ['forbidden-import b/b.go'];

describe('traps: Go', () => {
  traps(
    [
      g('one', 'import "example.com/me/b"\n', goHit),
      g('a group', 'import (\n\t"fmt"\n\t"example.com/me/b"\n)\n', goHit),
      g('renamed', 'import z "example.com/me/b"\n', goHit),
      g('blank', 'import _ "example.com/me/b"\n', goHit),
      g('dot', 'import . "example.com/me/b"\n', goHit),
      g('raw string', 'import `example.com/me/b`\n', goHit),
      g(
        'behind a comment with quotes',
        '// "it\'s\nimport (\n\t// don\'t "\n\t"example.com/me/b" // why )\n)\n',
        goHit,
      ),
      g('in a comment', '// import "example.com/me/b"\n', []),
      g('in a string', 'var s = "import \\"example.com/me/b\\""\n', []),
      g('a build tag', 'import "example.com/me/b"\n', goHit, {
        'a/g_windows.go': '//go:build windows\n\npackage a\n',
      }),
      g('nothing there', 'import "example.com/me/gone"\n', ['unresolved']),
      g('the standard library', 'import "net/http"\n', []),
      g('from outside', 'import "github.com/x/y"\n', []),
      g('a name that only begins like ours', 'import "example.com/meow/b"\n', []),
      g('replace', 'import "example.com/other/b"\n', ['forbidden-import other/b/o.go'], {
        'go.mod': 'module example.com/me\n\nreplace example.com/other => ./other\n',
        'other/go.mod': 'module example.com/other\n',
        'other/b/o.go': 'package b\n',
      }),
      g('go.work', 'import "example.com/other/b"\n', ['forbidden-import other/b/o.go'], {
        'go.work': 'go 1.22\n\nuse (\n\t.\n\t./other\n)\n',
        'other/go.mod': 'module example.com/other\n',
        'other/b/o.go': 'package b\n',
      }),
      g('internal to another', 'import "example.com/me/c/internal/d"\n', ['unresolved'], {
        'c/internal/d/d.go': 'package d\n',
      }),
      g('C', 'import "C"\n', []),
      g('an exception', '// comm-node-allow: legacy\nimport "example.com/me/b"\n', []),
    ],
    go,
    goBase,
  );
});

const rust = `
[domains.a]
scope = "src/a/**"
forbidden_imports = ["src/b/**", "src/b.rs", "crates/**"]
[domains.b]
scope = ["src/b/**", "src/b.rs", "crates/**"]
`;
const rustBase = {
  'Cargo.toml':
    '[package]\nname = "me"\n[dependencies]\nserde = "1"\nmy-crate = { path = "crates/my" }\n',
  'src/lib.rs': 'mod a;\nmod b;\n',
  'src/a/mod.rs': 'mod f;\n',
  'src/b/mod.rs': 'pub mod x;\n',
  'src/b/x.rs': 'pub fn y() {}\n',
  'crates/my/Cargo.toml': '[package]\nname = "my-crate"\n',
  'crates/my/src/lib.rs': 'pub mod deep;\n',
  'crates/my/src/deep.rs': '',
};
const r = (
  name: string,
  code: string,
  expected: readonly string[],
  more: Record<string, string> = {},
): Trap => [name, { 'src/a/f.rs': code, ...more }, expected];
const rx = ['forbidden-import src/b/x.rs'];
const rb = ['forbidden-import src/b/mod.rs'];

describe('traps: Rust', () => {
  traps(
    [
      r('use crate', 'use crate::b::x::y;\n', rx),
      r('use a module', 'use crate::b;\n', rb),
      r('use a tree', 'use crate::{a, b::{self, x::y}};\n', [...rb, ...rx]),
      r('use all', 'use crate::b::x::*;\n', rx),
      r('use as', 'use crate::b::x as z;\n', rx),
      r('super', 'use super::super::b::x;\n', rx),
      r('self stays', 'use self::inner::T;\nmod inner { pub struct T; }\n', []),
      r('super in an inline module stays', 'mod tests {\n    use super::*;\n}\n', []),
      r(
        'super out of an inline module',
        'mod tests {\n    use super::super::super::b::x;\n}\n',
        rx,
      ),
      r('pub use', 'pub use crate::b::x::y;\n', rx),
      r('a path in code', 'fn f() { crate::b::x::y(); }\n', rx),
      r('a path in a type', 'fn f(t: crate::b::x::T) {}\n', rx),
      r('a path in a generic argument', 'fn f(t: Vec<crate::b::x::T>) {}\n', rx),
      r('a path in a macro', 'fn f() { println!("{}", crate::b::x::y()); }\n', rx),
      r('a path in an attribute is text', '#[doc = "crate::b::x::y"]\nfn f() {}\n', []),
      r('in a comment', '// use crate::b::x;\n/* crate::b::x::y() */\n', []),
      r('in a string', 'const S: &str = "crate::b::x::y";\n', []),
      r('a comment in a use', 'use crate::{ // ; {\n    b::x, /* } */\n};\n', rx),
      r('the crate by its own name', 'use my_crate::deep::z;\n', [
        'forbidden-import crates/my/src/deep.rs',
      ]),
      r('extern crate', 'extern crate my_crate;\n', ['forbidden-import crates/my/src/lib.rs']),
      r(
        'a renamed dependency',
        'use other::deep::z;\n',
        ['forbidden-import crates/my/src/deep.rs'],
        {
          'Cargo.toml':
            '[package]\nname = "me"\n[dependencies]\nother = { package = "my-crate", path = "crates/my" }\n',
        },
      ),
      r('cfg(test)', '#[cfg(test)]\nmod t {\n    use crate::b::x;\n}\n', rx),
      r('mod with a file', 'mod g;\n', [], { 'src/a/f/g.rs': '' }),
      r('mod without a file', 'mod gone;\n', ['unresolved']),
      r('mod with a path', '#[path = "../b/x.rs"]\nmod z;\n', rx),
      r('include', 'include!("../b/x.rs");\n', rx),
      r('std', 'use std::collections::HashMap;\n', []),
      r('a crate from outside', 'use serde::Serialize;\n', []),
      r('a type is no module', 'fn f() { String::from("x"); }\n', []),
      r('the style of 2018', 'use crate::b::z;\n', ['forbidden-import src/b.rs'], {
        'src/b.rs': '',
      }),
      r('a raw name', 'use crate::b::r#type::T;\n', ['forbidden-import src/b/type.rs'], {
        'src/b/type.rs': '',
      }),
      r('an exception', '// comm-node-allow: split later\nuse crate::b::x;\n', []),
    ],
    rust,
    rustBase,
  );
});
