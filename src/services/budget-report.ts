import type { View } from '../bus/view.ts';
import { type Account, budgetOf, isLimited, remainingOf, spentOf } from '../records/account.ts';
import { type Efficiency, efficiencyOf } from '../records/efficiency.ts';
import type { BudgetAsk, Ledger } from '../records/ledger.ts';
import { HUMAN } from '../records/names.ts';
import { type AsOf, asOf } from './as-of.ts';
import { shortId } from './finding.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Surroundings, withReader } from './session.ts';

/** The budget of one agent for one task; tokens are estimates. */
export interface Budget {
  readonly task: string;
  readonly agent: string;
  readonly allocated: number;
  /** Granted and approved beyond that. */
  readonly granted: number;
  /** Null where nothing is limited. */
  readonly budget: number | null;
  readonly sent: number;
  readonly read: number;
  readonly spent: number;
  readonly remaining: number | null;
  /** Read beyond the budget; sending stops before. */
  readonly over: number;
}

/** An agent, over all its tasks. */
export interface Spender extends Efficiency {
  readonly name: string;
  readonly spent: number;
  /** What is left where it has a budget. */
  readonly remaining: number;
}

export interface PendingBudget extends BudgetAsk {
  readonly short: string;
}

export interface BudgetReport {
  /** The task or the agent that was asked for. */
  readonly about: string | null;
  readonly budgets: readonly Budget[];
  /** Budgets that were not listed. */
  readonly more: number;
  readonly agents: readonly Spender[];
  readonly pending: readonly PendingBudget[];
  readonly as_of: AsOf;
}

/**
 * The budgets of a task or of an agent; of everybody, most is told by agent, and of the one who asks by task.
 * @param limit how many budgets are listed, those with the latest entries first
 */
export function readBudgets(
  place: Surroundings,
  { about, limit }: { readonly about: string | undefined; readonly limit: number },
): Promise<Outcome<BudgetReport>> {
  return withReader(place, async (bus, asker) => {
    const view = await bus.view();
    const ledger = await view.ledger();
    const known = view.fold.agents;
    const isAgent = about !== undefined && known.has(about);
    const wanted = about ?? asker;
    const { accounts: all } = ledger;
    const isTask = about !== undefined && !isAgent;
    const accounts = (isTask ? all.about(about) : all.of(wanted ?? '')).sort(latestFirst);
    if (isTask && accounts.length === 0 && !view.fold.tasks.has(about)) {
      return no(unknown(about));
    }
    const involved = isAgent ? new Set([about]) : new Set(accounts.map(({ agent }) => agent));
    const names = [...known.keys()].filter((name) => name !== HUMAN).sort();
    return yes({
      about: about ?? null,
      budgets: accounts.slice(0, limit).map(budgetRow),
      more: Math.max(0, accounts.length - limit),
      agents: spenders(
        view,
        ledger,
        about === undefined ? names : names.filter((name) => involved.has(name)),
        place.now(),
      ),
      pending: pendingBudgets(ledger).filter(
        ({ task, agent }) => about === undefined || agent === about || task === about,
      ),
      as_of: await asOf(bus, view),
    });
  });
}

/** Requests that wait for the human, oldest first. */
export function pendingBudgets(ledger: Ledger): PendingBudget[] {
  return ledger.pending().map((ask) => ({ ...ask, short: shortId(ask.id) }));
}

/** One account as it is shown. */
export function budgetRow(account: Readonly<Account>): Budget {
  const { task, agent, allocated, granted, sent, read } = account;
  const isBounded = isLimited(account);
  return {
    task,
    agent,
    allocated,
    granted,
    budget: isBounded ? budgetOf(account) : null,
    sent,
    read,
    spent: spentOf(account),
    remaining: isBounded ? remainingOf(account) : null,
    over: isBounded ? Math.max(0, spentOf(account) - budgetOf(account)) : 0,
  };
}

function spenders(view: View, ledger: Ledger, names: readonly string[], now: number): Spender[] {
  return names.map((name) => ({
    name,
    ...ledger.accounts.sum(name),
    ...efficiencyOf(ledger, name, now, () => view.fold.tasks),
  }));
}

function latestFirst(a: Account, b: Account): number {
  if (a.latest !== b.latest) return a.latest < b.latest ? 1 : -1;
  if (a.task !== b.task) return a.task < b.task ? -1 : 1;
  return a.agent < b.agent ? -1 : 1;
}

function unknown(about: string) {
  return {
    code: 'unknown-budget',
    message: `nobody has a budget for "${about}" or has talked about it, and no agent is called so`,
    hint: 'comm-node budget show lists agents and your tasks',
    data: { about },
  };
}
