import { setTimeout as sleep } from 'node:timers/promises';
import type { Oid } from '../git/objects.ts';
import { readRef, swapRef } from '../git/refs.ts';
import { type PushOutcome, pushRefs } from '../git/transport.ts';
import { Depositor } from './depositor.ts';
import { heartbeatSpecs } from './heartbeat.ts';
import { fetchAll, type Hub, MAIN } from './hub.ts';
import type { Lander } from './lander.ts';
import { type Answers, alreadyLanded, type Proposal, propose, type Tools } from './landing.ts';
import { Lookout, PAUSE_MS } from './lookout.ts';
import { declined, putOff } from './not-landed.ts';
import { rankOf, readDeposits, spentDeposits } from './outbox.ts';
import { gathering, isContended, isFresh, type Pace, turnMs, writePace } from './pace.ts';
import type { Entry } from './queue.ts';
import { markSeen } from './seen.ts';

const NOTHING: Answers = new Map();

/** A remote that says nothing for so long is out of reach. */
const LIMITS = { timeoutMs: 90_000 };
/** How often a hub that meets no rival looks for one, in milliseconds. */
const LOOK_MS = 1000;

interface Pushed {
  readonly outcome: PushOutcome;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/**
 * Lands requests on a remote through this machine's mirror. As long as no other
 * machine is in the way that is one push. Against rivals what waits is left in
 * this hub's outbox at once, where nothing can be in its way; the hub whose turn
 * it is advances the branch and takes all outboxes along.
 */
export class PushLander implements Lander {
  readonly #hub: Hub;
  readonly #tools: Tools;
  readonly #lookout: Lookout;
  readonly #outbox: Depositor;
  #pace: Pace;
  #rivals: boolean;
  #count: () => Promise<number> = async () => 1;
  /** The branch as this leader last fetched it; undefined: it has not, or it moved since. */
  #fetched: Oid | undefined;
  #fetchedAt = 0;

  constructor(hub: Hub, tools: Tools, pace: Pace) {
    this.#hub = hub;
    this.#tools = tools;
    this.#lookout = new Lookout(hub, tools.now);
    this.#outbox = new Depositor(hub, tools, LIMITS);
    this.#pace = pace;
    this.#rivals = isContended(pace, tools.now());
  }

