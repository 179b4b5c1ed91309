import { setTimeout as sleep } from 'node:timers/promises';
import type { Depositor } from './depositor.ts';
import { type Hub, LEAD, MAIN } from './hub.ts';
import { notRefused, type Proposal, propose, type Tools } from './landing.ts';
import { makeLead, nextLead } from './lead.ts';
import { type Lookout, PAUSE_MS } from './lookout.ts';
import type { Newest } from './newest.ts';
import { type Deposit, depositors, placeInLine } from './outbox.ts';
import { isLively, type PaceBook, seenAt, takesAtomic, turnMs } from './pace.ts';
import type { Load, Pusher, Settled } from './pusher.ts';
import { type Entry, isUrgent, mayBeLeft } from './queue.ts';
import type { Scene, Sight } from './sight.ts';

const NOTHING: Settled = { answers: new Map() };

/** So many times as long as a branch must stand still, a hub waits for one that does not. */
const LONGEST = 4;

interface Parts {
  readonly lookout: Lookout;
  readonly newest: Newest;
  readonly pusher: Pusher;
  readonly outbox: Depositor;
  readonly sight: Sight;
}

/**
 * Lands requests while other machines do the same. Whoever leads moves the branch
 * and takes along what the others have left in their outboxes; they only leave
 * what is new there and wait. Nobody leads at first, or when the leader has gone:
 * then each tries, and leaves its requests in the same push, so that one round
 * trip brings them to safety whoever wins.
 */
export class Rivalry {
  readonly #hub: Hub;
  readonly #tools: Tools;
  readonly #book: PaceBook;
  readonly #parts: Parts;
  constructor(hub: Hub, tools: Tools, book: PaceBook, parts: Parts) {
    this.#hub = hub;
    this.#tools = tools;
    this.#book = book;
    this.#parts = parts;
  }

