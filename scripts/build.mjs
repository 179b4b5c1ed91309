// Bundles src/ into dist/: one small entry and a chunk for each verb, so that a
// command reads and compiles only what it uses. The libraries' licences go along.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  legalComments: 'none',
  define: { 'process.env.COMM_NODE_VERSION': JSON.stringify(version) },
  // CommonJS libraries inside an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as commNodeRequire } from 'node:module'; const require = commNodeRequire(import.meta.url);",
  },
  plugins: [{ name: 'yargs-parser-only', setup: withoutYargsPlatform }],
  logLevel: 'warning',
});
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices(Object.keys(result.metafile.inputs)));

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
