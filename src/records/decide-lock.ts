import * as v from 'valibot';
import { haltRefusal } from './decide-order.ts';
import { formatFence } from './fence.ts';
import { defined } from './fields.ts';
import type { Lock } from './lock.ts';
import { expiryOf, isHeld, type LockBoard, type Wish } from './lock-board.ts';
import { boardOf, type LockChange, lockFiles } from './lock-changes.ts';
import { conflictsOf, heldRefusal, ownFactsOf } from './lock-facts.ts';
import { type Hindrances, isInLine, LockLine } from './lock-line.ts';
import { nextNumber, numberRefusal } from './lock-numbers.ts';
import { deadlockRefusal, leaseRefusal, scopeRefusal, shownGlobs } from './lock-refusals.ts';
import { lostLocks } from './lost-lock.ts';
import { formatLostLock } from './lost-lock-file.ts';
import { leftOf } from './own-locks.ts';
import { FENCE_PATH, lostLockPath } from './paths.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, senderRefusal } from './roster.ts';
import {
  checkPayload,
  countField,
  flagField,
  globsField,
  idField,
  lineField,
  repoField,
  taskField,
  timeField,
} from './schema.ts';
import type { State } from './state.ts';
import { formatDuration, formatTime } from './time.ts';
import type { Wait } from './wait.ts';

