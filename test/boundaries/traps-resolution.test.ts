import { describe } from 'node:test';
import { type Trap, traps } from './traps.ts';

const hit = ['forbidden-import b/x.ts'];
const json = (value: unknown) => JSON.stringify(value);

function from(
  name: string,
  specifier: string,
  files: Record<string, string>,
  expected: readonly string[] = hit,
): Trap {
  return [name, { 'a/f.ts': `import '${specifier}';\n`, ...files }, expected];
}

const workspaces = {
  'package.json': json({ workspaces: ['packages/*'] }),
  'packages/b/package.json': json({ name: '@x/b', main: 'dist/index.js' }),
  'packages/b/src/index.ts': '',
  'packages/b/src/deep.ts': '',
};
const inB = (exports: unknown) => ({
  ...workspaces,
  'packages/b/package.json': json({ name: '@x/b', exports }),
});
const config = `
[domains.a]
scope = "a/**"
forbidden_imports = ["b/**", "packages/b/**"]
[domains.b]
scope = ["b/**", "packages/b/**"]
`;

describe('traps: relative paths', () => {
  traps([
    from('extensionless', '../b/x', {}),
    from('.ts', '../b/x.ts', {}),
    from('.js for .ts', '../b/x.js', {}),
    from('.jsx for .tsx', '../b/y.jsx', { 'b/y.tsx': '' }, ['forbidden-import b/y.tsx']),
    from('.mjs for .mts', '../b/y.mjs', { 'b/y.mts': '' }, ['forbidden-import b/y.mts']),
    from('.cjs for .cts', '../b/y.cjs', { 'b/y.cts': '' }, ['forbidden-import b/y.cts']),
    from('.js that is there', '../b/y.js', { 'b/y.js': '' }, ['forbidden-import b/y.js']),
    from('.ts before .js', '../b/y.js', { 'b/y.js': '', 'b/y.ts': '' }, [
      'forbidden-import b/y.ts',
    ]),
    from('.d.ts', '../b/y', { 'b/y.d.ts': '' }, ['forbidden-import b/y.d.ts']),
    from('index of a folder', '../b', { 'b/index.ts': '' }, ['forbidden-import b/index.ts']),
    from('index with a slash', '../b/', { 'b/index.ts': '' }, ['forbidden-import b/index.ts']),
    from('a file before a folder', '../b/y', { 'b/y.ts': '', 'b/y/index.ts': '' }, [
      'forbidden-import b/y.ts',
    ]),
    from('a folder, by its slash', '../b/y/', { 'b/y.ts': '', 'b/y/index.ts': '' }, [
      'forbidden-import b/y/index.ts',
    ]),
    from(
      'main of a folder',
      '../b/y',
      { 'b/y/package.json': json({ main: './lib.js' }), 'b/y/lib.ts': '' },
      ['forbidden-import b/y/lib.ts'],
    ),
    from('a detour', './../b/./x', {}),
    from('a name with a dot', '../b/v1.2', { 'b/v1.2.ts': '' }, ['forbidden-import b/v1.2.ts']),
    from('unicode and blanks', '../b/ä ö', { 'b/ä ö.ts': '' }, ['forbidden-import b/ä ö.ts']),
    from('JSON', '../b/d.json', { 'b/d.json': '{}' }, ['forbidden-import b/d.json']),
    from('CSS', '../b/s.css', { 'b/s.css': '' }, ['forbidden-import b/s.css']),
    from('an image with a query', '../b/i.svg?react', { 'b/i.svg': '' }, [
      'forbidden-import b/i.svg',
    ]),
    from('?raw', '../b/x.ts?raw', {}),
    from('vue', '../b/C.vue', { 'b/C.vue': '' }, ['forbidden-import b/C.vue']),
    from('another case is another file', '../b/X', {}, ['unresolved']),
    from('nothing there', '../b/gone', {}, ['unresolved']),
    from('a folder without index', '../b', {}, ['unresolved']),
    from('out of the repository', '../../elsewhere', {}, ['unresolved']),
    from('a linked folder', './link/x', { 'a/link': '-> ../b' }),
    from('a linked file', './link', { 'a/link.ts': '-> ../b/x.ts' }),
    from('a chain of links', './one/x', { 'a/one': '-> two', 'a/two': '-> ../b' }),
    from('a circle of links', './one/x', { 'a/one': '-> two', 'a/two': '-> one' }, ['unresolved']),
    from('a URL', 'https://esm.sh/react', {}, []),
    from('a virtual module', 'virtual:pwa', {}, []),
    from('own scope', './_', {}, []),
  ]);
});

