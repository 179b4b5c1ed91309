import { ConflictError } from '../errors.ts';
import { faultPoint } from '../git/fault-point.ts';
import { deleteRefs, swapRef } from '../git/refs.ts';
import { letOthersPush, noteBatch } from './courtesy.ts';
import { type Hub, MAIN } from './hub.ts';
import type { Lander } from './lander.ts';
import { type Answers, propose, type Tools } from './landing.ts';
import { type Deposit, readDeposits } from './outbox.ts';
import type { Entry } from './queue.ts';

/** Somebody else's pushes may win this often before we give up. */
const ATTEMPTS = 50;

/**
 * Lands requests in the coordination repository itself: objects are written in
 * place, and the branch is swapped by Git's own lock protocol.
 */
export class InPlaceLander implements Lander {
  readonly #hub: Hub;
  readonly #tools: Tools;
  #unsure: boolean;

  /** @param unsure whether some of what waits may be on the branch already */
  constructor(hub: Hub, tools: Tools, unsure: boolean) {
    this.#hub = hub;
    this.#tools = tools;
    this.#unsure = unsure;
  }

  /** A batch takes milliseconds here: nobody is waited for but those who push meanwhile. */
  async gather(): Promise<void> {
    await letOthersPush(this.#hub, this.#tools.now);
  }

  /** @throws ConflictError when others keep winning or keep the branch locked */
  async land(entries: readonly Entry[]): Promise<Answers> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const deposits = await this.#deposits();
      const others = deposits.flatMap((deposit) => deposit.entries);
      const unsure = this.#unsure || others.length > 0;
      const proposal = await propose(this.#hub, entries, others, unsure, this.#tools);
      if (proposal.chain.commits === 0) return proposal.answers;
      const { gitDir, state, url } = this.#hub;
      const { head, chain } = proposal;
      await noteBatch(this.#hub, head, chain.tip, this.#tools.now());
      const outcome = await swapRef(gitDir, MAIN, head, chain.tip, {
        durable: true,
        stateDir: state,
        onNotice: this.#tools.notice,
      });
      if (outcome === 'swapped') {
        faultPoint('swapped');
        await proposal.view.save();
        const taken = deposits.map(({ ref }) => ref);
        // What cannot be deleted now is known to have landed, and deleted another time.
        if (taken.length > 0) await deleteRefs(gitDir, taken).catch(() => undefined);
        return proposal.answers;
      }
      this.#unsure = true;
      if (outcome === 'busy') this.#tools.progress(`waiting for another Git process at ${url}`);
    }
    throw new ConflictError(`other writers kept ${this.#hub.url} busy`, {
      hint: 'run the command again; comm-node doctor looks for a lock that was left behind',
    });
  }

  /** What hubs that push have left here: it is taken along. */
  async #deposits(): Promise<Deposit[]> {
    const deposits = await readDeposits(this.#hub, this.#tools.reader);
    return deposits.filter(({ entries }) => entries.length > 0);
  }
}
