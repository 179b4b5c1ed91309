import type { Oid } from '../git/objects.ts';
import { readRef, swapRef } from '../git/refs.ts';
import { type PushOutcome, pushRefs } from '../git/transport.ts';
import type { Deposited, Depositor } from './depositor.ts';
import { heartbeatSpecs } from './heartbeat.ts';
import { type Hub, LEAD, MAIN, PATIENCE } from './hub.ts';
import type { Answers, Proposal, Tools } from './landing.ts';
import { knownLead, leadSpec, noteLead } from './lead.ts';
import type { Newest } from './newest.ts';
import { putOff } from './not-landed.ts';
import { readDeposits, spentDeposits } from './outbox.ts';
import { type PaceBook, seenAt } from './pace.ts';
import type { Entry } from './queue.ts';
import { markSeen } from './seen.ts';

/** What one push is to do. */
export interface Load {
  /** The branch, moved on; without it, it is left to others this time. */
  readonly proposal?: Proposal;
  /** What is left in the outbox beside it: should others be first, they take it along. */
  readonly deposit?: Deposited | undefined;
  /** Names of others' deposits that it takes along: they go with the branch or not at all. */
  readonly taken?: readonly string[];
  /** Who leads next, as `makeLead` made it. Without `taken` it goes for itself, unless others have said so before. */
  readonly lead?: Oid | undefined;
  /** Requests that are answered without landing: they are not to be taken along any more. */
  readonly dropped?: ReadonlySet<string>;
  /** How many other hubs' requests are among those it lands. */
  readonly helped?: number;
  /** How often in a row this hub has led, this time included. */
  readonly led?: number;
}

export interface Pushed {
  readonly outcome: PushOutcome;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** `answers` of what landed or failed; `lost`: others were first; `declined`: a hook said no. */
export type Settled =
  | { readonly answers: Answers }
  | { readonly lost: true }
  | { readonly declined: string };

const NOTHING: Answers = new Map();
const NONE: ReadonlySet<string> = new Set();

/** Pushes, and notes what came of it. */
export class Pusher {
  readonly #hub: Hub;
  readonly #tools: Tools;
  readonly #book: PaceBook;
  readonly #newest: Newest;
  readonly #outbox: Depositor;

  constructor(hub: Hub, tools: Tools, book: PaceBook, newest: Newest, outbox: Depositor) {
    this.#hub = hub;
    this.#tools = tools;
    this.#book = book;
    this.#newest = newest;
    this.#outbox = outbox;
  }

