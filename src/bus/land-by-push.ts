import { setTimeout as sleep } from 'node:timers/promises';
import type { Oid } from '../git/objects.ts';
import { readRef, swapRef } from '../git/refs.ts';
import { peekRemote } from '../git/remote-refs.ts';
import { listRemote, type PushOutcome, pushRefs } from '../git/transport.ts';
import { heartbeatSpecs } from './heartbeat.ts';
import { fetchAll, type Hub, MAIN } from './hub.ts';
import type { Lander } from './lander.ts';
import { type Answers, type Proposal, propose, type Tools } from './landing.ts';
import {
  type Deposit,
  makeDeposit,
  OUTBOXES,
  ownOutbox,
  readDeposits,
  spentDeposits,
} from './outbox.ts';
import { gathering, isContended, type Pace, peekEveryMs, writePace, yieldMs } from './pace.ts';
import type { Answer, Entry } from './queue.ts';
import { markSeen } from './seen.ts';

const NOTHING: Answers = new Map();

/** How often a hub that meets no rival looks for one, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Lands requests on a remote through this machine's mirror. As long as no other
 * machine is in the way that is one push. Against rivals each push leaves what it
 * carries in this hub's outbox too, in the same round trip; whoever next advances
 * the branch takes all outboxes along.
 */
export class PushLander implements Lander {
  readonly #hub: Hub;
  readonly #tools: Tools;
  /** Requests that a push of ours has left in the outbox, or is about to. */
  readonly #deposited = new Set<string>();
  #pace: Pace;
  #rivals: boolean;
  #count: () => Promise<number> = async () => 1;
  #fetched = false;

