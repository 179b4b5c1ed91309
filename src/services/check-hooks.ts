import { readWorkplace } from '../bus/workplace.ts';
import { type Check, failed, pass, warn } from './check.ts';
import { probeHere } from './hook-setup.ts';
import type { Surroundings } from './session.ts';

/** Whether the hooks of Git reach us in this worktree: each is run, as Git runs it. */
export async function checkHooks(place: Surroundings): Promise<Check[]> {
  try {
    const workplace = await readWorkplace(place.cwd);
    if (workplace?.repository === undefined) return [];
    const { hooks, manager } = await probeHere(place.cwd);
    const silent = hooks.filter(({ fires }) => !fires).map(({ name }) => name);
    if (silent.length === 0) return [pass('hooks', `all ${hooks.length} fire (${manager})`)];
    const found = `${silent.join(', ')} ${silent.length > 1 ? 'do' : 'does'} not fire here`;
    return [warn('hooks', found, 'comm-node hooks install')];
  } catch (error) {
    return [failed('hooks', error)];
  }
}
