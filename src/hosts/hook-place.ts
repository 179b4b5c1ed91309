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
  /** `core.hooksPath` as somebody else configured it, without what stands in for it. */
  readonly hooksPath: string | undefined;
}

/** Finds where Git takes its hooks from, for the worktree around a folder; undefined outside a repository. */
export async function findHookPlace(cwd: string): Promise<HookPlace | undefined> {
  const info = await worktreeInfo(cwd);
  if (info === undefined) return undefined;
  const top = info.topLevel ?? info.gitDir;
  const folder = (await gitText(['rev-parse', '--git-path', 'hooks'], { cwd: top })).trimEnd();
  return {
    top,
    commonDir: info.commonDir,
    isBare: info.topLevel === undefined,
    folder: resolve(top, folder),
    hooksPath: await othersHooksPath(top),
  };
}

/** What is set for one worktree alone is ours, or what Claude Code wrote into a worktree it made. */
async function othersHooksPath(cwd: string): Promise<string | undefined> {
  const args = ['config', '--show-scope', '--type=path', '-z', '--get-all', 'core.hooksPath'];
  const { stdout } = await runGit(args, { cwd });
  const fields = stdout.toString().split('\0');
  let value: string | undefined;
  for (let at = 0; at + 1 < fields.length; at += 2) {
    if (fields[at] !== 'worktree') value = fields[at + 1];
  }
  return value;
}

/** Whether `core.hooksPath` names the folder that Git takes hooks from anyway. */
export function isOwnFolder({ top, hooksPath, commonDir }: HookPlace): boolean {
  return hooksPath === undefined || resolve(top, hooksPath) === join(commonDir, 'hooks');
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
