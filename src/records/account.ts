import { HUMAN } from './names.ts';

/** What one agent may spend, and has spent, on talk about one task; in estimated tokens. */
export interface Account {
  /** The task; '' for talk about none. */
  readonly task: string;
  readonly agent: string;
  allocated: number;
  /** Granted and approved beyond that. */
  granted: number;
  /** Of that, what the rules approved. */
  byRule: number;
  /** What was asked for in all requests. */
  asked: number;
  /** Spent by sending, and by reading. */
  sent: number;
  read: number;
  /** The agent has said that the task is done. */
  closed: boolean;
  /** The id of the latest entry; '' without any: then nothing is limited. */
  latest: string;
}

/** Whether the agent has a budget there. The human never has one, and neither has talk about no task. */
export function isLimited(account: Readonly<Account> | undefined): account is Readonly<Account> {
  return account !== undefined && account.latest !== '' && account.agent !== HUMAN;
}

/** What was given, in tokens; never negative. */
export function budgetOf({ allocated, granted }: Readonly<Account>): number {
  return Math.max(0, allocated + granted);
}

/** What was spent, in tokens. */
export function spentOf({ sent, read }: Readonly<Account>): number {
  return sent + read;
}

/** What is left, in tokens; never negative: reading is not stopped, so more may be spent than was given. */
export function remainingOf(account: Readonly<Account>): number {
  return Math.max(0, budgetOf(account) - spentOf(account));
}
