import { visible } from '../records/visible.ts';
import type { Budgeted } from '../services/budgeting.ts';
import { shortId } from '../services/finding.ts';

/** What whoever asked, decided or granted is told. */
export function renderBudgeted(budgeted: Budgeted): string {
  const { task, agent, amount, remaining, budget, request } = budgeted;
  const stands = `${agent} has ${remaining} of ${budget} left for ${task}`;
  return visible(
    `${whatHappened(budgeted)}${request ? ` (${shortId(request)})` : ''}: ${stands}\n`,
  );

  function whatHappened({ state, outcome, id }: Budgeted): string {
    if (state === 'pending') {
      return `asked the human for ${amount} tokens (${shortId(id)}), who decides`;
    }
    if (state === 'approved') return `${amount} tokens approved by rule`;
    if (outcome === 'denied') return 'denied';
    return outcome === 'approved' ? `approved ${amount} tokens` : `changed by ${amount} tokens`;
  }
}
