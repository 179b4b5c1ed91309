import { readWorkplace } from '../bus/workplace.ts';
import { findAgentFiles } from '../hosts/claude-files.ts';
import { findHookPlace } from '../hosts/hook-place.ts';
import { type Check, failed, pass, warn } from './check.ts';
import type { Surroundings } from './session.ts';

const MEND = 'comm-node hooks install';

/** Whether Claude Code calls us in this worktree, and finds what it calls. */
export async function checkClaude(place: Surroundings): Promise<Check[]> {
  try {
    const workplace = await readWorkplace(place.cwd);
    const at = await findHookPlace(place.cwd);
    if (workplace?.repository === undefined || at === undefined || at.isBare) return [];
    const { entries, stub, program } = await findAgentFiles(at);
    if (!entries) return [warn('claude', 'its settings do not call comm-node here', MEND)];
    if (!stub) return [warn('claude', 'its settings call a stub that is not here', MEND)];
    if (!program) return [warn('claude', 'the stub that it calls finds no program', MEND)];
    return [pass('claude', 'its settings call comm-node here')];
  } catch (error) {
    return [failed('claude', error)];
  }
}
