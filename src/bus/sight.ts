import { setTimeout as sleep } from 'node:timers/promises';
import type { Oid } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import type { Depositor } from './depositor.ts';
import { type Hub, LEAD, MAIN } from './hub.ts';
import { standingOf, type Tools } from './landing.ts';
import { isLeadOf, readLead } from './lead.ts';
import type { Lookout } from './lookout.ts';
import type { Newest } from './newest.ts';
import { putOff } from './not-landed.ts';
import { type Deposit, readDeposits } from './outbox.ts';
import { awaited, type PaceBook } from './pace.ts';
import type { Settled } from './pusher.ts';
import { type Entry, isUrgent, mayBeLeft } from './queue.ts';

/** The remote as a hub last saw it. */
export interface Scene {
  /** The hub that is to move the branch next, if one is. */
  readonly lead: string | undefined;
  /** Others' deposits of which something is not on the branch yet; of no interest to who is led. */
  readonly waiting: readonly Deposit[];
}

interface Parts {
  readonly lookout: Lookout;
  readonly newest: Newest;
  readonly outbox: Depositor;
}

/** How a hub among rivals sees the remote: who leads, who waits, and what of its own has landed. */
export class Sight {
  readonly #hub: Hub;
  readonly #tools: Tools;
  readonly #book: PaceBook;
  readonly #parts: Parts;
  /** What waits was left in an outbox that is empty now: it should be on the branch. */
  #isTaken = false;
  /** This hub is to move the branch: the remote was seen to say so, or whoever it names has gone. */
  #isCalled = false;

  constructor(hub: Hub, tools: Tools, book: PaceBook, parts: Parts) {
    this.#hub = hub;
    this.#tools = tools;
    this.#book = book;
    this.#parts = parts;
  }

  /** It is for this hub to move the branch, whoever was to lead. */
  noteCalled(): void {
    this.#isCalled = true;
  }

  /**
   * The branch has moved, or what was left has been taken along.
   * @param seen where the branch and the lead are at the remote
   */
  noteOver(seen: ReadonlyMap<string, Oid>, isTaken: boolean): void {
    this.#isTaken = isTaken;
    this.#isCalled = isLeadOf(this.#hub.id, seen.get(MAIN), seen.get(LEAD));
  }

  /** @returns what is settled already, or else how things stand */
  async look(entries: readonly Entry[]): Promise<Scene | { settled: Settled }> {
    const { newest, outbox } = this.#parts;
    const isCalled = this.#isCalled;
    const offline = await this.#freshen(entries);
    if (offline !== undefined) {
      const left = await outbox.leftOf(entries);
      const answers = putOff(entries, offline, this.#hub.url, new Map(), left);
      return { settled: { answers } };
    }
    const lead = await readLead(this.#hub, this.#tools.reader);
    const isLed = lead !== undefined && lead !== this.#hub.id && !isCalled;
    const deposits = isLed || newest.isSwept ? [] : await this.#others();
    const others = deposits.flatMap((deposit) => deposit.entries);
    const { answers, landed } = await standingOf(this.#hub, entries, others, this.#tools);
    if (answers.size > 0) return { settled: { answers } };
    if (this.#isTaken) await outbox.forget(entries);
    this.#isTaken = false;
    const waiting = deposits.filter((deposit) =>
      deposit.entries.some(({ request }) => !landed.has(request.id)),
    );
    return { lead, waiting };
  }

  async #others(): Promise<Deposit[]> {
    const deposits = await readDeposits(this.#hub, this.#tools.reader);
    return deposits.filter(({ from }) => from !== this.#hub.id);
  }

  /** Who is led only waits, and needs nobody's deposits. @returns why the remote cannot be read, or undefined */
  async #freshen(entries: readonly Entry[]): Promise<string | undefined> {
    const { lookout, newest } = this.#parts;
    if (!this.#isCalled && (await this.#leader()) !== undefined) {
      // Who need not leave it to the leader moves the branch now, from the newest state.
      if (entries.every(mayWait) && (await this.#isSeenLed())) return undefined;
      const offline = await newest.freshen();
      if (offline !== undefined || (await this.#leader()) !== undefined) return offline;
    }
    this.#isCalled = false;
    if (newest.head === undefined && (await lookout.isNear())) await this.#peek();
    return newest.freshenAll();
  }

  /**
   * A leader that is a moment too early would leave behind what is about to come: it waits for
   * that. When nothing has come, and the branch is where this hub has put it, a fetch brings nothing.
   */
  async #peek(): Promise<void> {
    const { lookout, newest } = this.#parts;
    const { hubs, ms } = awaited(this.#book.pace);
    const end = this.#tools.now() + ms;
    const othersOf = (all: ReadonlySet<string>) => all.size - (all.has(this.#hub.id) ? 1 : 0);
    let seen = await lookout.depositors().catch(() => undefined);
    while (seen && othersOf(seen) < hubs && this.#tools.now() < end) {
      await sleep(lookout.everyMs);
      seen = await lookout.depositors().catch(() => undefined);
    }
    if (seen?.size !== 0) return;
    const head = await readRef(this.#hub.gitDir, MAIN);
    const theirs = (await lookout.refs(MAIN))?.get(MAIN);
    if (head !== undefined && theirs === head) await newest.noteSwept(head);
  }

  /** Whether a look from afar tells that the leader of before leads still. */
  async #isSeenLed(): Promise<boolean> {
    const { lookout, newest } = this.#parts;
    if (this.#isTaken || newest.head !== undefined || !(await lookout.isNear())) return false;
    const [leader, seen] = [await this.#leader(), await lookout.refs(MAIN, LEAD)];
    return leader !== undefined && isLeadOf(leader, seen?.get(MAIN), seen?.get(LEAD));
  }

  /** The other hub that leads, as the mirror knows it. */
  async #leader(): Promise<string | undefined> {
    const lead = await readLead(this.#hub, this.#tools.reader);
    return lead === this.#hub.id ? undefined : lead;
  }
}

function mayWait(entry: Entry): boolean {
  return mayBeLeft(entry) && !isUrgent(entry);
}
