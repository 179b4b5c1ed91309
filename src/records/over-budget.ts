import { type Account, budgetOf, isLimited, remainingOf, spentOf } from './account.ts';
import type { Message } from './message.ts';
import { HUMAN } from './names.ts';
import type { Refusal } from './request.ts';
import { cutTo, oneTierLower } from './shorten.ts';
import type { State } from './state.ts';
import { estimateTokens } from './tokens.ts';

// An acknowledgement lets others go on: it must always be possible, as long as it is nothing more.
const FREE_ACK_TOKENS = 20;

/** A way out of a budget that is spent. Each one is accepted if it is done as it says. */
export type WayOut =
  /** The same, one tier lower. */
  | { readonly kind: 'tier'; readonly tier: string; readonly tokens: number; readonly body: string }
  /** Its beginning: so many tokens less. */
  | { readonly kind: 'cut'; readonly over: number; readonly tokens: number; readonly body: string }
  /** Asking for what is missing. */
  | { readonly kind: 'request'; readonly amount: number };

/**
 * Why the budget of its sender does not allow a message (code `over-budget`, with what would fit in
 * `data.ways`), or undefined. Not held back: the human, words to the human alone, short
 * acknowledgements, and talk about a task that the sender has no budget for.
 */
export async function overBudget(state: State, message: Message): Promise<Refusal | undefined> {
  const { task, from, tokens } = message;
  if (task === undefined || isFree(message)) return undefined;
  const account = (await state.ledger()).accounts.get(task, from);
  if (!isLimited(account) || tokens <= remainingOf(account)) return undefined;
  return refusalOf(account, message);
}

function isFree({ from, to, cc, type, tokens }: Message): boolean {
  const isToHuman = [...to, ...cc].every((name) => name === HUMAN);
  return from === HUMAN || isToHuman || (type === 'ack' && tokens <= FREE_ACK_TOKENS);
}

function refusalOf(account: Readonly<Account>, message: Message): Refusal {
  const { task, agent } = account;
  const remaining = remainingOf(account);
  const over = message.tokens - remaining;
  // What was read beyond the budget is owed as well.
  const missing = message.tokens - (budgetOf(account) - spentOf(account));
  return {
    code: 'over-budget',
    message: `this message has about ${message.tokens} tokens, and ${agent} has ${remaining} left of ${budgetOf(account)} for ${task}`,
    hint: `cut about ${over} tokens, or: comm-node budget request --task ${task} --amount ${missing} --why TEXT`,
    data: {
      task,
      agent,
      budget: budgetOf(account),
      spent: spentOf(account),
      remaining,
      tokens: message.tokens,
      over,
      ways: waysOut(message, remaining, missing),
    },
  };
}

function waysOut(message: Message, remaining: number, missing: number): WayOut[] {
  const ways: WayOut[] = [];
  const lower = oneTierLower(message, remaining);
  if (lower !== undefined) ways.push({ kind: 'tier', ...lower });
  const body = cutTo(message.body, remaining);
  // A signal that is cut is none.
  if (body !== undefined && message.tier !== 'signal') {
    const tokens = estimateTokens(body);
    ways.push({ kind: 'cut', over: message.tokens - remaining, tokens, body });
  }
  ways.push({ kind: 'request', amount: missing });
  return ways;
}
