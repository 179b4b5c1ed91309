import type { Account } from './account.ts';
import { Accounts, type SavedBook } from './accounts.ts';
import type { BudgetEntry } from './budget.ts';
import { chargeOf } from './charge.ts';
import type { Message } from './message.ts';
import type { Receipt } from './receipt.ts';
import { type SavedTalk, Talk } from './talk.ts';

/** A request for more, and what became of it. */
export interface BudgetAsk {
  readonly id: string;
  readonly task: string;
  readonly agent: string;
  readonly amount: number;
  readonly why: string;
  readonly created: string;
}

/** The decision that counts for a request: of several, the one that stands first by id and task. */
interface Verdict {
  readonly by: string;
  readonly task: string;
  readonly agent: string;
  readonly amount: number;
}

/** What a ledger takes in: records that never change. */
export type LedgerEvent =
  | { readonly message: Message }
  | { readonly receipt: Receipt }
  | { readonly budget: BudgetEntry };

/**
 * All budgets of a project, folded from records. In whatever order the records come, the ledger is
 * the same: it keeps sums, sets, and the decision with the lowest id.
 */
export class Ledger {
  readonly accounts: Accounts;
  readonly #asks = new Map<string, BudgetAsk>();
  readonly #verdicts = new Map<string, Verdict>();
  readonly talk: Talk;

  constructor(saved?: SavedLedger) {
    this.accounts = new Accounts(saved?.accounts);
    this.talk = new Talk(saved?.talk);
    for (const ask of saved?.asks ?? []) this.#asks.set(ask.id, ask);
    for (const [request, by, task, agent, amount] of saved?.verdicts ?? []) {
      this.#verdicts.set(request, { by, task, agent, amount });
    }
  }

  /** Takes in one record, once. */
  add(event: LedgerEvent): void {
    if ('message' in event) this.#addMessage(event.message);
    else if ('receipt' in event) this.#addReceipt(event.receipt);
    else this.#addEntry(event.budget);
  }

  /** A request, and whether it is decided; undefined if there is none. */
  ask(id: string): (BudgetAsk & { readonly decided: boolean }) | undefined {
    const ask = this.#asks.get(id);
    return ask && { ...ask, decided: this.#verdicts.has(id) };
  }

  /** All requests, decided or not. */
  asks(): BudgetAsk[] {
    return [...this.#asks.values()];
  }

  /** Requests that nobody has decided, oldest first. */
  pending(): BudgetAsk[] {
    return [...this.#asks.values()]
      .filter(({ id }) => !this.#verdicts.has(id))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** As plain data. */
  save(): SavedLedger {
    return {
      accounts: this.accounts.save(),
      asks: [...this.#asks.values()],
      verdicts: [...this.#verdicts].map(([request, { by, task, agent, amount }]) => [
        request,
        by,
        task,
        agent,
        amount,
      ]),
      talk: this.talk.save(),
    };
  }

  #addMessage(message: Message): void {
    this.talk.add(message);
    const tokens = chargeOf(message);
    if (tokens === 0 && message.type !== 'completion') return;
    const account = this.accounts.open(message.task ?? '', message.from);
    account.sent += tokens;
    if (message.type === 'completion' && message.task !== undefined) account.closed = true;
  }

  #addReceipt({ agent, tokens, charged = [] }: Receipt): void {
    let rest = tokens;
    for (const charge of charged) {
      const [task = '', cost = '0'] = charge.split(' ');
      // A receipt cannot charge more than it says it cost.
      const share = Math.min(rest, Number(cost));
      if (share > 0) this.accounts.open(task, agent).read += share;
      rest -= share;
    }
    if (rest > 0) this.accounts.open('', agent).read += rest;
  }

  #addEntry(entry: BudgetEntry): void {
    const { id, kind, task, agent, amount } = entry;
    const account = this.accounts.open(task, agent);
    if (id > account.latest) account.latest = id;
    if (kind === 'allocation') account.allocated += amount;
    else if (kind === 'grant') account.granted += amount;
    else if (kind === 'request') this.#addAsk(entry, account);
    else {
      const given = entry.outcome === 'approved' ? amount : 0;
      this.#decide(entry.request ?? '', { by: id, task, agent, amount: given });
    }
  }

  #addAsk(entry: BudgetEntry, account: Account): void {
    const { id, task, agent, amount, why = '', created, outcome } = entry;
    account.asked += amount;
    const before = this.#asks.get(id);
    if (before === undefined || task < before.task) {
      this.#asks.set(id, { id, task, agent, amount, why, created });
    }
    if (outcome !== 'approved') return;
    account.byRule += amount;
    this.#decide(id, { by: id, task, agent, amount });
  }

  #decide(request: string, verdict: Verdict): void {
    const before = this.#verdicts.get(request);
    if (before !== undefined && !isEarlier(verdict, before)) return;
    this.#verdicts.set(request, verdict);
    this.accounts.open(verdict.task, verdict.agent).granted += verdict.amount;
    if (before !== undefined)
      this.accounts.open(before.task, before.agent).granted -= before.amount;
  }
}

/** A ledger as the index keeps it. */
export interface SavedLedger {
  readonly accounts: Readonly<Record<string, SavedBook>>;
  readonly asks: readonly BudgetAsk[];
  readonly verdicts: readonly (readonly [
    request: string,
    by: string,
    task: string,
    agent: string,
    amount: number,
  ])[];
  readonly talk: SavedTalk;
}

function isEarlier(one: Verdict, other: Verdict): boolean {
  return one.by < other.by || (one.by === other.by && one.task < other.task);
}