  /** @param count how many requests wait at this hub now */
  async land(entries: readonly Entry[], count: () => Promise<number>): Promise<Settled> {
    const { outbox, sight } = this.#parts;
    const urgent = entries.some(isUrgent);
    if (urgent) sight.noteCalled();
    let scene = await sight.look(entries);
    if ('settled' in scene) return scene.settled;
    const fresh = await outbox.notLeft(entries);
    const mayWait = fresh.every(mayBeLeft);
    if (scene.lead !== this.#hub.id && mayWait) {
      const others = scene.lead !== undefined || scene.waiting.length > 0;
      if (fresh.length > 0 && others && !urgent) return this.#leave(entries, fresh);
      if (fresh.length === 0 && !(await this.#isTurn(entries, scene, count))) return NOTHING;
      sight.noteCalled();
      scene = await sight.look(entries);
      if ('settled' in scene) return scene.settled;
    }
    return this.#move(entries, fresh, scene);
  }

  /** Only leaves what is new; somebody else moves the branch. */
  async #leave(entries: readonly Entry[], fresh: readonly Entry[]): Promise<Settled> {
    const { outbox, pusher } = this.#parts;
    const deposit = await outbox.make(await notRefused(this.#hub, fresh, this.#tools));
    if (!deposit) return this.#decide(entries, fresh);
    return pusher.settle(await pusher.push({ deposit }, entries), { deposit }, entries);
  }

  /** What is refused here is decided by a push of the branch, from the newest state. */
  async #decide(entries: readonly Entry[], fresh: readonly Entry[]): Promise<Settled> {
    const { sight } = this.#parts;
    sight.noteCalled();
    const scene = await sight.look(entries);
    return 'settled' in scene ? scene.settled : this.#move(entries, fresh, scene);
  }

  /** Moves the branch, with all that waits here and in outboxes. */
  async #move(
    entries: readonly Entry[],
    fresh: readonly Entry[],
    { lead, waiting }: Scene,
  ): Promise<Settled> {
    const { outbox, pusher } = this.#parts;
    const others = waiting.flatMap((deposit) => deposit.entries);
    const proposal = await propose(this.#hub, entries, others, true, this.#tools);
    const dropped = idsWithout(proposal);
    if (proposal.chain.commits === 0) return this.#answer(entries, proposal, dropped);
    const helped = new Set(waiting.map((deposit) => deposit.from)).size;
    if (lead === this.#hub.id || fresh.length === 0) {
      return this.#race(
        { proposal, dropped, helped, ...(await this.#bound(proposal, waiting)) },
        entries,
      );
    }
    const granted = fresh.filter(({ request }) => isGranted(proposal, request.id));
    const deposit = await outbox.make(granted);
    const load = { proposal, dropped, deposit, helped, ...(await this.#lead(proposal, [])) };
    if (!deposit) return this.#race(load, entries);
    return pusher.settle(await pusher.push(load, entries), load, entries);
  }

  /**
   * There is nothing to land. Who was left to others, and is refused now, must not
   * be granted later: it is taken back, and the answer holds if nobody was faster.
   */
  async #answer(
    entries: readonly Entry[],
    { answers, head }: Proposal,
    dropped: ReadonlySet<string>,
  ): Promise<Settled> {
    const { newest, outbox, pusher } = this.#parts;
    const gone = entries.filter(({ request }) => dropped.has(request.id));
    if ((await outbox.leftOf(gone)).size === 0) return { answers };
    const pushed = await pusher.push({ dropped }, entries);
    if (!pushed.outcome.ok) return pusher.settle(pushed, {}, entries);
    await outbox.forget(gone);
    newest.forget();
    const offline = await newest.freshenAll();
    return offline === undefined && newest.head === head ? { answers } : NOTHING;
  }

  /** What goes with the branch: others' deposits that it takes along, and who leads next. */
  async #bound(
    proposal: Proposal,
    waiting: readonly Deposit[],
  ): Promise<Pick<Load, 'taken' | 'lead' | 'led'>> {
    if (!takesAtomic(this.#book.pace, this.#tools.now())) return {};
    return { taken: waiting.map(({ ref }) => ref), ...(await this.#lead(proposal, waiting)) };
  }

  /** Who leads once the proposal has landed; nobody, if this hub has been at rest and may rest again. */
  async #lead(
    { chain: { tip } }: Proposal,
    waiting: readonly Deposit[],
  ): Promise<Pick<Load, 'lead' | 'led'>> {
    const { pace } = this.#book;
    if (tip === undefined || !isLively(pace, this.#tools.now())) return {};
    const from = waiting.map((deposit) => deposit.from);
    const next = nextLead(this.#hub.id, pace.led, from);
    const led = next === this.#hub.id ? pace.led + 1 : 0;
    return { lead: await makeLead(this.#hub, tip, next), led };
  }

  /** Pushes, unless somebody is seen to be first: a push that lost cannot move the branch any more. */
  async #race(load: Load & { proposal: Proposal }, entries: readonly Entry[]): Promise<Settled> {
    const { lookout, pusher } = this.#parts;
    const end = new AbortController();
    const { head, chain } = load.proposal;
    const moved = lookout.movedPast([head, chain.tip], end.signal);
    const outcome = await Promise.race([pusher.push(load, entries), moved]);
    end.abort();
    return outcome === 'moved' ? pusher.lose() : pusher.settle(outcome, load, entries);
  }

  /**
   * All that waits is in the outbox. Waits until somebody takes it along, or until
   * more has come that is in no outbox yet, or until it is this hub's turn.
   */
  async #isTurn(
    entries: readonly Entry[],
    { lead, waiting }: Scene,
    count: () => Promise<number>,
  ): Promise<boolean> {
    const { lookout, newest, outbox, sight } = this.#parts;
    const isLed = lead !== undefined;
    const from = isLed ? await depositors(this.#hub) : waiting.map((deposit) => deposit.from);
    const whose = entries.some(isUrgent) ? 'anybody' : isLed ? 'leader' : 'nobody';
    const place = placeInLine(this.#hub, newest.head, from);
    // How often the branch moves is learned while waiting.
    const patience = () => turnMs(this.#book.pace, place, whose);
    const own = isLed ? await outbox.refOf(entries) : undefined;
    const end = this.#tools.now() + LONGEST * patience();
    let [head, stillSince] = [newest.head, newest.at];
    for (let looked = 0; ; await sleep(PAUSE_MS)) {
      if ((await count()) > entries.length) return false;
      if (this.#tools.now() - looked < lookout.everyMs) continue;
      looked = this.#tools.now();
      const seen = await lookout.refs(MAIN, LEAD, ...(own === undefined ? [] : [own]));
      const tip = seen?.get(MAIN);
      if (tip !== undefined) this.#book.note(seenAt(this.#book.pace, tip, looked));
      const isOver = own === undefined ? tip !== head : !seen?.has(own);
      if (seen && isOver) {
        sight.noteOver(seen, own !== undefined);
        newest.forget();
        return false;
      }
      if (seen && tip !== head) {
        [head, stillSince] = [tip, looked];
        newest.forget();
      }
      if (looked - stillSince >= patience()) return true;
      // Whoever moves the branch all the time takes nothing along: it knows nothing of outboxes.
      if (looked >= end) return true;
    }
  }
}

/** Those of a hub's own requests that its proposal answers without landing them. */
function idsWithout({ answers }: Proposal): Set<string> {
  return new Set([...answers].filter(([, one]) => !('published' in one)).map(([id]) => id));
}

function isGranted({ answers }: Proposal, id: string): boolean {
  const answer = answers.get(id);
  return answer !== undefined && 'published' in answer;
}
