import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles a program of this folder into a temporary folder that goes with this process. Tests start it hundreds of
 * times: as one script whose compiled code is kept it starts in half the time that ES modules take.
 * @returns the file to start
 */
export async function bundleOf(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'comm-node-program-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile: join(folder, 'whole.cjs'),
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // `import()` in a script wakes the loader of ES modules.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'ownUrl', 'import.meta.filename': '__filename' },
    banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
  });
  const start = join(folder, name.replace(/\.ts$/, '.cjs'));
  writeFileSync(start, START);
  return start;
}

/**
 * As `src/loader.ts` starts the program: the first that has worked for a while, or ends by itself,
 * leaves what V8 compiled to the others.
 */
const START = `
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');
const filename = join(__dirname, 'whole.cjs');
let cachedData;
try { cachedData = readFileSync(filename + '.code'); } catch {}
const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename, cachedData });
const keep = () => {
  const own = filename + '.' + process.pid;
  writeFileSync(own, script.createCachedData());
  renameSync(own, filename + '.code');
};
if (cachedData === undefined) {
  process.once('exit', keep);
  setTimeout(keep, 2000).unref();
}
script.runInThisContext()(exports, createRequire(filename), module, filename, __dirname);
`;