describe('traps: tsconfig', () => {
  const paths = (map: Record<string, string[]>, more: object = {}) => ({
    'tsconfig.json': json({ compilerOptions: { paths: map, ...more } }),
  });
  traps([
    from('paths with a star', '@b/x', paths({ '@b/*': ['./b/*'] })),
    from('paths, exact', '@b', paths({ '@b': ['b/x.ts'] })),
    from(
      'the exact one wins over the star',
      '@b/y',
      { ...paths({ '@b/*': ['b/*'], '@b/y': ['a/_.ts'] }), 'b/y.ts': '' },
      [],
    ),
    from('the longer prefix wins', '@/b/x', paths({ '@/*': ['a/*'], '@/b/*': ['b/*'] })),
    from('fallbacks in order', '@/x', paths({ '@/*': ['a/*', 'b/*'] })),
    from('the first that is there', '@/_', paths({ '@/*': ['a/*', 'b/*'] }), []),
    from('a star with a tail', 'x.mod', paths({ '*.mod': ['b/*.ts'] })),
    from('paths with .js for .ts', '@b/x.js', paths({ '@b/*': ['b/*'] })),
    from('promised and not there', '@b/gone', paths({ '@b/*': ['b/*'] }), ['unresolved']),
    from('baseUrl', 'b/x', { 'tsconfig.json': json({ compilerOptions: { baseUrl: '.' } }) }),
    from('paths below baseUrl', '@/x', paths({ '@/*': ['./*'] }, { baseUrl: './b' })),
    from('the nearest tsconfig counts', '@/x', {
      ...paths({ '@/*': ['a/*'] }),
      'a/tsconfig.json': json({ compilerOptions: { paths: { '@/*': ['../b/*'] } } }),
    }),
    from(
      'a nearer one without paths shadows',
      '@/x',
      { ...paths({ '@/*': ['b/*'] }), 'a/tsconfig.json': '{}' },
      [],
    ),
    from('extends', '@/x', {
      'base.json': json({ compilerOptions: { paths: { '@/*': ['./b/*'] } } }),
      'a/tsconfig.json': json({ extends: '../base' }),
    }),
    from('extends a list: the last wins', '@/x', {
      'one.json': json({ compilerOptions: { paths: { '@/*': ['a/*'] } } }),
      'two.json': json({ compilerOptions: { paths: { '@/*': ['b/*'] } } }),
      'tsconfig.json': json({ extends: ['./one.json', './two.json'] }),
    }),
    from('a chain of extends', '@/x', {
      'z/c.json': json({ compilerOptions: { paths: { '@/*': ['../b/*'] } } }),
      'z/d.json': json({ extends: './c.json' }),
      'tsconfig.json': json({ extends: './z/d.json' }),
    }),
    from('a circle of extends', '../b/x', {
      'tsconfig.json': json({ extends: './other.json' }),
      'other.json': json({ extends: './tsconfig.json' }),
    }),
    from('extends a package that is not there', '../b/x', {
      'tsconfig.json': json({ extends: '@tsconfig/node20' }),
    }),
    from('the variable configDir', '@/x', {
      'z/base.json': json({
        compilerOptions: { paths: { '@/*': ['$'.concat('{configDir}/b/*')] } },
      }),
      'tsconfig.json': json({ extends: './z/base.json' }),
    }),
    from('comments and trailing commas', '@/x', {
      'tsconfig.json': '// c\n{"compilerOptions": {"paths": {"@/*": ["b/*",],}, /* "x" */},}',
    }),
    from(
      'a broken tsconfig',
      './_',
      { 'tsconfig.json': '{"compilerOptions": ', 'a/g.ts': "import '@/x';\n" },
      ['syntax'],
    ),
    from('a solution with references', '@/x', {
      'tsconfig.json': json({ files: [], references: [{ path: './tsconfig.app.json' }] }),
      'tsconfig.app.json': json({ compilerOptions: { paths: { '@/*': ['b/*'] } }, include: ['a'] }),
    }),
    from('references choose by include', '@/x', {
      'tsconfig.json': json({
        files: [],
        references: [{ path: './t1.json' }, { path: './t2.json' }],
      }),
      't1.json': json({ compilerOptions: { paths: { '@/*': ['a/*'] } }, include: ['z/**/*'] }),
      't2.json': json({ compilerOptions: { paths: { '@/*': ['b/*'] } }, include: ['a/**/*'] }),
    }),
    from(
      'rootDirs',
      './g',
      { 'tsconfig.json': json({ compilerOptions: { rootDirs: ['a', 'b'] } }), 'b/g.ts': '' },
      ['forbidden-import b/g.ts'],
    ),
    from(
      'moduleSuffixes',
      '../b/y',
      {
        'tsconfig.json': json({ compilerOptions: { moduleSuffixes: ['.ios', ''] } }),
        'b/y.ios.ts': '',
        'b/y.ts': '',
      },
      ['forbidden-import b/y.ios.ts'],
    ),
    from(
      'node10 looks for types first',
      '../b/y',
      {
        'tsconfig.json': json({ compilerOptions: { moduleResolution: 'node10' } }),
        'b/y.js': '',
        'b/y/index.ts': '',
      },
      ['forbidden-import b/y/index.ts'],
    ),
    from('jsconfig', '@/x', {
      'jsconfig.json': json({ compilerOptions: { paths: { '@/*': ['./b/*'] } } }),
    }),
  ]);
});