  async gather(count: () => Promise<number>): Promise<void> {
    this.#count = count;
    const { crowd, ms } = gathering(this.#pace, this.#tools.now());
    const end = this.#tools.now() + ms;
    while (this.#tools.now() < end && (await count()) < crowd) await sleep(5);
  }

  async land(entries: readonly Entry[]): Promise<Answers> {
    return this.#rivals ? this.#takeTurns(entries) : this.#pushAlone(entries);
  }

  async #pushAlone(entries: readonly Entry[]): Promise<Answers> {
    const proposal = await propose(this.#hub, entries, [], true, this.#tools);
    if (proposal.chain.commits === 0) return this.#sayIfNewest(entries, proposal.answers);
    void this.#lookForRivals();
    return this.#take(await this.#push(proposal, entries), proposal, entries);
  }

  /** A refusal is only said on the newest state; a push that lands proves that it was. */
  async #sayIfNewest(entries: readonly Entry[], answers: Answers): Promise<Answers> {
    const isNo = [...answers.values()].some((answer) => 'refused' in answer);
    if (!isNo || this.#fetched !== undefined) return answers;
    const offline = await this.#fetch();
    return offline === undefined
      ? NOTHING
      : putOff(entries, offline, this.#hub.url, answers, false);
  }

  async #takeTurns(entries: readonly Entry[]): Promise<Answers> {
    const waiting = await this.#count();
    await this.#outbox.leave(entries);
    const offline = await this.#freshen();
    if (offline !== undefined) return putOff(entries, offline, this.#hub.url, NOTHING, false);
    const landed = await alreadyLanded(this.#hub, entries, this.#tools);
    if (landed.size > 0) return landed;
    const turn = await this.#awaitTurn(waiting);
    if (turn === 'moved') return this.#lose();
    if (turn === 'more') return NOTHING;
    const helped = await readDeposits(this.#hub, this.#tools.reader);
    const proposal = await propose(this.#hub, entries, helped, true, this.#tools);
    if (proposal.chain.commits === 0) return proposal.answers;
    const end = new AbortController();
    const moved = this.#lookout.movedPast([proposal.head, proposal.chain.tip], end.signal);
    const outcome = await Promise.race([this.#push(proposal, entries), moved]);
    end.abort();
    // A push that lost goes on by itself: it cannot move the branch any more.
    return outcome === 'moved' ? this.#lose() : this.#take(outcome, proposal, entries);
  }

  /**
   * Waits until it is this hub's turn to advance the branch.
   * @returns `moved`: somebody did; `more`: requests have come that are in no outbox yet
   */
  async #awaitTurn(known: number): Promise<'turn' | 'moved' | 'more'> {
    const rank = await rankOf(this.#hub, this.#fetched);
    const turn = this.#fetchedAt + turnMs(this.#pace, rank);
    for (let peeked = this.#tools.now(); this.#tools.now() < turn; await sleep(PAUSE_MS)) {
      if (!this.#outbox.isBusy && (await this.#count()) > known) return 'more';
      if (this.#tools.now() - peeked < this.#lookout.everyMs) continue;
      const theirs = await this.#lookout.branch();
      if (theirs !== undefined && theirs !== this.#fetched) return 'moved';
      peeked = this.#tools.now();
    }
    return 'turn';
  }

  async #push({ chain, landed }: Proposal, entries: readonly Entry[]): Promise<Pushed> {
    const start = this.#tools.now();
    const { gitDir, url } = this.#hub;
    const waiting = new Set(entries.map(({ request }) => request.id));
    const specs = [
      `${chain.tip}:${MAIN}`,
      ...(await heartbeatSpecs(this.#hub)),
      ...(await spentDeposits(this.#hub, this.#tools.reader, waiting, landed, start)),
    ];
    const outcome = await pushRefs(gitDir, url, specs, LIMITS);
    return { outcome, ms: this.#tools.now() - start };
  }

  /** What comes of a push that was waited for. */
  async #take(
    { outcome, ms }: Pushed,
    proposal: Proposal,
    entries: readonly Entry[],
  ): Promise<Answers> {
    if (!outcome.ok) {
      const wasSent = outcome.reason !== 'offline';
      return putOff(entries, outcome.message, this.#hub.url, proposal.answers, wasSent);
    }
    const main = outcome.refs.get(MAIN);
    if (main?.status === 'declined') return this.#declined(entries, main.message);
    if (main?.status !== 'ok' && main?.status !== 'up-to-date') return this.#lose();
    await this.#win(proposal, ms);
    return proposal.answers;
  }

  /**
   * Who wins every race never hears of the others: beside a push, now and then,
   * it looks for what they left in their outboxes.
   */
  async #lookForRivals(): Promise<void> {
    const now = this.#tools.now();
    if (now - this.#pace.lookedAt < LOOK_MS) return;
    this.#pace = { ...this.#pace, lookedAt: now };
    if (await this.#lookout.seesDeposits()) this.#pace = { ...this.#pace, rivalAt: now };
  }

  /** Fetches, unless that was done just now. @returns why the remote cannot be read, or undefined */
  async #freshen(): Promise<string | undefined> {
    if (this.#fetched !== undefined) return undefined;
    if (!isFresh(this.#pace, this.#tools.now())) return this.#fetch();
    this.#fetched = await readRef(this.#hub.gitDir, MAIN);
    this.#fetchedAt = this.#pace.fetchedAt;
    return undefined;
  }

  /** @returns why the remote cannot be read, or undefined */
  async #fetch(): Promise<string | undefined> {
    const { gitDir, url } = this.#hub;
    const fetched = await fetchAll(gitDir, url);
    if (!fetched.ok) return fetched.message;
    this.#fetched = await readRef(gitDir, MAIN);
    this.#fetchedAt = this.#tools.now();
    this.#pace = { ...this.#pace, fetchedAt: this.#fetchedAt };
    await writePace(this.#hub, this.#pace);
    await markSeen(this.#hub);
    return undefined;
  }

  async #lose(): Promise<Answers> {
    this.#rivals = true;
    this.#fetched = undefined;
    this.#pace = { ...this.#pace, rivalAt: this.#tools.now(), fetchedAt: 0 };
    await writePace(this.#hub, this.#pace);
    return NOTHING;
  }

  async #win({ head, chain, view }: Proposal, pushMs: number): Promise<void> {
    const { gitDir, state } = this.#hub;
    const options = { durable: false, stateDir: state, onNotice: this.#tools.notice };
    // It has landed. Should the mirror not follow now, it does with the next fetch.
    if ((await readRef(gitDir, MAIN)) === head) {
      await swapRef(gitDir, MAIN, head, chain.tip, options).catch(() => undefined);
    }
    await markSeen(this.#hub);
    await view.save();
    const at = this.#tools.now();
    this.#pace = { ...this.#pace, at, pushMs, crowd: await this.#count(), fetchedAt: 0 };
    this.#fetched = undefined;
    await writePace(this.#hub, this.#pace);
  }

  /** A hook of the remote said no. Of several requests each is asked alone, to find the one it means. */
  async #declined(entries: readonly Entry[], message: string): Promise<Answers> {
    const [only, another] = entries;
    if (only && !another) return new Map([[only.request.id, declined(message)]]);
    const answers: Answers = new Map();
    for (const entry of entries) {
      for (const [id, answer] of await this.land([entry])) answers.set(id, answer);
    }
    return answers;
  }
}
