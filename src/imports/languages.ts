/** The languages whose imports are read. */
export type Language = 'script' | 'python' | 'rust' | 'go';

const byExtension: Readonly<Record<string, Language>> = {
  ts: 'script',
  tsx: 'script',
  mts: 'script',
  cts: 'script',
  js: 'script',
  jsx: 'script',
  mjs: 'script',
  cjs: 'script',
  vue: 'script',
  svelte: 'script',
  astro: 'script',
  py: 'python',
  pyi: 'python',
  rs: 'rust',
  go: 'go',
};

/** The language of a file by its name; undefined when its imports are not read. */
export function languageOf(path: string): Language | undefined {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : byExtension[path.slice(dot + 1).toLowerCase()];
}

// Files that resolvers read: what they say decides where imports of other files lead.
const settings = /\.(json|jsonc|toml|ya?ml|mod|work|cfg)$|(^|\/)setup\.py$|\.rs$/i;

/** Whether the content of a file may change where imports of other files lead. */
export function isSetting(path: string): boolean {
  return settings.test(path);
}
