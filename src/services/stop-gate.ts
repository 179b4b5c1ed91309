import type { Blocking } from '../bus/agent-session.ts';
import { answersSince } from '../bus/mailbox.ts';
import type { Lock } from '../records/lock.ts';
import { isHeld } from '../records/lock-board.ts';
import type { AtWork } from './agent-at-work.ts';
import { mailNews } from './mail-news.ts';

/** What somebody else still waits for. */
export interface Unfinished {
  readonly questions: readonly Blocking[];
  readonly locks: readonly Lock[];
}

/**
 * What holds a session back that wants to stop: questions that block somebody and that it has not
 * answered, and locks it still holds. Each holds it back once, so that it can never be a loop.
 * @param stop names the end: that of the session, or of one of its subagents
 */
export async function unfinished(work: AtWork, stop: string): Promise<Unfinished> {
  const { guard } = work;
  // What came since it was last told holds it back as well.
  await mailNews(work);
  const told = new Set(work.memory.held);
  const questions = (await unanswered(work)).filter(({ id }) => !told.has(`${stop} ${id}`));
  const now = guard.place.now();
  const board = guard.board({ repo: guard.repo, holder: guard.agent });
  const locks = board.locks.filter(
    (lock) =>
      lock.holder === guard.agent &&
      lock.repo === guard.repo &&
      isHeld(lock, now, board.skewMs) &&
      !told.has(`${stop} ${lock.id}`),
  );
  const ids = [...questions, ...locks].map(({ id }) => `${stop} ${id}`);
  if (ids.length > 0) work.remember({ held: [...work.memory.held, ...ids] });
  return { questions, locks };
}

async function unanswered(work: AtWork): Promise<readonly Blocking[]> {
  const { guard, memory } = work;
  if (memory.blocking.length === 0) return [];
  const from = Math.min(...memory.blocking.map(({ after }) => after));
  const answered = await answersSince(guard.view, guard.agent, from);
  // An answer that waits for the remote is an answer.
  for (const { request } of await guard.bus.waiting()) {
    answered.add(String(request.payload['in_reply_to'] ?? ''));
  }
  const open = memory.blocking.filter(({ id }) => !answered.has(id));
  if (open.length < memory.blocking.length) work.remember({ blocking: open });
  return open;
}
