// Bundles src/ into dist/: one small entry and a chunk for each verb, so that a
// command reads and compiles only what it uses. The libraries' licences go along.
// The chunks are CommonJS: Node loads an ES module with a second loader, which alone costs
// a quarter of an empty process, and each chunk three times what `require` costs.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transformSync } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: ['src/bin.ts'],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  metafile: true,
  write: false,
  legalComments: 'none',
  define: { 'process.env.COMM_NODE_VERSION': JSON.stringify(version) },
  plugins: [
    { name: 'yargs-parser-only', setup: withoutYargsPlatform },
    { name: 'carried-compiler', setup: withCarriedCompiler },
    { name: 'no-functions-in-yaml', setup: withoutFunctionsInYaml },
  ],
  logLevel: 'warning',
});
const chunks = result.outputFiles.map(({ path, text }) => ({
  // The loader takes the name that people start.
  path: path.endsWith('/bin.js') ? join(dist, 'main.js') : path,
  code: toCommonJs(text.replace(/^#!.*\n/, '')),
}));
mkdirSync(dist);
for (const { path, code } of chunks) writeFileSync(path, code);
writeFileSync(join(dist, 'bin.js'), loader(chunks), { mode: 0o755 });
writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices(Object.keys(result.metafile.inputs)));

/** esbuild splits ES modules only; so each chunk is turned over after it was cut. */
function toCommonJs(text) {
  const options = {
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    // `import()` would wake the other loader again.
    supported: { 'dynamic-import': false },
  };
  const turned = transformSync(text, {
    ...options,
    format: 'cjs',
    define: { 'import.meta.url': 'commNodeUrl', 'import.meta.filename': '__filename' },
  });
  const { code } = transformSync(requireLate(turned.code), {
    ...options,
    minifySyntax: true,
    minifyWhitespace: true,
  });
  const plain = toAscii(code);
  if (!plain.includes('commNodeUrl')) return plain;
  return `const commNodeUrl=require('node:url').pathToFileURL(__filename).href;${plain}`;
}

/** The loader reads chunks byte by byte. esbuild escapes texts, but not what stands in regular expressions. */
function toAscii(code) {
  if (/\\[^\0-\x7f]/.test(code)) throw new Error('a backslash before a letter beyond ASCII');
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `src/loader.ts` as one script, which knows of which build it is. */
function loader(chunks) {
  const build = createHash('sha256');
  for (const { path, code } of chunks) build.update(path).update(code);
  const { code } = transformSync(readFileSync(join(root, 'src/loader.ts'), 'utf8'), {
    loader: 'ts',
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    minifyWhitespace: true,
    define: {
      'import.meta.dirname': '__dirname',
      'process.env.COMM_NODE_BUILD': JSON.stringify(build.digest('hex').slice(0, 12)),
    },
  });
  return code;
}

/**
 * What a chunk imports is loaded when it is first used, not when the chunk is: most runs of a
 * verb use neither `node:crypto` nor `node:child_process`, and each costs 5 ms and more.
 * No module of ours does anything by being loaded, so the order does not matter.
 */
function requireLate(code) {
  const names = new Set();
  const late = code
    .replace(/^var (import_\w+) = (.*require\("[^"]+"\).*);$/gm, (_, name, value) => {
      names.add(name);
      return `let ${name}_; const ${name} = () => ${name}_ ??= ${value};`;
    })
    .replace(/^require\("\.\/[^"]+"\);$/gm, '');
  return late.replace(/\bimport_\w+(?=\.)/g, (name) => (names.has(name) ? `(${name}())` : name));
}

/**
 * `yargs/helpers` also loads what only whole yargs needs (terminal layout, locales read from disk):
 * measured, 60 ms of 85. We use its parser, so that part is left out.
 */
function withoutYargsPlatform(build) {
  let met = false;
  build.onResolve({ filter: /platform-shims\/esm\.mjs$/ }, () => {
    met = true;
    return { path: 'none', namespace: 'yargs-platform', sideEffects: false };
  });
  build.onLoad({ filter: /./, namespace: 'yargs-platform' }, () => ({
    contents: 'export default {};',
  }));
  build.onEnd(({ metafile }) => {
    const used = Object.keys(metafile?.inputs ?? {}).some((file) => file.includes('/yargs/'));
    if (used && !met) throw new Error('yargs has changed: its platform is bundled again');
  });
}

/**
 * js-yaml looks for a parser of JavaScript, for functions in YAML. Our records have none: where the
 * parser happens to be installed, to load it costs a third of what writing a record costs.
 */
function withoutFunctionsInYaml(build) {
  build.onLoad(
    { filter: /js-yaml[\\/]lib[\\/]js-yaml[\\/]type[\\/]js[\\/]function\.js$/ },
    ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace("_require('esprima')", 'undefined');
      if (contents.includes('_require('))
        throw new Error('js-yaml has changed: it loads esprima again');
      return { contents };
    },
  );
}

/**
 * openapi-typescript writes its types with a compiler that has an interface for programs, which
 * TypeScript 7 has not: it gets the one that ts-morph carries.
 */
function withCarriedCompiler(build) {
  build.onResolve({ filter: /^typescript$/ }, () => ({
    path: 'typescript',
    namespace: 'carried-compiler',
    sideEffects: false,
  }));
  build.onLoad({ filter: /./, namespace: 'carried-compiler' }, () => ({
    contents: `import { createRequire } from 'node:module';
      const within = createRequire(createRequire(import.meta.url).resolve('ts-morph'));
      export default createRequire(within.resolve('@ts-morph/common'))('./typescript.js');`,
    resolveDir: root,
  }));
}

/** The licence text of every package that has a file in the bundle. */
function notices(inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const match = /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input.replaceAll('\\', '/'));
    if (match) packages.add(match[1]);
  }
  return [...packages].sort().map(notice).join('\n\n');
}

function notice(folder) {
  const about = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const heading = `${about.name} ${about.version} (${about.license})`;
  const names = readdirSync(join(root, folder));
  const text = names.find((name) => /^(licen[cs]e|copying)(\.|-|$)/i.test(name));
  if (text) return `${heading}\n${readFileSync(join(root, folder, text), 'utf8').trim()}`;
  return heading;
}