  constructor(hub: Hub, tools: Tools, pace: Pace) {
    this.#hub = hub;
    this.#tools = tools;
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
    if (this.#rivals) await sleep(yieldMs(this.#pace, this.#tools.now()));
    const offline = this.#rivals ? await this.#fetch() : undefined;
    if (offline !== undefined) return putOff(entries, offline, this.#hub.url);
    const { reader } = this.#tools;
    const helped = this.#rivals ? await readDeposits(this.#hub, reader) : [];
    const proposal = await propose(this.#hub, entries, helped, true, this.#tools);
    if (proposal.chain.commits === 0) return this.#sayIfNewest(proposal.answers);
    return this.#race(proposal, entries);
  }

  /** A refusal is only said on the newest state; a push that lands proves that it was. */
  #sayIfNewest(answers: Answers): Answers {
    if (this.#fetched || ![...answers.values()].some((answer) => 'refused' in answer))
      return answers;
    this.#rivals = true;
    return NOTHING;
  }

  /** Pushes; against rivals only until one of them is seen to have been first. */
  async #race(proposal: Proposal, entries: readonly Entry[]): Promise<Answers> {
    const start = this.#tools.now();
    const end = new AbortController();
    const push = this.#push(proposal, entries);
    const rival = this.#rivals ? this.#rivalLands(proposal, end.signal) : this.#lookForRivals();
    const outcome = await Promise.race([push, rival]);
    end.abort();
    // The push goes on by itself: it cannot move the branch any more, but it brings the deposit.
    if (outcome === 'lost') return this.#lose();
    const pushMs = this.#tools.now() - start;
    if (!outcome.ok) return putOff(entries, outcome.message, this.#hub.url);
    const main = outcome.refs.get(MAIN);
    if (main?.status === 'declined') return this.#declined(entries, main.message);
    if (main?.status !== 'ok' && main?.status !== 'up-to-date') return this.#lose();
    await this.#win(proposal, pushMs);
    return proposal.answers;
  }

  async #push({ chain }: Proposal, entries: readonly Entry[]): Promise<PushOutcome> {
    const { gitDir, url } = this.#hub;
    const waiting = new Set(entries.map(({ request }) => request.id));
    const deposit = this.#rivals ? await this.#deposit(entries) : undefined;
    const specs = [
      `${chain.tip}:${MAIN}`,
      ...(deposit ? [deposit.spec] : []),
      ...(await spentDeposits(this.#hub, this.#tools.reader, waiting)),
      ...(await heartbeatSpecs(this.#hub)),
    ];
    const outcome = await pushRefs(gitDir, url, specs, {});
    if (deposit && !(outcome.ok && outcome.refs.get(deposit.ref)?.status === 'ok')) {
      for (const id of deposit.ids) this.#deposited.delete(id);
    }
    return outcome;
  }

  async #deposit(entries: readonly Entry[]): Promise<Deposit | undefined> {
    const fresh = entries.filter(({ request }) => !this.#deposited.has(request.id));
    if (fresh.length === 0) return undefined;
    for (const { request } of fresh) this.#deposited.add(request.id);
    return makeDeposit(this.#hub, fresh, this.#tools.ids(), this.#tools.now());
  }

  /** Resolves when the remote's branch is neither what we built on nor what we built. */
  async #rivalLands({ head, chain }: Proposal, signal: AbortSignal): Promise<'lost'> {
    const pause = peekEveryMs(this.#pace);
    for (;;) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      const start = this.#tools.now();
      const theirs = signal.aborted ? undefined : await this.#peek();
      if (theirs !== undefined && theirs !== head && theirs !== chain.tip) return 'lost';
      // A look that costs as much as a push tells nothing in time.
      if (signal.aborted || this.#tools.now() - start > 2 * pause)
        return new Promise(() => undefined);
    }
  }

  /**
   * Who wins every race never hears of the others: beside a push, now and then,
   * it looks for what they left in their outboxes. Never resolves.
   */
  async #lookForRivals(): Promise<never> {
    const now = this.#tools.now();
    if (now - this.#pace.lookedAt > LOOK_MS) {
      this.#pace = { ...this.#pace, lookedAt: now };
      const refs = await listRemote(this.#hub.url, [OUTBOXES]).catch(() => new Map());
      const others = [...refs.keys()].some((ref) => !ref.startsWith(ownOutbox(this.#hub)));
      if (others) this.#pace = { ...this.#pace, rivalAt: now };
    }
    return new Promise(() => undefined);
  }

  #peek(): Promise<Oid | undefined> {
    return peekRemote(this.#hub.url, MAIN).catch(() => undefined);
  }

  /** @returns why the remote cannot be read, or undefined */
  async #fetch(): Promise<string | undefined> {
    const { gitDir, url } = this.#hub;
    const fetched = await fetchAll(gitDir, url);
    if (!fetched.ok) return fetched.message;
    this.#fetched = true;
    await markSeen(this.#hub);
    return undefined;
  }

  async #lose(): Promise<Answers> {
    this.#rivals = true;
    this.#pace = { ...this.#pace, rivalAt: this.#tools.now() };
    await writePace(this.#hub, this.#pace);
    return NOTHING;
  }

  async #win({ head, chain, view }: Proposal, pushMs: number): Promise<void> {
    const { gitDir, state } = this.#hub;
    const now = this.#tools.now();
    const wonAt = this.#rivals ? now : this.#pace.wonAt;
    this.#pace = { ...this.#pace, at: now, pushMs, crowd: await this.#count(), wonAt };
    const options = { durable: false, stateDir: state, onNotice: this.#tools.notice };
    if ((await readRef(gitDir, MAIN)) === head)
      await swapRef(gitDir, MAIN, head, chain.tip, options);
    await markSeen(this.#hub);
    await view.save();
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

/** Out of reach: what may wait is queued, the rest fails and has changed nothing. */
function putOff(entries: readonly Entry[], reason: string, url: string): Answers {
  return new Map(
    entries.map(({ request, deferrable }) => [
      request.id,
      deferrable ? { queued: { reason } } : offline(reason, url),
    ]),
  );
}

function offline(reason: string, url: string): Answer {
  return {
    failed: {
      code: 'offline',
      message: `cannot reach ${url}: ${reason}`,
      hint: 'this must be agreed with the others, so nothing was changed; run it again when the remote is back',
      data: { reason },
    },
  };
}

function declined(message: string): Answer {
  return {
    failed: {
      code: 'push-declined',
      message: `a hook of the coordination repository refused the push: ${message}`,
      hint: 'ask whoever runs the remote; nothing was published',
      data: { remote: message },
    },
  };
}
