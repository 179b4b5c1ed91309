import { type Account, spentOf } from './account.ts';
import type { Ledger } from './ledger.ts';
import type { Task } from './task.ts';

// An agent that nothing is known of counts as a good one: as if so many messages had been
// understood, and so many requests had been right.
const KNOWN_GOOD_MESSAGES = 10;
const KNOWN_GOOD_REQUESTS = 3;
/** The latest finished tasks, of those it asked more for, that tell how an agent asks. */
const TASKS_COUNTED = 20;

/** How well an agent uses tokens; each from 0 to 1. */
export interface Efficiency {
  /** success × calibration. */
  readonly efficiency: number;
  /** The share of its messages that were understood without a question back. */
  readonly success: number;
  /** How close what it asked for came to what it used. */
  readonly calibration: number;
  /** Messages, and finished tasks with requests, that this was reckoned from. */
  readonly messages: number;
  readonly tasks: number;
}

/**
 * How efficient an agent is, from records alone.
 * @param now milliseconds since 1970; what waits for an answer is judged after a day
 * @param tasks asked for only if one may matter: those that are done count, and those whose completion the agent has sent
 */
export function efficiencyOf(
  ledger: Ledger,
  agent: string,
  now: number,
  tasks: () => ReadonlyMap<string, Pick<Task, 'status'>> = () => new Map(),
): Efficiency {
  const { judged, understood } = ledger.talk.understood(agent, now);
  const success = (understood + KNOWN_GOOD_MESSAGES) / (judged + KNOWN_GOOD_MESSAGES);
  const isDone = (task: string) => tasks().get(task)?.status === 'done';
  const asked = askedTasks(ledger, agent, isDone);
  const close = asked.reduce((sum, account) => sum + closeness(account), 0);
  const calibration = (close + KNOWN_GOOD_REQUESTS) / (asked.length + KNOWN_GOOD_REQUESTS);
  return {
    efficiency: rounded(success * calibration),
    success: rounded(success),
    calibration: rounded(calibration),
    messages: judged,
    tasks: asked.length,
  };
}

function askedTasks(
  ledger: Ledger,
  agent: string,
  isDone: (task: string) => boolean,
): Readonly<Account>[] {
  return ledger.accounts
    .askedBy(agent)
    .filter(({ task, closed }) => closed || isDone(task))
    .sort((a, b) => (a.latest < b.latest ? 1 : -1))
    .slice(0, TASKS_COUNTED);
}

/** What was used beyond the allocation against what was asked for, the smaller over the larger. */
function closeness(account: Readonly<Account>): number {
  const used = Math.max(0, spentOf(account) - account.allocated);
  return Math.min(used, account.asked) / Math.max(used, account.asked);
}

/** Thousandths: two machines must write the same number. */
function rounded(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000;
}
