import { type Begun, forgetBegun, leftBegun } from '../bus/journal.ts';
import { CommError } from '../errors.ts';
import type { BeadsTracker } from '../trackers/beads-tracker.ts';
import type { Session } from './session.ts';

/** Where something may have been begun; who asks does not matter: each request names its agent. */
type Here = Pick<Session, 'bus' | 'place'>;

/**
 * Finishes what an earlier command was killed over: a task that it closed in the tracker is done
 * here too, and one that it did not get to close is as it was. What cannot be told now is left for
 * the next command.
 */
export async function finishBegun(session: Here): Promise<void> {
  for (const begun of await leftBegun(session.bus.hub)) {
    try {
      await finishOne(session, begun);
    } catch (error) {
      if (!(error instanceof CommError)) throw error;
      session.place.notice(
        `what was begun for ${begun.issue} is not finished yet: ${error.message}`,
      );
    }
  }
}

async function finishOne({ bus, place }: Here, { request, cwd, issue }: Begun): Promise<void> {
  const { BeadsTracker } = await import('../trackers/beads-tracker.ts');
  const tracker = new BeadsTracker({ cwd, actor: request.agent });
  const isClosed = (await tracker.show(issue))?.status === 'done';
  if (isClosed) {
    const outcome = await bus.publish(request, { deferrable: false });
    if ('refused' in outcome) {
      await reopenIn(tracker, issue, request.agent);
      place.notice(`${issue} is open again: ${outcome.refused.message}`);
    } else place.notice(`finished what was begun: ${issue} is done`);
  }
  await forgetBegun(bus.hub, request.id);
}

/** Undoes a close that was not agreed to. */
export async function reopenIn(
  tracker:
    | BeadsTracker
    | {
        release(id: string): Promise<unknown>;
        assign(id: string, agent: string): Promise<unknown>;
      },
  issue: string,
  agent: string,
): Promise<void> {
  await tracker.release(issue);
  await tracker.assign(issue, agent);
}
