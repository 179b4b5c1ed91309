import { join, resolve } from 'node:path';
import { worktreeInfo } from '../git/config.ts';
import { existsAt } from '../git/folders.ts';
import { gitText, runGit } from '../git/process.ts';

/** Where the hooks of one worktree are, and what else looks after them. */
export interface HookPlace {
  /** The top of the worktree; of a bare repository, the repository. */
  readonly top: string;
  /** The Git directory that all worktrees share. */
  readonly commonDir: string;
  readonly isBare: boolean;
  /** The folder Git takes hooks from here; absolute. */
  readonly folder: string;
  /** `core.hooksPath` as configured, and how widely. */
  readonly hooksPath: { readonly value: string; readonly scope: string } | undefined;
}

/** Finds where Git takes its hooks from, for the worktree around a folder; undefined outside a repository. */
export async function findHookPlace(cwd: string): Promise<HookPlace | undefined> {
  const info = await worktreeInfo(cwd);
  if (info === undefined) return undefined;
  const top = info.topLevel ?? info.gitDir;
  const configured = await runGit(['config', '--show-scope', '--get', 'core.hooksPath'], {
    cwd: top,
  });
  const [scope = '', value = ''] = configured.stdout.toString().trimEnd().split('\t');
  const folder = (await gitText(['rev-parse', '--git-path', 'hooks'], { cwd: top })).trimEnd();
  return {
    top,
    commonDir: info.commonDir,
    isBare: info.topLevel === undefined,
    folder: resolve(top, folder),
    hooksPath: configured.code === 0 ? { value, scope } : undefined,
  };
}

/** Whether Git takes its hooks from the repository's own folder for them. */
export function isOwnFolder({ folder, commonDir }: HookPlace): boolean {
  return folder === join(commonDir, 'hooks');
}

/** The tops of all worktrees that are there, the main one first. */
export async function listWorktrees(cwd: string): Promise<string[]> {
  const text = await gitText(['worktree', 'list', '--porcelain'], { cwd });
  const tops = text.split('\n').flatMap((line) => /^worktree (.+)$/.exec(line)?.[1] ?? []);
  return tops.filter((top) => existsAt(top));
}

/** Git's version as numbers: 2.39.5 is [2, 39, 5]. */
export async function gitNumbers(): Promise<number[]> {
  const text = await gitText(['version']);
  return (/(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? '').split('.').map(Number);
}

/** Whether this Git has hooks in its configuration: since 2.54 (release notes of April 2026). */
export function hasConfigHooks([major = 0, minor = 0]: readonly number[]): boolean {
  return major > 2 || (major === 2 && minor >= 54);
}
