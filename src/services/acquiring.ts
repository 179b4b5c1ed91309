import type { Conflict } from '../records/lock-facts.ts';
import type { Refusal } from '../records/request.ts';
import { shortId } from './finding.ts';
import { askHolders, askOwner } from './lock-questions.ts';
import { type LineWait, lockInLine } from './lock-queue.ts';
import { type LockAsk, type Locked, requestLock } from './locking.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { recordRefusedLock } from './refused-locks.ts';
import type { Session } from './session.ts';

export interface AcquireOptions {
  /** Get in line, and wait so long; undefined: take no for an answer. */
  readonly wait: Omit<LineWait, 'onWait'> | undefined;
  /** Ask the holders to release what is in the way, or the owner for leave. */
  readonly ask: boolean;
  /** Told what is in the way, when it begins to wait. */
  onWait(conflicts: readonly Conflict[]): void;
}

/** A lock, and what it took to get it. */
export interface Acquired extends Locked {
  readonly waited_seconds: number;
  /** Ids of the questions that the holders, or the owner, were sent. */
  readonly asked: readonly string[];
}

/** Locks paths: at once, or when it is this agent's turn. All of them or none. */
export async function acquireLock(
  session: Session,
  wish: LockAsk,
  { wait, ask, onWait }: AcquireOptions,
): Promise<Outcome<Acquired>> {
  let inLineSince: number | undefined;
  const asked: string[] = [];
  const question = async (conflicts: readonly Conflict[]) => {
    if (ask) asked.push(...(await askHolders(session, wish, conflicts)));
  };
  const told = async ({ conflicts }: { readonly conflicts: readonly Conflict[] }) => {
    inLineSince = session.place.now();
    onWait(conflicts);
    await question(conflicts);
  };
  const answer = wait
    ? await lockInLine(session, wish, { ...wait, onWait: told })
    : await once(session, wish);
  if (!answer.ok) {
    await recordRefusedLock(session, wish, answer.refusal);
    if (wait === undefined && answer.refusal.code === 'lock-held') {
      await question((answer.refusal.data?.['conflicts'] ?? []) as Conflict[]);
    }
    if (ask && answer.refusal.code === 'outside-scope') {
      asked.push(...(await askOwner(session, wish, answer.refusal)));
    }
    return no(withQuestions(answer.refusal, asked));
  }
  const now = session.place.now();
  const waited = Math.round((now - (inLineSince ?? now)) / 1000);
  return yes({ ...answer.data, waited_seconds: waited, asked });
}

async function once(session: Session, wish: LockAsk): Promise<Outcome<Locked>> {
  const answer = await requestLock(session, wish);
  if (!answer.ok) return answer;
  if ('granted' in answer.data) return yes(answer.data.granted);
  throw new Error('a place in the line that nobody asked for');
}

function withQuestions(refusal: Refusal, asked: readonly string[]): Refusal {
  if (asked.length === 0) return refusal;
  const names = asked.map(shortId).join(', ');
  const lock = refusal.code === 'outside-scope' ? '' : ', comm-node lock … --wait 10m for the lock';
  return {
    ...refusal,
    hint: `asked as ${names}: comm-node watch --once waits for the answer${lock}`,
    data: { ...refusal.data, asked },
  };
}
