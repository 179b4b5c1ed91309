import * as v from 'valibot';
import { expiryOf } from './lock-board.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { ownFactsOf } from './lock-facts.ts';
import { leaseRefusal, shownGlobs } from './lock-refusals.ts';
import { lockLossRefusal, lostTo } from './loss-story.ts';
import { noLock, ownLocks, SELECTION } from './own-locks.ts';
import type { Decision, Request } from './request.ts';
import { projectRefusal } from './roster.ts';
import { checkPayload, countField } from './schema.ts';
import type { State } from './state.ts';
import { formatDuration, formatTime } from './time.ts';

const PAYLOAD = v.object({ ...SELECTION, ttl_ms: countField });

/**
 * Prolongs locks of the agent that asks: they keep id and fence, and never end sooner than before.
 * Payload {repo?, ids?, paths?, all?, ttl_ms}. Refused: `no-lock`, also when it has expired, since
 * others may have been granted it; `lock-lost`, when it was
 * taken away. Result {locks}.
 */
export function decideRenew(state: State, request: Request, now: number): Decision {
  const checked = checkPayload(PAYLOAD, 'renew', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const refused = projectRefusal(state) ?? leaseRefusal(state, payload.ttl_ms);
  if (refused !== undefined) return { refused };
  const board = boardOf(state);
  const own = ownLocks(board, request.agent, payload, now);
  const [first] = own;
  if (first === undefined) {
    const lost = lostTo(state.live, request.agent, payload);
    const told = lockLossRefusal(state, board, lost, now);
    return { refused: told ?? noLock(request.agent) };
  }
  const locks = own.map((lock) => ({
    ...lock,
    expires: formatTime(Math.max(expiryOf(lock), now + payload.ttl_ms)),
  }));
  const what = shownGlobs(locks.flatMap(({ paths }) => paths));
  return {
    granted: {
      files: lockFiles(board, { locks }, now),
      subject: `renew: ${request.agent} ${what} for ${formatDuration(payload.ttl_ms)}`,
      record: first.id,
      ...(first.task === undefined ? {} : { task: first.task }),
      result: { locks: locks.map((lock) => ownFactsOf(lock, board.skewMs)) },
    },
  };
}
