#!/usr/bin/env node
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';

// What `npm run build` puts before bin.ts as dist/bin.js. It loads the chunks of the bundle,
// each once, with the code that V8 made of it in an earlier run: compiling takes a third of
// a short verb, and finding a file the way Node does takes another part.

type Run = (exports: object, load: (id: string) => unknown, module: object, file: string) => void;

interface Chunk {
  readonly script: Script;
  /** What V8 made of it earlier; undefined when that is missing, or of another V8. */
  readonly code: Buffer | undefined;
}

const folder = import.meta.dirname;
// What a hook runs depends on its event: each has code of its own.
const words = process.argv[2] === 'hook' ? process.argv.slice(2, 5).join('-') : process.argv[2];
const verb = /^[A-Za-z-]+$/.exec(words ?? '')?.[0] ?? 'none';
const home = process.env['COMM_NODE_HOME'] || join(homedir(), '.comm-node');
const cache = join(home, 'code-cache');
// Code is good for one build of comm-node and one of Node; which functions it holds depends on the verb.
const kind = `verb-${verb}-`;
const place = join(
  cache,
  `${kind}${process.env['COMM_NODE_BUILD']}-${process.version}-${process.arch}`,
);
const kept = readKept();
const chunks = new Map<string, Chunk>();
const loaded = new Map<string, { exports: object }>();

process.on('exit', (status) => {
  if (status < 2 && [...chunks.values()].some(({ code }) => code === undefined)) save();
});
load('./main.js');

/** What a chunk asks for: another chunk, or a module of Node. */
function load(id: string): unknown {
  if (!id.startsWith('./')) return require(id);
  const known = loaded.get(id);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(id, module);
  const file = join(folder, id);
  // The bundle is all ASCII, and reading it so is quickest.
  const source = readFileSync(file, 'latin1');
  const code = kept.get(id);
  const wrapped = `(function (exports, require, module, __filename) {${source}\n})`;
  const script = new Script(wrapped, { filename: file, ...(code ? { cachedData: code } : {}) });
  chunks.set(id, { script, code: script.cachedDataRejected === false ? code : undefined });
  (script.runInThisContext() as Run)(module.exports, load, module, file);
  return module.exports;
}

/** One line of JSON, names and lengths, and then the codes one after the other. */
function readKept(): ReadonlyMap<string, Buffer> {
  const codes = new Map<string, Buffer>();
  try {
    const data = readFileSync(place);
    const end = data.indexOf('\n');
    let at = end + 1;
    for (const [id, length] of JSON.parse(data.toString('latin1', 0, end)) as [string, number][]) {
      codes.set(id, data.subarray(at, at + length));
      at += length;
    }
    return at === data.length ? codes : new Map();
  } catch {
    return new Map();
  }
}

// At the end of a run V8 has compiled what the verb uses. Who joins makes the folder, and verbs that
// hooks run; where none of them ever ran, nobody waits, and nothing is left behind.
function save(): void {
  try {
    const codes = new Map(kept);
    for (const [id, { script, code }] of chunks) codes.set(id, code ?? script.createCachedData());
    const lengths = [...codes].map(([id, code]) => [id, code.length]);
    const temporary = `${place}.${process.pid}`;
    writeFileSync(
      temporary,
      Buffer.concat([Buffer.from(`${JSON.stringify(lengths)}\n`), ...codes.values()]),
    );
    renameSync(temporary, place);
    for (const name of readdirSync(cache)) {
      const old = join(cache, name);
      if (name.startsWith(kind) && old !== place) rmSync(old, { force: true });
    }
  } catch {
    // No such folder, or a disk that cannot be written: it costs only time.
  }
}
