import { waitForNews } from '../bus/news.ts';
import type { Message } from '../records/message.ts';
import { readMessages } from './reading.ts';
import { answersTo } from './replying.ts';
import type { Session } from './session.ts';

export interface AnswerWait {
  /** Gives up after this long, in milliseconds. */
  readonly timeoutMs: number;
  /** How often a remote is asked, in milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits for the first answer to a question, and reads it.
 * @returns undefined when time ran out
 */
export async function waitForAnswer(
  session: Session,
  question: string,
  wait: AnswerWait,
): Promise<Message | undefined> {
  const end = session.place.now() + wait.timeoutMs;
  for (;;) {
    const view = await session.bus.view();
    const [answer] = await answersTo(view, question, session.agent);
    if (answer) {
      await readMessages(session, [answer.id]);
      return answer;
    }
    const timeoutMs = Math.max(0, end - session.place.now());
    const waiting = { ...wait, timeoutMs, since: view.fold.commit };
    const arrival = await waitForNews(session.bus, session.place, waiting);
    if (arrival !== 'news') return undefined;
  }
}