  /** @param entries all that waits at this hub: deposits that hold nothing of it are cleared away */
  async push(load: Load, entries: readonly Entry[]): Promise<Pushed> {
    const { proposal, deposit, lead, dropped } = load;
    const bound = boundTo(load);
    const isHint = lead !== undefined && bound.length === 0;
    const leases = isHint ? new Map([[LEAD, await knownLead(this.#hub)]]) : new Map();
    const start = this.#tools.now();
    const { gitDir, url } = this.#hub;
    const waiting = idsOf(entries.filter(({ request }) => !dropped?.has(request.id)));
    const landed = proposal?.landed ?? new Set<string>();
    const isSwept = this.#newest.isSwept;
    const deposits = isSwept ? [] : await readDeposits(this.#hub, this.#tools.reader);
    const spent = spentDeposits(this.#hub, deposits, waiting, landed, start);
    const specs = new Set([
      ...(proposal ? [`${proposal.chain.tip}:${MAIN}`] : []),
      ...(deposit ? [deposit.spec] : []),
      ...bound,
      ...(isHint ? [leadSpec(lead, false)] : []),
      ...(await heartbeatSpecs(this.#hub)),
      ...spent,
      ...[...(await this.#outbox.refsOf(dropped ?? NONE, waiting))].map((ref) => `:${ref}`),
    ]);
    // Without a refspec Git would push what it thinks best.
    if (specs.size === 0) return { outcome: { ok: true, refs: new Map() }, ms: 0 };
    const { pushMs } = this.#tools.patience ?? PATIENCE;
    const options = { timeoutMs: pushMs, atomic: bound.length > 0, leases };
    const outcome = await pushRefs(gitDir, url, [...specs], options);
    return { outcome, ms: this.#tools.now() - start };
  }

  /** Draws the conclusions of a push that was waited for. */
  async settle(pushed: Pushed, load: Load, entries: readonly Entry[]): Promise<Settled> {
    const { outcome, ms } = pushed;
    const { proposal, deposit } = load;
    const isBound = boundTo(load).length > 0;
    if (!outcome.ok) {
      if (isBound && /atomic/.test(outcome.message)) return this.#pushPlain();
      const sent =
        outcome.reason === 'offline' ? await this.#outbox.leftOf(entries) : idsOf(entries);
      const decided = proposal?.answers ?? NOTHING;
      return { answers: putOff(entries, outcome.message, this.#hub.url, decided, sent) };
    }
    const { refs } = outcome;
    if (deposit && refs.get(deposit.ref)?.status === 'ok') await this.#outbox.remember(deposit);
    const { dropped } = load;
    if (dropped && dropped.size > 0) {
      await this.#outbox.forget(entries.filter(({ request }) => dropped.has(request.id)));
    }
    this.#book.note({ pushMs: ms });
    if (!proposal) return { answers: NOTHING };
    const main = refs.get(MAIN);
    if (main?.status === 'ok' || main?.status === 'up-to-date') {
      await this.#win(proposal, load, refs.get(LEAD)?.status === 'ok');
      return { answers: proposal.answers };
    }
    // It was not the branch that the remote refused, but what was bound to it.
    const isInnocent = isBound && /atomic/.test(main?.message ?? '');
    if (isInnocent && main?.status !== 'stale') return this.#pushPlain();
    return main?.status === 'declined' ? { declined: main.message } : this.lose();
  }

  /** Others were first. */
  async lose(): Promise<Settled> {
    this.#newest.forget();
    await this.#book.write({ rivalAt: this.#tools.now(), led: 0 });
    return { lost: true };
  }

  async #pushPlain(): Promise<Settled> {
    this.#book.note({ plainAt: this.#tools.now() });
    return this.lose();
  }

  async #win({ head, chain, view }: Proposal, load: Load, isLed: boolean): Promise<void> {
    const { gitDir, state } = this.#hub;
    const options = { durable: false, stateDir: state, onNotice: this.#tools.notice };
    // It has landed. Should the mirror not follow now, it does with the next fetch.
    if ((await readRef(gitDir, MAIN)) === head) {
      await swapRef(gitDir, MAIN, head, chain.tip, options).catch(() => undefined);
    }
    await markSeen(this.#hub);
    await view.save();
    this.#newest.forget();
    if (load.lead !== undefined && isLed) await noteLead(this.#hub, load.lead);
    const at = this.#tools.now();
    const { led = 0, helped = 0 } = load;
    const { pace } = this.#book;
    // Who hands over the lead, or had none, knows nothing of who comes next time.
    const rhythm = led > 0 ? { helped, due: pace.helped } : { helped: 0, due: 0 };
    const seen = chain.tip === undefined ? {} : seenAt(pace, chain.tip, at);
    const rivals = helped > 0 ? { rivalAt: at } : {};
    await this.#book.write({ led, ...rhythm, ...seen, ...rivals });
  }
}

function idsOf(entries: readonly Entry[]): Set<string> {
  return new Set(entries.map(({ request }) => request.id));
}

/** What happens with the branch or not at all. */
function boundTo({ taken, lead }: Load): string[] {
  if (taken === undefined) return [];
  return [...taken.map((ref) => `:${ref}`), ...(lead === undefined ? [] : [leadSpec(lead, true)])];
}
