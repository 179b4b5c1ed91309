import type { Outcome as Published } from '../bus/bus.ts';
import { defined } from '../records/fields.ts';
import type { LockFacts } from '../records/lock-facts.ts';
import type { Task } from '../records/task.ts';
import { findTask } from '../records/task-refusals.ts';
import type { Listing } from '../trackers/tracker.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';
import { mirror, trackerOf } from './task-tracker.ts';

/**
 * Claims a task here, where it is decided, and then in the tracker of this machine. A tracker that
 * refuses takes the claim back.
 * @param task or its id; one that only the tracker knows gets its record by this
 */
export async function claimOne(
  session: Session,
  task: Task | Pick<Task, 'id'>,
  ttlMs: number,
  listing: Listing | undefined,
): Promise<Outcome<{ readonly lock: LockFacts | null; readonly commit: string | null }>> {
  const { bus } = session;
  const isStray = 'title' in task && !(await bus.view()).fold.tasks.has(task.id);
  const payload = { task: task.id, ttl_ms: ttlMs, adopt: isStray ? adoptable(task) : undefined };
  const request = session.request('claim', defined<Record<string, unknown>>(payload));
  const outcome = await bus.publish(request, { deferrable: false });
  const after = (await bus.view()).fold.tasks;
  const now = findTask(after, task.id);
  if ('refused' in outcome) {
    // Whoever was faster has it in this machine's tracker as well.
    if (now && listing)
      await mirror(session, new Map([[now.id, now]]), listing).catch(() => undefined);
    return no(outcome.refused);
  }
  if (now) await tellTracker(session, now, listing);
  return yes({ lock: lockIn(outcome), commit: 'published' in outcome ? outcome.commit : null });
}

/** A tracker that refuses takes the claim back: then nobody has it. */
async function tellTracker(
  session: Session,
  task: Task,
  listing: Listing | undefined,
): Promise<void> {
  const id = task.tracker_id ?? task.id;
  const isKnown =
    listing?.fallback === undefined && listing?.issues.some((issue) => issue.id === id);
  if (task.tracker !== 'beads' || !isKnown) {
    if (task.tracker === 'beads')
      session.place.notice(
        `Beads on this machine does not know of it yet: ${id} is told when it does`,
      );
    return;
  }
  try {
    await trackerOf(session, task)?.assign(id, session.agent);
  } catch (error) {
    const back = session.request('reopen', { task: task.id, why: 'the tracker refused the claim' });
    await session.bus.publish(back, { deferrable: false });
    throw error;
  }
}

function lockIn(outcome: Exclude<Published, { refused: unknown }>): LockFacts | null {
  const result =
    'published' in outcome ? outcome.published : 'unneeded' in outcome ? outcome.unneeded : {};
  return (result['lock'] as LockFacts | null | undefined) ?? null;
}

function adoptable(task: Task): Record<string, unknown> {
  const { id, title, domain, priority, done_when, body } = task;
  return { id, title, domain, priority, done_when, description: body };
}
