import type { Message } from './message.ts';

/** What a message costs whoever sends or reads it: talk about budgets costs nothing, or nobody could ask. */
export function chargeOf({ type, tokens }: Pick<Message, 'type' | 'tokens'>): number {
  return type === 'budget_request' || type === 'budget_decision' ? 0 : tokens;
}
