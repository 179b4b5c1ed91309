import type { Conflict } from '../records/lock-facts.ts';
import { shownGlobs } from '../records/lock-refusals.ts';
import type { LockAsk } from './locking.ts';
import { sendMessage } from './messaging.ts';
import type { Session } from './session.ts';

/**
 * Asks everybody who holds what is in the way to release it: once a lock, however often it is tried.
 * @returns the ids of the questions
 */
export async function askHolders(
  session: Session,
  ask: LockAsk,
  conflicts: readonly Conflict[],
): Promise<string[]> {
  const asked: string[] = [];
  for (const { id, holder, paths = [], waiting } of conflicts) {
    if (id === undefined || waiting) continue;
    const purpose = [
      ask.task === undefined ? '' : ` for ${ask.task}`,
      ask.why ? `: ${ask.why}` : '',
    ];
    const sent = await sendMessage(session, {
      to: [holder],
      type: 'question',
      priority: 'high',
      task: ask.task,
      body: `Can you release ${shownGlobs(paths)}? I need ${shownGlobs(ask.paths)}${purpose.join('')}.`,
      idempotencyKey: `release-${id}`,
    });
    if (sent.ok) asked.push(sent.data.id);
  }
  return asked;
}
