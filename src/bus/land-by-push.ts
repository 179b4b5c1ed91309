import { ConflictError } from '../errors.ts';
import { swapRef } from '../git/refs.ts';
import { fetchRefs, type PushOutcome, pushRefs } from '../git/transport.ts';
import { heartbeatSpecs } from './heartbeat.ts';
import { FETCHED, type Hub, MAIN } from './hub.ts';
import { type Answers, type Proposal, propose, type Tools } from './landing.ts';
import { hasDeposit, makeDeposit, outboxRef, readDeposits } from './outbox.ts';
import { isContended, type Pace, readPace, writePace } from './pace.ts';
import type { Answer, Entry } from './queue.ts';
import { markSeen } from './seen.ts';

/** Pushes that others win before a request that cannot be queued is given up. */
const ATTEMPTS = 40;

/**
 * Lands requests on a remote through this machine's mirror. A push that another
 * machine beats leaves what it carried in this hub's outbox, in the same round
 * trip; whoever next advances the branch takes all outboxes along.
 */
export async function landByPush(
  hub: Hub,
  entries: readonly Entry[],
  tools: Tools,
): Promise<Answers> {
  return new Round(hub, entries, tools, await readPace(hub)).run();
}

class Round {
  readonly #hub: Hub;
  readonly #entries: readonly Entry[];
  readonly #tools: Tools;
  #pace: Pace;
  #fetched = false;

  constructor(hub: Hub, entries: readonly Entry[], tools: Tools, pace: Pace) {
    this.#hub = hub;
    this.#entries = entries;
    this.#tools = tools;
    this.#pace = pace;
  }

  async run(): Promise<Answers> {
    let rivals = isContended(this.#pace, this.#tools.now());
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const offline = rivals ? await this.#fetch() : undefined;
      if (offline) return this.#putOff(offline);
      const helped = rivals ? await readDeposits(this.#hub, this.#tools.reader) : [];
      const proposal = await propose(this.#hub, this.#entries, helped, true, this.#tools);
      const answers = await this.#land(proposal, rivals);
      if (answers) return answers;
      rivals = true;
    }
    throw new ConflictError(`other machines kept ${this.#hub.url} busy`, {
      hint: 'run the command again',
    });
  }

  /** @returns the answers, or undefined when all must be decided again on a newer state */
  async #land(proposal: Proposal, rivals: boolean): Promise<Answers | undefined> {
    const { chain, answers, view } = proposal;
    // A refusal is only said on the newest state; a push that lands proves that this was it.
    if (chain.commits === 0) return this.#fetched || !hasRefusal(answers) ? answers : undefined;
    const start = this.#tools.now();
    const outcome = await this.#push(proposal, rivals);
    const now = this.#tools.now();
    if (!outcome.ok) return this.#putOff(outcome.message);
    const main = outcome.refs.get(MAIN);
    if (main?.status === 'declined') return this.#declined(main.message);
    const won = main?.status === 'ok' || main?.status === 'up-to-date';
    await this.#note(now - start, won, rivals, now);
    if (!won) return undefined;
    await swapRef(this.#hub.gitDir, MAIN, proposal.head, chain.tip, {
      durable: false,
      stateDir: this.#hub.state,
      onNotice: this.#tools.notice,
    });
    await markSeen(this.#hub);
    await view.save();
    return answers;
  }

  async #push({ chain }: Proposal, rivals: boolean): Promise<PushOutcome> {
    const specs = [`${chain.tip}:${MAIN}`];
    const outbox = outboxRef(this.#hub);
    if (rivals) {
      const deposit = await makeDeposit(this.#hub, this.#entries, this.#tools.now());
      specs.push(`+${deposit}:${outbox}`);
    } else if (await hasDeposit(this.#hub)) {
      specs.push(`:${outbox}`);
    }
    specs.push(...(await heartbeatSpecs(this.#hub)));
    return pushRefs(this.#hub.gitDir, this.#hub.url, specs, {});
  }

  /** @returns why the remote cannot be read, or undefined */
  async #fetch(): Promise<string | undefined> {
    const fetched = await fetchRefs(this.#hub.gitDir, this.#hub.url, FETCHED, { prune: true });
    if (!fetched.ok) return fetched.message;
    this.#fetched = true;
    await markSeen(this.#hub);
    return undefined;
  }

  /** Out of reach: what may wait is queued, the rest fails and has changed nothing. */
  #putOff(reason: string): Answers {
    const answers: Answers = new Map();
    for (const { request, deferrable } of this.#entries) {
      answers.set(request.id, deferrable ? { queued: { reason } } : offline(reason, this.#hub.url));
    }
    return answers;
  }

  /** A hook of the remote said no. With several requests each is asked alone, to find the one it means. */
  async #declined(message: string): Promise<Answers> {
    const answers: Answers = new Map();
    for (const entry of this.#entries) {
      if (this.#entries.length === 1) answers.set(entry.request.id, declined(message));
      else {
        const alone = await landByPush(this.#hub, [entry], this.#tools);
        for (const [id, answer] of alone) answers.set(id, answer);
      }
    }
    return answers;
  }

  async #note(pushMs: number, won: boolean, rivals: boolean, now: number): Promise<void> {
    this.#pace = {
      pushMs,
      batch: this.#entries.length,
      rivalAt: won ? this.#pace.rivalAt : now,
      wonAt: won && rivals ? now : this.#pace.wonAt,
    };
    await writePace(this.#hub, this.#pace);
  }
}

function hasRefusal(answers: Answers): boolean {
  return [...answers.values()].some((answer) => 'refused' in answer);
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
