import { readConfig, setLocal, setWorktree, worktreeInfo } from '../git/config.ts';
import { readConfigFiles } from '../git/config-file.ts';
import { MAIN_WORKTREE, worktreeName, worktreeRoot } from '../git/worktree-name.ts';

/** What a worktree knows of its part in the coordination; written by `join`. */
export interface Workplace {
  /** The worktree's folder. */
  readonly topLevel: string;
  /** The agent that works here: each worktree has its own. */
  readonly agent: string | undefined;
  /** Where the coordination repository is. */
  readonly repository: string | undefined;
  /** What locks call this repository: clones and worktrees of one repository share the name. */
  readonly repo: string | undefined;
  /** The task that is worked on here, for the trailers of commits. */
  readonly task?: string | undefined;
}

const KEYS = {
  agent: 'comm-node.agent',
  repository: 'comm-node.repository',
  repo: 'comm-node.repo',
  task: 'comm-node.task',
  /** Which worktree the agent was written for. */
  worktree: 'comm-node.worktree',
};

/** Reads the workplace around `cwd`; undefined outside a Git repository. */
export async function readWorkplace(cwd: string): Promise<Workplace | undefined> {
  const plain = readConfigFiles(cwd, 'comm-node', process.env);
  const config = plain ?? (await readConfig(cwd, 'comm-node.'));
  if (!config) return undefined;
  return {
    topLevel: worktreeRoot(cwd) ?? cwd,
    agent: agentOf(config, cwd),
    repository: config.get(KEYS.repository),
    repo: config.get(KEYS.repo),
    task: config.get(KEYS.task),
  };
}

/** `git worktree add` copies the configuration of the worktree it runs in: a copy names another worktree. */
function agentOf(config: ReadonlyMap<string, string>, cwd: string): string | undefined {
  const written = config.get(KEYS.worktree) ?? MAIN_WORKTREE;
  return written === worktreeName(cwd) ? config.get(KEYS.agent) : undefined;
}

/** What `join` needs to know of the repository around `cwd`; undefined outside of one. */
export async function findRepository(
  cwd: string,
): Promise<{ topLevel: string; isLinked: boolean; suggestedRepo: string } | undefined> {
  const info = await worktreeInfo(cwd);
  if (!info?.topLevel) return undefined;
  const source = info.originUrl ?? info.commonDir.replace(/[\\/]\.git$/, '');
  return { topLevel: info.topLevel, isLinked: info.isLinked, suggestedRepo: lastPart(source) };
}

/** Writes who works in this worktree, and where. @returns the keys that changed */
export async function writeWorkplace(
  cwd: string,
  next: { agent: string; repository: string; repo: string },
): Promise<string[]> {
  const now = await readWorkplace(cwd);
  const changed: string[] = [];
  if (now?.agent !== next.agent) {
    await setWorktree(cwd, KEYS.agent, next.agent);
    await setWorktree(cwd, KEYS.worktree, worktreeName(cwd));
    changed.push(KEYS.agent);
  }
  // Clones of one repository may serve different products: kept a worktree too.
  if (now?.repository !== next.repository) {
    await setWorktree(cwd, KEYS.repository, next.repository);
    changed.push(KEYS.repository);
  }
  if (now?.repo !== next.repo) {
    await setLocal(cwd, KEYS.repo, next.repo);
    changed.push(KEYS.repo);
  }
  return changed;
}

/** Tells a bare repository what it belongs to: nobody works in it. */
export async function writeServerPlace(
  cwd: string,
  next: { repository: string; repo: string },
): Promise<void> {
  await setLocal(cwd, KEYS.repository, next.repository);
  await setLocal(cwd, KEYS.repo, next.repo);
}

/** Forgets who works in this worktree. */
export async function clearWorkplace(cwd: string): Promise<void> {
  await setWorktree(cwd, KEYS.agent, undefined);
  await setWorktree(cwd, KEYS.worktree, undefined);
  await setWorktree(cwd, KEYS.repository, undefined);
}

function lastPart(text: string): string {
  const part =
    text
      .replace(/[\\/]+$/, '')
      .replace(/\.git$/, '')
      .split(/[\\/:]/)
      .at(-1) ?? '';
  return (
    part
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'repo'
  );
}
