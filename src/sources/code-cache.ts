import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

type Wrapper = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  folder: string,
) => void;

/** A CommonJS library, and how to keep what V8 made of it for the next process. */
export interface CachedModule {
  readonly exports: unknown;
  /** Writes the compiled code, functions that were used included; once is enough. */
  readonly save: () => void;
}

/**
 * Loads one large CommonJS file with V8's code cache: compiling it is most of its cost.
 * @param folder where caches are kept; undefined: none is read or written.
 * @param cut leaves out of the source what is not needed; undefined when it cannot tell.
 */
export function requireCached(
  file: string,
  folder: string | undefined,
  cut: (source: string) => string | undefined = () => undefined,
): CachedModule {
  const place = folder === undefined ? undefined : join(folder, cacheName(file, cut.name));
  const cachedData = place === undefined ? undefined : readIfThere(`${place}.v8`);
  // Reading as Latin-1 is much faster, and right for a file that is all ASCII; only such a one is cached.
  const kept = cachedData && readIfThere(`${place}.js`)?.toString('latin1');
  const whole = kept ?? readFileSync(file, 'latin1');
  const source = kept ?? cut(whole) ?? whole;
  const ascii = cachedData !== undefined || isAscii(source);
  const text = ascii ? source : readFileSync(file, 'utf8');
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${text}\n})`;
  const script = new Script(wrapped, { filename: file, ...(cachedData ? { cachedData } : {}) });
  const module = { exports: {} as unknown };
  const wrapper = script.runInThisContext() as Wrapper;
  wrapper(module.exports as object, createRequire(file), module, file, dirname(file));
  const valid = cachedData !== undefined && script.cachedDataRejected !== true;
  const save = () => {
    if (place === undefined || !ascii || valid) return;
    if (source !== whole) writeWhole(`${place}.js`, Buffer.from(source, 'latin1'));
    writeWhole(`${place}.v8`, script.createCachedData());
  };
  return { exports: module.exports, save };
}

/** Makes the folder: from then on `src/loader.ts` keeps compiled code there, too. */
export function makeCodeCache(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    // Then nothing is kept.
  }
}

function isAscii(text: string): boolean {
  return !/[\u0080-\u00ff]/.test(text);
}

// The cache holds for one build of V8 and one content of the file.
function cacheName(file: string, cut: string): string {
  const { size, mtimeMs } = statSync(file);
  const facts = [file, cut, size, mtimeMs, process.version, process.arch, process.versions.v8];
  return createHash('sha256').update(facts.join('\0')).digest('hex').slice(0, 24);
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

// A cache that cannot be written costs only time.
function writeWhole(path: string, data: Buffer): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch {
    // Read-only home folders are common in CI.
  }
}
