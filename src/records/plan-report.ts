import type { State } from './state.ts';

/** Something in a plan that is wrong, or may be. */
export interface PlanProblem {
  readonly severity: 'error' | 'warning';
  /** Stable and kebab-case. */
  readonly code: string;
  /** The task it is about, if it is about one. */
  readonly task?: string;
  readonly message: string;
  readonly hint?: string;
}

/** What a check found, and what the plan comes to. */
export interface PlanReport {
  readonly problems: readonly PlanProblem[];
  readonly tasks: number;
  /** The tasks that take longest one after the other; empty while there is a circle. */
  readonly critical_path: readonly string[];
  /** How many times a simple task that is. */
  readonly critical_weight: number;
  /** So many agents can be of use at once; more never can. */
  readonly parallelism: number;
}

/** What a plan is checked against. Nothing there: a plan is checked by itself. */
export type PlanWorld = Pick<State, 'agents' | 'artifacts' | 'tasks' | 'project'>;
