import { setTimeout as sleep } from 'node:timers/promises';
import { readRef } from '../git/refs.ts';
import { Depositor } from './depositor.ts';
import { type Hub, MAIN } from './hub.ts';
import type { Lander } from './lander.ts';
import { type Answers, propose, type Tools } from './landing.ts';
import { Lookout } from './lookout.ts';
import { Newest } from './newest.ts';
import { declined, NONE_SENT, putOff } from './not-landed.ts';
import { gathering, isContended, type PaceBook } from './pace.ts';
import { Pusher, type Settled } from './pusher.ts';
import type { Entry } from './queue.ts';
import { Rivalry } from './rivalry.ts';
import { Sight } from './sight.ts';

/** How often a hub that meets no rival looks for one, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Lands requests on a remote through this machine's mirror. As long as no other
 * machine is in the way that is one push of the branch; see `rivalry.ts` for when
 * one is.
 */
export class PushLander implements Lander {
  readonly #hub: Hub;
  readonly #tools: Tools;
  readonly #book: PaceBook;
  readonly #lookout: Lookout;
  readonly #newest: Newest;
  readonly #pusher: Pusher;
  readonly #rivalry: Rivalry;
  #count: () => Promise<number> = async () => 1;

  constructor(hub: Hub, tools: Tools, book: PaceBook) {
    this.#hub = hub;
    this.#tools = tools;
    this.#book = book;
    this.#lookout = new Lookout(hub, tools.now);
    this.#newest = new Newest(hub, tools, book);
    const outbox = new Depositor(hub, tools);
    this.#pusher = new Pusher(hub, tools, book, this.#newest, outbox);
    const parts = { lookout: this.#lookout, newest: this.#newest, outbox };
    const sight = new Sight(hub, tools, book, parts);
    this.#rivalry = new Rivalry(hub, tools, book, { ...parts, pusher: this.#pusher, sight });
  }

  async gather(count: () => Promise<number>): Promise<void> {
    this.#count = count;
    const { crowd, ms } = gathering(this.#book.pace, this.#tools.now());
    const end = this.#tools.now() + ms;
    while (this.#tools.now() < end && (await count()) < crowd) await sleep(5);
  }

  async land(entries: readonly Entry[]): Promise<Answers> {
    const isRival = isContended(this.#book.pace, this.#tools.now());
    const settled = isRival
      ? await this.#rivalry.land(entries, this.#count)
      : await this.#alone(entries);
    if ('answers' in settled) {
      if (settled.answers.size > 0) {
        await this.#book.write({ at: this.#tools.now(), crowd: await this.#count() });
      }
      return settled.answers;
    }
    return 'declined' in settled ? this.#declined(entries, settled.declined) : new Map();
  }

  async #alone(entries: readonly Entry[]): Promise<Settled> {
    await this.#freshenIfSeenToMove();
    const proposal = await propose(this.#hub, entries, [], true, this.#tools);
    if (proposal.chain.commits === 0) return this.#sayIfNewest(entries, proposal.answers);
    void this.#lookForRivals();
    return this.#pusher.settle(
      await this.#pusher.push({ proposal }, entries),
      { proposal },
      entries,
    );
  }

  /** Nothing is pushed onto a branch that a cheap look shows to be elsewhere. */
  async #freshenIfSeenToMove(): Promise<void> {
    if (this.#newest.head !== undefined || !(await this.#lookout.isNear())) return;
    const [own, theirs] = [await readRef(this.#hub.gitDir, MAIN), await this.#lookout.refs(MAIN)];
    const tip = theirs?.get(MAIN);
    // Should the remote not answer now, the push tells.
    if (tip !== undefined && tip !== own) await this.#newest.freshenAll();
  }

  /** A refusal is only said on the newest state; a push that lands proves that it was. */
  async #sayIfNewest(entries: readonly Entry[], answers: Answers): Promise<Settled> {
    const isNo = [...answers.values()].some((answer) => 'refused' in answer);
    if (!isNo || this.#newest.head !== undefined) return { answers };
    const offline = await this.#newest.freshenAll();
    if (offline === undefined) return { answers: new Map() };
    return { answers: putOff(entries, offline, this.#hub.url, answers, NONE_SENT) };
  }

  /**
   * Who wins every race never hears of the others: beside a push, now and then,
   * it looks for what they left in their outboxes.
   */
  async #lookForRivals(): Promise<void> {
    const now = this.#tools.now();
    if (now - this.#book.pace.lookedAt < LOOK_MS) return;
    this.#book.note({ lookedAt: now });
    const others = await this.#lookout.depositors().catch(() => undefined);
    others?.delete(this.#hub.id);
    if (others !== undefined && others.size > 0) this.#book.note({ rivalAt: now });
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
