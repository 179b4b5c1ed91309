import { ConflictError } from '../errors.ts';
import { swapRef } from '../git/refs.ts';
import { type Hub, MAIN } from './hub.ts';
import { type Answers, propose, type Tools } from './landing.ts';
import type { Entry } from './queue.ts';

/** Somebody else's pushes may win this often before we give up. */
const ATTEMPTS = 50;

/**
 * Lands requests in the coordination repository itself: objects are written in
 * place, and the branch is swapped by Git's own lock protocol.
 * @throws ConflictError when others keep winning or keep the branch locked
 */
export async function landInPlace(
  hub: Hub,
  entries: readonly Entry[],
  unsure: boolean,
  tools: Tools,
): Promise<Answers> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const proposal = await propose(hub, entries, [], unsure || attempt > 0, tools);
    const { view, head, chain, answers } = proposal;
    if (chain.commits === 0) return answers;
    const outcome = await swapRef(hub.gitDir, MAIN, head, chain.tip, {
      durable: true,
      stateDir: hub.state,
      onNotice: tools.notice,
    });
    if (outcome === 'swapped') {
      await view.save();
      return answers;
    }
  }
  throw new ConflictError(`other writers kept ${hub.url} busy`, {
    hint: 'run the command again; comm-node doctor looks for a lock that was left behind',
  });
}
