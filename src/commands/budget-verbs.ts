import type { Entry } from './command.ts';

/** The verbs that speak of tokens and money. */
export const BUDGET_VERBS: readonly (Entry & { readonly group: 'budgets' })[] = [
  {
    name: 'budget show',
    summary: 'What talk has cost, what is left, and how well tokens are used',
    group: 'budgets',
    load: async () => (await import('./budget-show.ts')).budgetShow,
  },
  {
    name: 'budget request',
    summary: 'Ask for more tokens for a task',
    group: 'budgets',
    load: async () => (await import('./budget-request.ts')).budgetRequest,
  },
  {
    name: 'budget approve',
    summary: 'Approve a request for tokens (the human)',
    group: 'budgets',
    load: async () => (await import('./budget-approve.ts')).budgetApprove,
  },
  {
    name: 'budget deny',
    summary: 'Deny a request for tokens (the human)',
    group: 'budgets',
    load: async () => (await import('./budget-deny.ts')).budgetDeny,
  },
  {
    name: 'budget grant',
    summary: 'Give an agent tokens for a task, or set what it has (the human)',
    group: 'budgets',
    aliases: ['override budget'],
    load: async () => (await import('./budget-grant.ts')).budgetGrant,
  },
  {
    name: 'budget dialect',
    summary: 'What messages cost by tier and type, and which phrases could become signals',
    group: 'budgets',
    load: async () => (await import('./budget-dialect.ts')).budgetDialect,
  },
  {
    name: 'cost',
    summary: 'What the work has cost on this machine, from the transcripts of Claude Code',
    group: 'budgets',
    load: async () => (await import('./cost.ts')).cost,
  },
];
