import { parseAddress } from '../bus/address.ts';
import { readWorkplace, writeServerPlace } from '../bus/workplace.ts';
import { ConfigError } from '../errors.ts';
import { removeAgentFiles, writeAgentFiles } from '../hosts/claude-files.ts';
import { findHookManager } from '../hosts/hook-manager.ts';
import { findHookPlace, type HookPlace, listWorktrees } from '../hosts/hook-place.ts';
import { probeHook } from '../hosts/hook-probe.ts';
import {
  hooksFor,
  type Installed,
  installGitHooks,
  uninstallGitHooks,
} from '../hosts/install-git-hooks.ts';
import { agentRules, agentsBlock } from '../records/agent-rules.ts';
import { type Surroundings, withReader } from './session.ts';

export { PROBED, probeWord } from '../hosts/hook-probe.ts';

/** What was put in, and where. */
export interface SetUp {
  readonly git: Installed;
  /** Files for Claude Code and other agents that were written, from the top of the worktree. */
  readonly claude: readonly string[];
  /** What a person still has to run. */
  readonly todo: readonly string[];
}

/** Whether each hook fires in each worktree, as found by running it. */
export interface HookStatus {
  /** Who looks after the hooks of this repository. */
  readonly manager: string;
  readonly worktrees: readonly {
    readonly path: string;
    readonly hooks: readonly Probed[];
  }[];
}

/**
 * Puts hooks into the repository around a place: those of Git, and with `claude` also those of
 * Claude Code and the pages for agents. A bare repository gets `pre-receive`.
 * @throws ConfigError outside of a repository, or for a bare one while it is not known what it belongs to
 */
export async function installAll(
  place: Surroundings,
  { repo, claude }: { readonly repo?: string | undefined; readonly claude: boolean },
): Promise<SetUp> {
  const at = await placeAt(place.cwd);
  if (at.isBare) await connectServer(place, repo);
  const git = await installGitHooks(at);
  const written = claude && !at.isBare ? await writePages(place, at) : [];
  return { git, claude: written, todo: git.todo === undefined ? [] : [git.todo] };
}

/** A server has no agent; it must know where the rules are, and what locks call it. */
async function connectServer(place: Surroundings, repo: string | undefined): Promise<void> {
  const known = await readWorkplace(place.cwd);
  const address = place.repository ?? known?.repository;
  const name = repo ?? known?.repo;
  if (address === undefined || !name) {
    throw new ConfigError('a bare repository must be told what it belongs to', {
      code: 'no-repository',
      hint: 'comm-node --repository URL hooks install --repo NAME',
    });
  }
  await writeServerPlace(place.cwd, {
    repository: parseAddress(address, place.cwd).url,
    repo: name,
  });
}

async function writePages(place: Surroundings, at: HookPlace): Promise<string[]> {
  const repo = (await readWorkplace(place.cwd))?.repo ?? '';
  const source = await withReader(place, async (bus) => {
    const { fold } = await bus.view();
    return {
      project: fold.settings?.name ?? '',
      domains: fold.domains,
      agents: fold.agents,
      repo,
    };
  });
  return writeAgentFiles(at, { rules: agentRules(source), agents: agentsBlock(source) });
}

/** Takes everything out again. */
export async function uninstallAll(
  place: Surroundings,
): Promise<{ git: boolean; claude: readonly string[] }> {
  const at = await placeAt(place.cwd);
  const claude = at.isBare ? [] : await removeAgentFiles(at);
  return { git: await uninstallGitHooks(at), claude };
}

/** Whether one hook fires. */
export interface Probed {
  readonly name: string;
  readonly fires: boolean;
}

/** Runs every hook in every worktree, and tells which of them reach us. */
export async function probeHooks(cwd: string): Promise<HookStatus> {
  const place = await placeAt(cwd);
  const tops = place.isBare ? [place.top] : await listWorktrees(place.top);
  const worktrees = [];
  for (const path of tops) worktrees.push({ path, hooks: await probeAt(path, place) });
  return { manager: await findHookManager(place), worktrees };
}

/** Runs every hook in the worktree around a folder. */
export async function probeHere(
  cwd: string,
): Promise<{ manager: string; hooks: readonly Probed[] }> {
  const place = await placeAt(cwd);
  return { manager: await findHookManager(place), hooks: await probeAt(place.top, place) };
}

async function probeAt(top: string, place: HookPlace): Promise<Probed[]> {
  const probes = hooksFor(place).map(async (name) => ({ name, fires: await probeHook(top, name) }));
  return Promise.all(probes);
}

async function placeAt(cwd: string): Promise<HookPlace> {
  const place = await findHookPlace(cwd);
  if (place) return place;
  throw new ConfigError(`${cwd} is not in a Git repository`, {
    code: 'not-a-repository',
    hint: 'run it in the repository whose hooks are meant, or name it with -C DIR',
  });
}
