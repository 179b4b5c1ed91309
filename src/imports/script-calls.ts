/** What the parser of scripts and its gate must agree on, to the letter. */

/** Calls whose first argument names a module, whatever they are called on. */
export const mockCalls: ReadonlySet<string> = new Set([
  'mock',
  'doMock',
  'unmock',
  'dontMock',
  'doUnmock',
  'setMock',
  'deepUnmock',
  'requireActual',
  'requireMock',
  'importActual',
  'importMock',
  'createMockFromModule',
  'genMockFromModule',
  'unstable_mockModule',
  'module',
]);

/** The objects those calls are made on. */
export const mockObjects: ReadonlySet<string> = new Set([
  'jest',
  'vi',
  'vitest',
  'mock',
  'td',
  'rewiremock',
]);

/** Classes whose first argument is a file, relative to the file that says so. */
export const fileClasses: ReadonlySet<string> = new Set(['URL', 'Worker', 'SharedWorker']);

/** Every word that may stand before the `(` of a call or class above, or of an import. */
export const callWords: ReadonlySet<string> = new Set([
  ...mockCalls,
  ...fileClasses,
  'import',
  'require',
  'resolve',
  'glob',
  'globEager',
  'context',
]);

/**
 * The lookup of a path that is no module specifier: of a triple-slash reference, of
 * `new URL`. It needs no `./` to be relative, and may name what only a build makes.
 */
export function fileLookup(path: string): string {
  return `file:${path}`;
}

/** The lookup of a whole folder: of `require.context`. */
export function folderLookup(path: string): string {
  return `${path.replace(/\/+$/, '')}/**`;
}

/** Whether a specifier is a URL of its own, no file of the repository: `https:`, `data:`, `//`. */
export function isUrl(specifier: string): boolean {
  return /^([a-z][a-z0-9+.-]+:)?\/\//i.test(specifier) || /^(data|blob|https?):/i.test(specifier);
}
