// Compiles test files and all they import in one go, instead of each file in a process of its
// own: measured, that was half a second of every one of a hundred files.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// Below node_modules, so that what is bundled finds its packages.
const cache = join(root, 'node_modules', '.cache');

/**
 * @param {string[]} files test files, as absolute paths
 * @returns {Promise<Map<string, string>>} for each of them what to run; it is gone when this process ends
 */
export async function bundle(files) {
  const outdir = newFolder();
  await build({
    absWorkingDir: root,
    entryPoints: files,
    outbase: root,
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    define: { 'import.meta.url': 'urlOfSource' },
    plugins: [{ name: 'url-of-source', setup: withUrlOfSource }],
    logLevel: 'warning',
  });
  const made = (file) => join(outdir, relative(root, file).replace(/\.ts$/, '.mjs'));
  return new Map(files.map((file) => [file, made(file)]));
}

/** To a file, `import.meta.url` is where it was written, not where it was bundled to. */
function withUrlOfSource(context) {
  context.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    if (!text.includes('import.meta.url')) return undefined;
    // In the first line: the numbers of the lines stay.
    const url = `const urlOfSource = ${JSON.stringify(pathToFileURL(path).href)};`;
    return { contents: `${url}${text}`, loader: 'ts' };
  });
}

function newFolder() {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const [, pid] = /^comm-node-tests-(\d+)-/.exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(cache, `comm-node-tests-${process.pid}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether a process runs; one that was killed has left its folder. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
