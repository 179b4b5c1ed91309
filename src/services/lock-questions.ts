import type { Conflict } from '../records/lock-facts.ts';
import { shownGlobs } from '../records/lock-refusals.ts';
import { HUMAN } from '../records/names.ts';
import type { Refusal } from '../records/request.ts';
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
    const sent = await sendMessage(session, {
      to: [holder],
      type: 'question',
      priority: 'high',
      task: ask.task,
      body: `Can you release ${shownGlobs(paths)}? I need ${shownGlobs(ask.paths)}${purposeOf(ask)}.`,
      idempotencyKey: `release-${id}`,
    });
    if (sent.ok) asked.push(sent.data.id);
  }
  return asked;
}

/**
 * Asks whoever owns a path outside of the agent's own scope whether it may be changed; the person in
 * charge where nobody works on it. Once a path, however often it is tried.
 * @returns the ids of the questions
 */
export async function askOwner(
  session: Session,
  ask: LockAsk,
  { data }: Refusal,
): Promise<string[]> {
  const { path, agents } = (data ?? {}) as { path?: string; agents?: readonly string[] };
  if (path === undefined) return [];
  const sent = await sendMessage(session, {
    to: [agents?.[0] ?? HUMAN],
    type: 'question',
    priority: 'high',
    task: ask.task,
    body: `May I change ${shownGlobs([path])}? I wanted to lock ${shownGlobs(ask.paths)}${purposeOf(ask)}.`,
    idempotencyKey: `may-${ask.repo}-${path}`.slice(0, 200),
  });
  return sent.ok ? [sent.data.id] : [];
}

function purposeOf({ task, why }: LockAsk): string {
  return `${task === undefined ? '' : ` for ${task}`}${why ? `: ${why}` : ''}`;
}
