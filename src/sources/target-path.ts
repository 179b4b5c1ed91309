import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { runGit } from '../git/process.ts';

/** A file that is about to change, in the worktree that it really lies in. */
export interface Target {
  /** As it was named. */
  readonly named: string;
  /** The top of the worktree; absolute, without symbolic links. */
  readonly top: string;
  /** From the top, `/`-separated. */
  readonly path: string;
}

/** How a tool names a file. */
export interface NamedPath {
  readonly path: string;
  /** Whether the name itself is changed (`rm`, `mv`), not what a symbolic link of that name leads to. */
  readonly itself?: boolean;
  /** It is meant only if what it would lie in is a folder: the last word of `cp` may be one. */
  readonly inFolder?: boolean;
}

/** As many links as Linux follows. */
const LINKS = 40;

/**
 * Finds where a named file really lies; undefined when that is in no Git worktree.
 * @param folder what a relative name is relative to; absolute
 * @param userHome what `~` stands for
 */
export function findTarget(
  folder: string,
  userHome: string,
  { path, itself = false, inFolder = false }: NamedPath,
): Target | undefined {
  const named = path.startsWith('~/') || path === '~' ? join(userHome, path.slice(1)) : path;
  const whole = resolve(folder, withSlashes(folder, named));
  if (inFolder && !statSync(dirname(whole), { throwIfNoEntry: false })?.isDirectory()) {
    return undefined;
  }
  const real = itself ? join(realFolder(dirname(whole)), basename(whole)) : realPath(whole);
  const top = topOf(dirname(real));
  if (top === undefined) return undefined;
  return { named: path, top, path: relative(top, real).split(sep).join('/') };
}

/** Whoever writes paths for Windows means their separators, unless there is a file of just that name. */
function withSlashes(folder: string, path: string): string {
  if (sep === '\\' || !path.includes('\\') || existsSync(resolve(folder, path))) return path;
  return path.replaceAll('\\', '/');
}

/** The path without symbolic links, also when the end of it is not there yet. */
function realPath(path: string, links = 0): string {
  const known = lstatSync(path, { throwIfNoEntry: false });
  if (known?.isSymbolicLink() && links < LINKS) {
    // A link that leads nowhere yet: what is written makes its target.
    return realPath(resolve(realFolder(dirname(path)), readlinkSync(path)), links + 1);
  }
  return known ? realpathSync(path) : join(realFolder(dirname(path), links), basename(path));
}

function realFolder(path: string, links = 0): string {
  return dirname(path) === path ? path : realPath(path, links);
}

/** The worktree around a folder: the first above it with a `.git`. */
export function topOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** A folder without symbolic links, if it is there. */
export function realFolderOf(path: string): string | undefined {
  if (!isAbsolute(path)) return undefined;
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Which of these paths Git ignores: they never become part of the repository. */
export async function ignoredPaths(top: string, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const input = paths.map((path) => `${path}\0`).join('');
  const { stdout } = await runGit(['check-ignore', '-z', '--stdin'], { cwd: top, input });
  return new Set(stdout.toString().split('\0').filter(Boolean));
}
