import { waitForNews } from '../bus/news.ts';
import { expiryOf, type LockBoard, lockBoard } from '../records/lock-board.ts';
import { lockFiles } from '../records/lock-changes.ts';
import { conflictsOf, heldRefusal } from '../records/lock-facts.ts';
import { type Hindrances, LockLine } from '../records/lock-line.ts';
import { formatDuration, formatTime, parseTime } from '../records/time.ts';
import type { Wait } from '../records/wait.ts';
import { type LockAnswer, type LockAsk, type Locked, type Place, requestLock } from './locking.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** How long to wait in line, and how often a remote is asked meanwhile; milliseconds. */
export interface LineWait {
  readonly timeoutMs: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Told once, when it has to wait. */
  onWait(answer: Extract<LockAnswer, { place: Place }>): Promise<void> | void;
}

/**
 * Who is told of its turn at once may take this long to come for its lock. Others have to see it
 * first (three looks), and to fetch and push, perhaps a second time: each takes about one push.
 */
const GRACE_MS = 5000;
const LOOKS = 3;
const ROUND_TRIPS = 6;
/** Whoever is next has this long to move by itself before others tidy up after it. */
const CHORE_MS = 1000;
/** The shortest nap, so that a clock that disagrees makes no busy loop. */
const NAP_MS = 50;

/**
 * Locks as soon as it can: gets in line when it must, and comes for the lock when its turn has
 * come. Refused with `lock-held` when time runs out or the caller stops it; its place is given up.
 */
export async function lockInLine(
  session: Session,
  ask: LockAsk,
  wait: LineWait,
): Promise<Outcome<Locked>> {
  return new Waiter(session, ask, wait).run();
}

class Waiter {
  readonly #session: Session;
  readonly #ask: LockAsk;
  readonly #wait: LineWait;
  readonly #end: number;
  #place: Place | undefined;
  #told = false;

  constructor(session: Session, ask: LockAsk, wait: LineWait) {
    this.#session = session;
    this.#ask = ask;
    this.#wait = wait;
    this.#end = session.place.now() + wait.timeoutMs;
  }

  async run(): Promise<Outcome<Locked>> {
    for (;;) {
      const answer = await this.#request();
      if (!answer.ok) {
        // A turn that was missed costs the place, not the lock: it gets in line again.
        const { code } = answer.refusal;
        const mayAsk = code === 'turn-lost' || (code === 'lock-over' && !this.#isOver());
        if (!mayAsk) return answer;
        this.#place = undefined;
        continue;
      }
      if ('granted' in answer.data) return yes(answer.data.granted);
      this.#place = answer.data.place;
      if (!this.#told) await this.#wait.onWait(answer.data);
      this.#told = true;
      const ended = await this.#untilTurn();
      if (ended) return ended;
    }
  }

  #isOver(): boolean {
    return this.#session.place.now() >= this.#end;
  }

  async #request(): Promise<Outcome<LockAnswer>> {
    if (this.#place) return requestLock(this.#session, this.#ask, { claim: this.#place.id });
    // Its turn was missed at the very end: one last look, without a new place.
    if (this.#isOver()) return requestLock(this.#session, this.#ask);
    const { bus } = this.#session;
    const far = LOOKS * this.#wait.everyMs + ROUND_TRIPS * (await bus.pushMs());
    const grace_ms = GRACE_MS + (bus.hub.lane === 'push' ? Math.round(far) : 0);
    return requestLock(this.#session, this.#ask, {
      wait: { until: formatTime(this.#end), grace_ms },
    });
  }

  /** Sleeps until it is worth asking again; an outcome when it is not any more. */
  async #untilTurn(): Promise<Outcome<Locked> | undefined> {
    const { bus, place } = this.#session;
    for (;;) {
      const view = await bus.view();
      const board = lockBoard(view.fold, view.fold.clockSkewMs);
      const own = board.waits.find(({ id }) => id === this.#place?.id);
      if (!own) return this.#lostPlace();
      const now = place.now();
      const found = new LockLine(board, now).hindrances(own, own.place);
      if (found.obstacles.length === 0 && found.ahead.length === 0) return undefined;
      if (now >= this.#end || this.#wait.signal.aborted) return this.#giveUp(own, found);
      const hasChores = lockFiles(board, {}, now).size > 0;
      const next = hasChores ? CHORE_MS : nextMoment(board, found, now) - now;
      const arrival = await waitForNews(bus, place, {
        timeoutMs: Math.max(NAP_MS, Math.min(this.#end - now, next)),
        everyMs: this.#wait.everyMs,
        signal: this.#wait.signal,
        since: view.fold.commit,
      });
      if (arrival === 'timeout' && hasChores) return undefined;
    }
  }

  /** A mirror may be behind its own push; else the place is gone, and asking again says so. */
  async #lostPlace(): Promise<undefined> {
    const { bus } = this.#session;
    if (bus.hub.lane === 'push') await bus.receive();
    return undefined;
  }

  async #giveUp(own: Wait, found: Hindrances): Promise<Outcome<Locked>> {
    const { bus, place, request } = this.#session;
    // Should it not get through: the place ends by itself.
    const left = request('unlock', { ids: [own.id] });
    await bus.publish(left, { deferrable: false, helpable: true }).catch(() => undefined);
    const refusal = heldRefusal(conflictsOf(found), own.paths, place.now());
    const waited = `not free within ${formatDuration(this.#wait.timeoutMs)}`;
    return no({ ...refusal, message: `${waited}: ${refusal.message}` });
  }
}

/** When something runs out that is in the way, by the slowest clock. */
function nextMoment(board: LockBoard, { obstacles, ahead }: Hindrances, now: number): number {
  const ends = [
    ...obstacles.map((one) => ('lock' in one ? expiryOf(one.lock) : Number.POSITIVE_INFINITY)),
    ...ahead.flatMap(({ until, turn }) => [until, turn].map((time) => parseTime(time ?? ''))),
  ];
  const future = ends
    .map((end) => (end ?? Number.POSITIVE_INFINITY) + board.skewMs + 1)
    .filter((end) => end > now);
  return Math.min(...future, Number.MAX_SAFE_INTEGER);
}