const PAYLOAD = v.object({
  repo: repoField,
  paths: globsField,
  exclusive: v.optional(flagField, true),
  ttl_ms: countField,
  task: v.exactOptional(taskField),
  why: v.exactOptional(lineField),
  wait: v.exactOptional(v.object({ until: timeField, grace_ms: countField })),
  claim: v.exactOptional(idField),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/** What a decision about a lock is made on. */
interface Case {
  readonly state: State;
  readonly request: Request;
  readonly now: number;
  readonly payload: Payload;
  readonly board: LockBoard;
  readonly wish: Wish;
}

/**
 * Grants a lock, or a place in the line for it. Payload {repo, paths, exclusive?, ttl_ms, task?,
 * why?, wait?: {until, grace_ms}, claim?: the place whose turn has come}. All paths or none.
 * Refused: `paused`, `outside-scope`, `lock-held` (with `data.conflicts`), `deadlock`, `bad-lease`,
 * `turn-lost`, `fence-malformed`. Result {lock} when it is granted, {place, conflicts} while it waits, and {refused}
 * if all that it changed is what had expired.
 */
export function decideLock(state: State, request: Request, now: number): Decision {
  const checked = checkPayload(PAYLOAD, 'lock', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const refused =
    projectRefusal(state) ??
    senderRefusal(state, request.agent) ??
    haltRefusal(state, request.agent) ??
    numberRefusal(state) ??
    leaseRefusal(state, payload.ttl_ms) ??
    scopeRefusal(state, request.agent, payload);
  if (refused !== undefined) return { refused };
  const { repo, paths, exclusive } = payload;
  const wish = { agent: request.agent, repo, paths: [...new Set(paths)], exclusive };
  const about: Case = { state, request, now, payload, wish, board: boardOf(state) };
  const again = ownAgain(about);
  if (again !== undefined) return again;
  return payload.claim === undefined ? decideFresh(about) : decideClaim(about, payload.claim);
}

function decideFresh(about: Case): Decision {
  const { board, wish, now, payload } = about;
  const line = new LockLine(board, now);
  // Whoever was killed in line, and comes back, has kept its place.
  const known = board.waits.find((one) => one.agent === wish.agent && isSame(one, wish));
  const found = line.hindrances(wish, known?.place);
  if (isFree(found)) return grant(about, { gone: known ? [known.id] : [] });
  const conflicts = conflictsOf(found);
  if (payload.wait === undefined) return refuse(about, heldRefusal(conflicts, wish.paths, now));
  const rival = line.deadlockWith(wish);
  if (rival !== undefined) return refuse(about, deadlockRefusal(rival, conflicts));
  const wait = known ? { ...known, ...payload.wait } : placeOf(about, payload.wait);
  return changed(about, { waits: [wait] }, known ? [] : [wait.place], {
    subject: `wait: ${wish.agent} waits for ${shownGlobs(wish.paths)}`,
    record: wait.id,
    result: { place: { id: wait.id, place: wait.place, until: wait.until }, conflicts },
  });
}

function isFree({ obstacles, ahead }: Hindrances): boolean {
  return obstacles.length === 0 && ahead.length === 0;
}

function isSame(one: Omit<Wish, 'agent'>, other: Omit<Wish, 'agent'>): boolean {
  const sorted = ({ paths }: { readonly paths: readonly string[] }) => [...paths].sort().join('\n');
  return (
    one.repo === other.repo && one.exclusive === other.exclusive && sorted(one) === sorted(other)
  );
}

/** The owner of a place asks whether its turn has come. */
function decideClaim(about: Case, id: string): Decision {
  const { board, wish, now } = about;
  const wait = board.waits.find((one) => one.id === id && one.agent === wish.agent);
  const isMine = wait !== undefined && isSame(wait, wish) && isInLine(wait, now, board.skewMs);
  if (!isMine) return { refused: TURN_LOST };
  const found = new LockLine(board, now).hindrances(wish, wait.place);
  if (isFree(found)) return grant(about, { gone: [wait.id] });
  const result = {
    place: { id: wait.id, place: wait.place, until: wait.until },
    conflicts: conflictsOf(found),
  };
  return housekeeping(about, result) ?? { unneeded: result };
}

const TURN_LOST: Refusal = {
  code: 'turn-lost',
  message: 'the place in the line is gone: its turn passed, or it was given up',
  hint: 'run the command again to get in line anew',
};

function grant(about: Case, change: LockChange): Decision {
  const { request, payload, wish, now } = about;
  const { agent: holder, ...what } = wish;
  const fence = nextNumber(about.state);
  const lock: Lock = {
    ...defined<Pick<Lock, 'task' | 'why' | 'key'>>({
      task: payload.task,
      why: payload.why,
      key: request.key,
    }),
    ...what,
    id: request.id,
    holder,
    fence,
    created: request.at,
    expires: formatTime(now + payload.ttl_ms),
    extra: {},
    body: '',
  };
  const verb = lock.exclusive ? '' : 'shares ';
  return changed(about, { ...change, locks: [lock] }, [fence], {
    subject: `lock: ${holder} ${verb}${shownGlobs(lock.paths)} for ${formatDuration(payload.ttl_ms)}`,
    record: lock.id,
    result: { lock: ownFactsOf(lock, about.board.skewMs) },
  });
}

/** The same paths once more: the lock that is there is prolonged, and keeps its fence. */
function ownAgain(about: Case): Decision | undefined {
  const { board, wish, request, payload, now } = about;
  const own = board.locks.filter(
    (lock) => lock.holder === wish.agent && isHeld(lock, now, board.skewMs),
  );
  const retried = own.find(
    ({ id, key }) => id === request.id || (key !== undefined && key === request.key),
  );
  if (retried) return { unneeded: { lock: ownFactsOf(retried, board.skewMs) } };
  const same = own.find((lock) => isSame(lock, wish));
  if (!same) return undefined;
  const expires = formatTime(Math.max(expiryOf(same), now + payload.ttl_ms));
  const longer = {
    ...same,
    ...defined<Partial<Lock>>({ task: payload.task, why: payload.why }),
    expires,
  };
  return changed(about, { locks: [longer], gone: payload.claim ? [payload.claim] : [] }, [], {
    subject: `renew: ${wish.agent} ${shownGlobs(same.paths)} for ${formatDuration(payload.ttl_ms)}`,
    record: same.id,
    result: { lock: ownFactsOf(longer, board.skewMs), renewed: true },
  });
}

function placeOf(
  { request, wish, payload, state }: Case,
  wait: NonNullable<Payload['wait']>,
): Wait {
  return {
    ...defined<Pick<Wait, 'task' | 'why'>>({ task: payload.task, why: payload.why }),
    ...wish,
    id: request.id,
    place: nextNumber(state),
    created: request.at,
    ...wait,
    extra: {},
    body: '',
  };
}

/** A refusal that is said all the same, even if what has expired could be swept on the way. */
function refuse(about: Case, refused: Refusal): Decision {
  return housekeeping(about, { refused }) ?? { refused };
}

/** Sweeps what is over and calls whoever's turn has come; undefined if there is nothing to do. */
function housekeeping(
  about: Case,
  result: Readonly<Record<string, unknown>>,
): Decision | undefined {
  const files = lockFiles(about.board, {}, about.now);
  if (files.size === 0) return undefined;
  const subject = 'locks: what has expired is swept';
  return { granted: { files, subject, record: about.request.id, result } };
}

/** What was taken from its holder while it was silent, and is locked anew, may be written again. */
function regain({ state }: Case, lock: Lock, files: Map<string, string | null>): void {
  for (const lost of lostLocks(state.live)) {
    if (lost.holder !== lock.holder || lost.repo !== lock.repo) continue;
    const paths = leftOf(lost, lock.paths);
    if (paths.length === lost.paths.length) continue;
    const rest = paths.length === 0 ? null : formatLostLock({ ...lost, paths });
    files.set(lostLockPath(lost.id), rest);
  }
}

function changed(
  about: Case,
  change: LockChange,
  numbers: readonly number[],
  rest: {
    readonly subject: string;
    readonly record: string;
    readonly result: Readonly<Record<string, unknown>>;
  },
): Decision {
  const { board, now, payload } = about;
  const files = lockFiles(board, change, now);
  for (const lock of change.locks ?? []) regain(about, lock, files);
  for (const number of numbers) files.set(FENCE_PATH, formatFence(number));
  return { granted: { files, ...rest, ...defined<{ task?: string }>({ task: payload.task }) } };
}