describe('traps: packages', () => {
  traps(
    [
      from('#imports', '#b', { 'package.json': json({ imports: { '#b': './b/x.ts' } }) }),
      from('#imports with a star', '#in/x', {
        'package.json': json({ imports: { '#in/*': './b/*.ts' } }),
      }),
      from('#imports with conditions', '#b', {
        'package.json': json({ imports: { '#b': { node: './b/x.js', default: './a/_.ts' } } }),
      }),
      from('#imports that lead nowhere', '#gone', { 'package.json': json({ imports: {} }) }, [
        'unresolved',
      ]),
      from('self reference', 'me/x', {
        'package.json': json({ name: 'me', exports: { './x': './b/x.ts' } }),
      }),
      from('self reference needs exports', 'me/x', { 'package.json': json({ name: 'me' }) }, []),
      from('a workspace, not built', '@x/b', workspaces, [
        'forbidden-import packages/b/src/index.ts',
      ]),
      from('deep into a workspace', '@x/b/src/deep', workspaces, [
        'forbidden-import packages/b/src/deep.ts',
      ]),
      from('deep, as it is built', '@x/b/dist/deep.js', workspaces, [
        'forbidden-import packages/b/src/deep.ts',
      ]),
      from('nothing deep there', '@x/b/gone', workspaces, ['unresolved']),
      from('exports, one', '@x/b', inB('./src/index.ts'), [
        'forbidden-import packages/b/src/index.ts',
      ]),
      from(
        'exports, conditions',
        '@x/b',
        inB({ '.': { types: './dist/index.d.ts', import: './dist/index.mjs' } }),
        ['forbidden-import packages/b/src/index.ts'],
      ),
      from('exports, subpath', '@x/b/deep', inB({ './deep': './dist/deep.js' }), [
        'forbidden-import packages/b/src/deep.ts',
      ]),
      from('exports, star', '@x/b/f/deep', inB({ './f/*': './src/*.ts' }), [
        'forbidden-import packages/b/src/deep.ts',
      ]),
      from('exports, refused', '@x/b/secret', inB({ '.': './src/index.ts' }), ['unresolved']),
      from('exports, null', '@x/b/deep', inB({ './*': './src/*.ts', './deep': null }), [
        'unresolved',
      ]),
      from(
        'exports, import and require differ',
        '@x/b',
        inB({ '.': { import: './src/index.ts', require: './src/deep.ts' } }),
        ['forbidden-import packages/b/src/index.ts'],
      ),
      [
        'exports, by require',
        {
          ...inB({ '.': { import: './src/index.ts', require: './src/deep.ts' } }),
          'a/f.ts': "require('@x/b');\n",
        },
        ['forbidden-import packages/b/src/deep.ts'],
      ],
      from(
        'a workspace by a link in node_modules',
        '@x/b',
        {
          'packages/b/package.json': workspaces['packages/b/package.json'],
          'packages/b/src/index.ts': '',
          'node_modules/@x/b': '-> ../../packages/b',
        },
        ['forbidden-import packages/b/src/index.ts'],
      ),
      from(
        'pnpm workspaces',
        '@x/b',
        {
          ...workspaces,
          'package.json': '{}',
          'pnpm-workspace.yaml': "packages:\n  # ours\n  - 'packages/*'\n",
        },
        ['forbidden-import packages/b/src/index.ts'],
      ),
      from(
        'lerna',
        '@x/b',
        { ...workspaces, 'package.json': '{}', 'lerna.json': json({ packages: ['packages/*'] }) },
        ['forbidden-import packages/b/src/index.ts'],
      ),
      from(
        'a package of that name that is no workspace',
        '@x/b',
        { ...workspaces, 'package.json': '{}' },
        [],
      ),
      from(
        'file: dependency',
        'bee',
        { ...workspaces, 'package.json': json({ dependencies: { bee: 'file:packages/b' } }) },
        ['forbidden-import packages/b/src/index.ts'],
      ),
      from(
        'outDir of a tsconfig',
        '@x/b',
        {
          ...workspaces,
          'packages/b/package.json': json({ name: '@x/b', main: 'made/main.js' }),
          'packages/b/tsconfig.json': json({
            compilerOptions: { outDir: 'made', rootDir: 'code' },
          }),
          'packages/b/code/main.ts': '',
        },
        ['forbidden-import packages/b/code/main.ts'],
      ),
      from(
        'a workspace without sources',
        '@x/b',
        {
          'package.json': workspaces['package.json'],
          'packages/b/package.json': json({ name: '@x/b' }),
        },
        ['forbidden-import packages/b/package.json'],
      ),
      from('a builtin', 'node:fs', {}, []),
      from('a package from outside', 'react', {}, []),
    ],
    config,
  );
});
