import { budgetOf, remainingOf, spentOf } from '../../src/records/account.ts';
import { allocationOf, DEFAULT_BUDGETS } from '../../src/records/budget.ts';
import { efficiencyOf } from '../../src/records/efficiency.ts';
import { createIds } from '../../src/records/ids.ts';
import { Ledger } from '../../src/records/ledger.ts';
import type { Message, MessageType } from '../../src/records/message.ts';
import { formatTime } from '../../src/records/time.ts';

/** How an agent talks and asks. */
interface Habit {
  readonly kind: string;
  /** Messages that a task takes, and tokens of each. */
  readonly messages: number;
  readonly tokens: number;
  /** The share of its messages that is asked back about; each costs one more message. */
  readonly unclear: number;
  /** What it asks for, given what is missing. */
  asks(missing: number, cap: number): number;
  /** Whether it asks although it has enough. */
  readonly always: boolean;
}

const exact = (missing: number) => missing;
export const HABITS: readonly Habit[] = [
  { kind: 'honest', messages: 60, tokens: 80, unclear: 0.05, asks: exact, always: false },
  { kind: 'wasteful', messages: 60, tokens: 260, unclear: 0.15, asks: exact, always: false },
  { kind: 'greedy', messages: 60, tokens: 80, unclear: 0.05, asks: (_, cap) => cap, always: true },
  { kind: 'terse', messages: 60, tokens: 15, unclear: 0.45, asks: exact, always: false },
];

export interface Result {
  readonly kind: string;
  readonly efficiency: number;
  readonly success: number;
  readonly calibration: number;
  /** Means of the last tenth of tasks, in tokens. */
  readonly given: number;
  readonly spent: number;
  /** The least that any task was given. */
  readonly least: number;
  readonly refused: number;
  readonly waited: number;
}

// A year of work: a task every eight hours.
const STEP = 8 * 3_600_000;
const START = Date.UTC(2026, 0, 1);

/** Lets each kind do so many tasks of 5 000 tokens; the human approves nothing. Chance has a seed. */
export function simulate(tasks: number): Result[] {
  return HABITS.map((habit) => run(habit, tasks));
}

function run(habit: Habit, tasks: number): Result {
  let now = START;
  let seed = 42;
  const chance = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const ids = createIds(() => now, chance);
  const ledger = new Ledger();
  const { kind: agent } = habit;
  const rules = DEFAULT_BUDGETS;
  const last = { given: 0, spent: 0, refused: 0, tasks: 0 };
  let waited = 0;
  let least = Number.POSITIVE_INFINITY;
  const say = (from: string, type: MessageType, tokens: number, task: string, about?: string) => {
    now += 1000;
    const message = wordOf(ids(), { from, type, tokens, task, at: now, about, agent });
    ledger.add({ message });
    return message.id;
  };
  const accountOf = (task: string) => {
    const account = ledger.accounts.get(task, agent);
    if (account === undefined) throw new Error(`no account of ${agent} for ${task}`);
    return account;
  };
  const entry = (
    kind: 'allocation' | 'request',
    task: string,
    amount: number,
    isApproved = false,
  ) =>
    ledger.add({
      budget: {
        id: ids(),
        kind,
        task,
        agent,
        amount,
        ...(isApproved ? { outcome: 'approved' as const } : {}),
        created: formatTime(now),
      },
    });
  for (let i = 0; i < tasks; i++) {
    now = START + i * STEP;
    const task = `t-${i}`;
    entry('allocation', task, allocationOf('simple', efficiencyOf(ledger, agent, now).efficiency));
    const ask = (missing: number) => {
      const amount = habit.asks(missing, rules.cap);
      const { efficiency } = efficiencyOf(ledger, agent, now);
      const fits = accountOf(task).byRule + amount <= rules.cap;
      const isApproved = efficiency >= rules.approveFrom && fits;
      entry('request', task, amount, isApproved);
      if (!isApproved) waited++;
      return isApproved;
    };
    if (habit.always) ask(0);
    let refused = 0;
    let stopped = false;
    for (let n = 0; n < habit.messages && !stopped; n++) {
      const missing = habit.tokens - remainingOf(accountOf(task));
      if (missing > 0 && !ask(missing * (habit.messages - n))) {
        refused = habit.messages - n;
        stopped = true;
        continue;
      }
      const id = say(agent, 'announcement', habit.tokens, task);
      if (chance() < habit.unclear) {
        say('reader', 'question', 10, task, id);
        if (remainingOf(accountOf(task)) >= habit.tokens) say(agent, 'answer', habit.tokens, task);
      }
    }
    say(agent, 'completion', 10, task);
    const account = accountOf(task);
    least = Math.min(least, budgetOf(account));
    if (i >= tasks * 0.9) {
      last.tasks++;
      last.given += budgetOf(account);
      last.spent += spentOf(account);
      last.refused += refused;
    }
  }
  const mean = (sum: number) => Math.round(sum / Math.max(1, last.tasks));
  const { efficiency, success, calibration } = efficiencyOf(ledger, agent, now);
  return {
    kind: agent,
    efficiency,
    success,
    calibration,
    given: mean(last.given),
    spent: mean(last.spent),
    least,
    refused: mean(last.refused),
    waited,
  };
}

function wordOf(
  id: string,
  of: {
    from: string;
    type: MessageType;
    tokens: number;
    task: string;
    at: number;
    about: string | undefined;
    agent: string;
  },
): Message {
  const { from, type, tokens, task, at, about, agent } = of;
  const isBack = about !== undefined;
  return {
    id,
    type,
    tier: 'coordination',
    from,
    to: [from === 'reader' ? agent : 'reader'],
    cc: [],
    task,
    thread: about ?? id,
    ...(isBack ? { in_reply_to: about } : {}),
    priority: 'medium',
    artifacts: [],
    blocks_progress: false,
    ack_required: false,
    tokens,
    created: formatTime(at),
    body: '',
  };
}
