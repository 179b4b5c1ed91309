import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { literalTree, type SourceTree } from '../../src/imports/source-tree.ts';

/** Packages that ship their TypeScript sources, which no one here wrote. */
export const packages = [
  'viem@2.57.20',
  '@ledgerhq/live-common@36.0.0',
  'effect@3.22.4',
  'rxjs@7.8.2',
  'zod@4.6.7',
];

/** One unpacked package. */
export interface Corpus {
  readonly name: string;
  readonly root: string;
  readonly tree: SourceTree;
  /** Its TypeScript sources, declarations left out. */
  readonly sources: readonly string[];
}

/**
 * Unpacks the packages into a folder that is kept between runs.
 * @returns undefined, after a loud word, without a registry to get them from.
 */
export function openCorpora(): readonly Corpus[] | undefined {
  const home = process.env['COMM_NODE_CORPORA'] ?? join(tmpdir(), 'comm-node-corpora');
  try {
    return packages.map((name) => openCorpus(home, name));
  } catch (error) {
    console.error(`WARNING: the corpora cannot be had, THEIR TESTS ARE SKIPPED: ${error}`);
    return undefined;
  }
}

function openCorpus(home: string, name: string): Corpus {
  const folder = join(home, name.replaceAll('/', '+'));
  const root = join(folder, 'package');
  if (!existsSync(root)) {
    mkdirSync(folder, { recursive: true });
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    };
    const file =
      execFileSync('npm', ['pack', '--silent', name], options).trim().split('\n').at(-1) ?? '';
    execFileSync('tar', ['xzf', file], options);
  }
  const names = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const paths = names
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const wanted = paths.filter((path) => /\.([mc]?tsx?|json)$/.test(path)).sort();
  const tree = literalTree(Object.fromEntries(wanted.map((path) => [path, ''])));
  return {
    name,
    root,
    tree: { ...tree, read: lazily(root, new Set(wanted)) },
    sources: wanted.filter((path) => /\.[mc]?tsx?$/.test(path) && !/\.d\.[mc]?ts$/.test(path)),
  };
}

function lazily(root: string, known: ReadonlySet<string>): (path: string) => string | undefined {
  const texts = new Map<string, string>();
  return (path) => {
    if (!known.has(path)) return undefined;
    const text = texts.get(path) ?? readFileSync(join(root, path), 'utf8');
    texts.set(path, text);
    return text;
  };
}
