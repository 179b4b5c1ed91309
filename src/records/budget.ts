import type { Complexity } from './task.ts';

/** What an entry of a budget does. */
export const budgetKinds = ['allocation', 'request', 'decision', 'grant'] as const;
export const budgetOutcomes = ['approved', 'denied'] as const;

/** So many tokens one entry may speak of: sums of them stay whole numbers. */
export const MAX_AMOUNT = 1_000_000_000;

/** One entry in the budget of an agent for a task: immutable. The names are those of its frontmatter. */
export interface BudgetEntry {
  /** ULID, made by whoever wrote it. */
  readonly id: string;
  readonly kind: (typeof budgetKinds)[number];
  readonly task: string;
  /** Whose budget it is. */
  readonly agent: string;
  /** Who made the entry, if not the agent itself. */
  readonly by?: string;
  /** Tokens: allocated, asked for, approved, or granted; a grant may take back what was given. */
  readonly amount: number;
  /** Of an allocation: what it was reckoned from. */
  readonly complexity?: Complexity;
  readonly efficiency?: number;
  /** Of a decision: the id of the request. */
  readonly request?: string;
  /** Of a decision; and of a request that the rules approved at once. */
  readonly outcome?: (typeof budgetOutcomes)[number];
  readonly why?: string;
  /** RFC 3339. */
  readonly created: string;
  /** The idempotency key of whoever wrote it. */
  readonly key?: string;
}

/** The settings `[budgets]` of comm-node.toml; amounts in tokens. */
export interface BudgetRules {
  readonly simple: number;
  readonly medium: number;
  readonly complex: number;
  /** What the rules may approve for one agent and task, all requests together. */
  readonly cap: number;
  /** From this efficiency on a request is approved without the human. */
  readonly approveFrom: number;
}

// 5 000, 15 000 and 40 000 tokens of talk are 60, 190 and 500 coordination messages of 80 tokens.
export const DEFAULT_BUDGETS: BudgetRules = {
  simple: 5_000,
  medium: 15_000,
  complex: 40_000,
  cap: 20_000,
  approveFrom: 0.7,
};

// Even an agent that wastes its tokens can say what it must: a task of 15 000 leaves it 4 500.
const LEAST_SHARE = 0.3;

/**
 * The tokens that an agent may spend on talk about a task: by complexity, times its efficiency.
 * @param efficiency from 0 to 1; counts as 0.3 at least, so that nobody is silenced
 * @returns whole tokens
 */
export function allocationOf(
  complexity: Complexity,
  efficiency: number,
  rules: BudgetRules = DEFAULT_BUDGETS,
): number {
  return Math.round(rules[complexity] * Math.min(1, Math.max(LEAST_SHARE, efficiency)));
}
