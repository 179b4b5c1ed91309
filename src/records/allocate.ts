import { isLimited } from './account.ts';
import { allocationOf, type BudgetEntry } from './budget.ts';
import { formatBudget } from './budget-file.ts';
import { efficiencyOf } from './efficiency.ts';
import { HUMAN } from './names.ts';
import { budgetPath } from './paths.ts';
import type { State } from './state.ts';
import type { Complexity } from './task.ts';
import { formatTime } from './time.ts';

/** What is claimed, by whom and when; `id` is that of the claiming request. */
export interface Claimed {
  readonly id: string;
  readonly task: string;
  readonly agent: string;
  readonly complexity: Complexity;
  /** Who assigns it, when it is not the agent itself. */
  readonly by?: string;
}

/** The entry that a claim brings, and the file that it stands in. */
export interface Allocation {
  readonly entry: BudgetEntry;
  readonly path: string;
  readonly text: string;
}

/**
 * The budget that comes with a claim: complexity × efficiency. Undefined for the human, and for an
 * agent that has one already: claiming a task again brings nothing new.
 * @param now milliseconds since 1970
 */
export async function allocate(
  state: Pick<State, 'ledger' | 'project' | 'tasks'>,
  { id, task, agent, complexity, by }: Claimed,
  now: number,
): Promise<Allocation | undefined> {
  if (agent === HUMAN) return undefined;
  const ledger = await state.ledger();
  if (isLimited(ledger.accounts.get(task, agent))) return undefined;
  const { efficiency } = efficiencyOf(ledger, agent, now, () => state.tasks);
  const entry: BudgetEntry = {
    id,
    kind: 'allocation',
    task,
    agent,
    ...(by === undefined || by === agent ? {} : { by }),
    amount: allocationOf(complexity, efficiency, state.project?.budgets),
    complexity,
    efficiency,
    created: formatTime(now),
  };
  return { entry, path: budgetPath(task, id), text: formatBudget(entry) };
}
