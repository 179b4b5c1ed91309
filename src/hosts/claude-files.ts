import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { existsAt } from '../git/folders.ts';
import { CLAUDE_STUB, hasEntries, withEntries, withoutEntries } from './claude-settings.ts';
import { programOf, readStub, stubFolder } from './hook-stub.ts';
import { InstallLedger } from './install-ledger.ts';
import { withMarked, withoutMarked } from './marked-text.ts';

const SETTINGS = '.claude/settings.json';
/** Rules that Claude Code loads at the start of every session. */
export const CLAUDE_RULES = '.claude/rules/comm-node.md';
/** What other agents read. */
export const AGENTS_PAGE = 'AGENTS.md';

/** A worktree: its top, and the Git directory it shares. */
export interface ClaudePlace {
  readonly top: string;
  readonly commonDir: string;
}

/** What is written for agents to read. */
export interface AgentPages {
  readonly rules: string;
  readonly agents: string;
}

/**
 * Writes what Claude Code and other agents are told by: entries in the settings, the stub they call,
 * a page of rules and a block in AGENTS.md. @returns the files that changed, from the top
 */
export async function writeAgentFiles(place: ClaudePlace, pages: AgentPages): Promise<string[]> {
  const ledger = await InstallLedger.open(stubFolder(place.commonDir), 'agent-files.json');
  const settings = await textOf(place, SETTINGS);
  const files = new Map([
    [SETTINGS, withEntries(settings)],
    [CLAUDE_STUB, await readStub('claude-code.cjs')],
    [CLAUDE_RULES, withMarked(await textOf(place, CLAUDE_RULES), pages.rules)],
    [AGENTS_PAGE, withMarked(await textOf(place, AGENTS_PAGE), pages.agents)],
  ]);
  const changed: string[] = [];
  for (const [name, text] of files) {
    if (await ledger.edit(join(place.top, name), text)) changed.push(name);
  }
  return changed;
}

/** Takes all of it out again, in every worktree that had it. @returns the files that changed */
export async function removeAgentFiles(place: ClaudePlace): Promise<string[]> {
  const ledger = await InstallLedger.open(stubFolder(place.commonDir), 'agent-files.json');
  const changed: string[] = [];
  for (const { file } of ledger.entries) {
    await ledger.undo(file, withoutOf(file));
    changed.push(file);
  }
  return changed;
}

/** What of it is there. @throws ConfigError when the settings cannot be read */
export async function findAgentFiles(
  place: ClaudePlace,
): Promise<{ entries: boolean; stub: boolean; program: boolean }> {
  const program = await programOf(place.commonDir);
  return {
    entries: hasEntries(await textOf(place, SETTINGS)),
    stub: (await textOf(place, CLAUDE_STUB)) !== undefined,
    program: program !== undefined && existsAt(program),
  };
}

function withoutOf(file: string): (text: string) => string {
  if (file.endsWith('settings.json')) return withoutEntries;
  return file.endsWith('.cjs') ? () => '' : withoutMarked;
}

async function textOf({ top }: ClaudePlace, name: string): Promise<string | undefined> {
  return (await readIfPresent(join(top, name)))?.toString();
}
