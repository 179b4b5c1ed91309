import * as v from 'valibot';
import type { Lock } from './lock.ts';
import type { LockBoard } from './lock-board.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { factsOf } from './lock-facts.ts';
import { shownGlobs } from './lock-refusals.ts';
import { lockLossRefusal, lostTo } from './loss-story.ts';
import type { Message } from './message.ts';
import { formatMessage } from './message-file.ts';
import { HUMAN } from './names.ts';
import { anyLocks, leftOf, noLock, ownLocks, SELECTION } from './own-locks.ts';
import { lockPath, messagePath, recordId } from './paths.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal } from './roster.ts';
import { checkPayload, flagField, lineField } from './schema.ts';
import type { State } from './state.ts';
import { estimateTokens } from './tokens.ts';

const PAYLOAD = v.object({
  ...SELECTION,
  force: v.optional(flagField, false),
  why: v.exactOptional(lineField),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/**
 * Gives locks back, or a place in the line for one. Payload {repo?, ids?, paths?, all?, force?,
 * why?}. What is named by paths is given back as far as they cover it. With `force` the person in
 * charge breaks locks of others, also those that cannot be read; their holders are told. Refused:
 * `no-lock`, `not-your-lock`, `only-human`. Result {released: locks}.
 */
export function decideUnlock(state: State, request: Request, now: number): Decision {
  const checked = checkPayload(PAYLOAD, 'unlock', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const board = boardOf(state);
  const refused = projectRefusal(state) ?? foreignRefusal(board, request.agent, payload);
  if (refused !== undefined) return { refused };
  return payload.force && request.agent === HUMAN
    ? breakLocks(board, request, payload, now)
    : giveBack(state, board, request, payload, now);
}

/** Naming a lock of somebody else is refused, whatever else is named. */
function foreignRefusal(board: LockBoard, agent: string, payload: Payload): Refusal | undefined {
  if (payload.force && agent === HUMAN) return undefined;
  const foreign = board.locks.find(
    ({ id, holder }) => payload.ids.includes(id) && holder !== agent,
  );
  if (payload.force && (foreign || ownLocks(board, agent, payload, 0).length === 0)) {
    const target = foreign ?? anyLocks(board, payload).find(({ holder }) => holder !== agent);
    if (target) return onlyHuman(target);
  }
  if (foreign === undefined) return undefined;
  return {
    code: 'not-your-lock',
    message: `${shownGlobs(foreign.paths)} is locked by ${foreign.holder}, not by ${agent}`,
    hint: `comm-node ask ${foreign.holder} "Can you release it?"`,
    data: { lock: factsOf(foreign) },
  };
}

function onlyHuman(lock: Lock): Refusal {
  return {
    code: 'only-human',
    message: `only ${HUMAN} may break a lock of another: ${lock.holder} holds ${shownGlobs(lock.paths)}`,
    hint: `comm-node ask ${lock.holder} "Can you release it?", or comm-node ask ${HUMAN}`,
    data: { lock: factsOf(lock) },
  };
}

function giveBack(
  state: State,
  board: LockBoard,
  request: Request,
  payload: Payload,
  now: number,
): Decision {
  const { agent } = request;
  const own = ownLocks(board, agent, payload, now);
  const waits = board.waits.filter(
    (wait) => wait.agent === agent && (payload.ids.includes(wait.id) || payload.all),
  );
  const [first] = [...own, ...waits];
  if (first === undefined) {
    const told = lockLossRefusal(state, board, lostTo(state.live, agent, payload), now);
    return { refused: told ?? noLock(agent) };
  }
  const byPath = payload.all ? undefined : payload.paths;
  const kept = own.flatMap((lock) => {
    if (byPath === undefined || payload.ids.includes(lock.id)) return [];
    const paths = leftOf(lock, byPath);
    return paths.length === 0 ? [] : [{ ...lock, paths }];
  });
  const staying = new Set(kept.map(({ id }) => id));
  const gone = [...own, ...waits].map(({ id }) => id).filter((id) => !staying.has(id));
  const files = lockFiles(board, { locks: kept, gone }, now);
  const left = new Map(kept.map(({ id, paths }) => [id, paths]));
  const released = own.map((lock) => ({
    ...factsOf(lock),
    paths: lock.paths.filter((path) => !left.get(lock.id)?.includes(path)),
  }));
  const what = shownGlobs(own.length > 0 ? released.flatMap(({ paths }) => paths) : first.paths);
  return {
    granted: {
      files,
      subject: own.length > 0 ? `unlock: ${agent} ${what}` : `wait: ${agent} gives up on ${what}`,
      record: first.id,
      ...(first.task === undefined ? {} : { task: first.task }),
      result: { released, kept: kept.map(factsOf) },
    },
  };
}

const NO_SUCH_LOCK: Refusal = {
  code: 'no-lock',
  message: 'nobody holds a lock there',
  hint: 'comm-node locks shows who holds what',
};

function breakLocks(board: LockBoard, request: Request, payload: Payload, now: number): Decision {
  const broken = payload.all ? [...board.locks] : anyLocks(board, payload);
  // The service has asked for paths; what cannot be read has none, and is named by its id.
  const unreadable = board.unreadable.filter(({ path }) => payload.ids.includes(recordId(path)));
  const [first] = [...broken.map(({ id }) => id), ...unreadable.map(({ path }) => recordId(path))];
  if (first === undefined) return { refused: NO_SUCH_LOCK };
  const files = lockFiles(board, { gone: broken.map(({ id }) => id) }, now);
  for (const { path } of unreadable) files.set(lockPath(recordId(path)), null);
  const others = broken.filter(({ holder }) => holder !== request.agent);
  if (others.length > 0) {
    const message = noticeOf(request, others, payload.why);
    files.set(messagePath(message.id), formatMessage(message));
  }
  const holders = [...new Set(broken.map(({ holder }) => holder))];
  const what = broken.length > 0 ? shownGlobs(broken.flatMap(({ paths }) => paths)) : first;
  const whose =
    holders.length > 0 ? `the lock of ${holders.join(', ')}` : 'a lock that cannot be read,';
  const why = payload.why === undefined ? '' : `: ${payload.why}`;
  return {
    granted: {
      files,
      subject: `unlock: ${request.agent} breaks ${whose} on ${what}${why}`,
      record: first,
      result: {
        released: broken.map(factsOf),
        kept: [],
        forced: true,
        told: others.map(({ holder }) => holder),
      },
    },
  };
}

/** What the holders of broken locks find in their inbox. */
function noticeOf(request: Request, locks: readonly Lock[], why: string | undefined): Message {
  const what = shownGlobs(locks.flatMap(({ paths }) => paths));
  const reason = why === undefined ? '' : ` ${why.replace(/[.!?]?$/, '.')}`;
  const body = `I have released your lock on ${what}.${reason} Do not write there until you hold one again.`;
  return {
    id: request.id,
    type: 'order',
    tier: 'coordination',
    from: request.agent,
    to: [...new Set(locks.map(({ holder }) => holder))],
    cc: [],
    thread: request.id,
    priority: 'high',
    artifacts: [],
    blocks_progress: false,
    ack_required: false,
    tokens: estimateTokens(body),
    created: request.at,
    body,
  };
}
