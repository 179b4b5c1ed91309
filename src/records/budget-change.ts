import { type Account, budgetOf, remainingOf, spentOf } from './account.ts';
import type { BudgetEntry } from './budget.ts';
import { formatBudget } from './budget-file.ts';
import { defined } from './fields.ts';
import type { Message } from './message.ts';
import { formatMessage } from './message-file.ts';
import { budgetPath, messagePath } from './paths.ts';
import type { Change, Decision, Request } from './request.ts';
import { chooseTier } from './tier.ts';
import { estimateTokens } from './tokens.ts';
import { oneLine } from './visible.ts';

const MAX_SUBJECT = 100;

/** The entry that a request makes. */
export function entryOf(
  { id, at, key }: Request,
  fields: { [K in keyof Omit<BudgetEntry, 'id' | 'created' | 'key'>]: BudgetEntry[K] | undefined },
): BudgetEntry {
  return defined<BudgetEntry>({ id, ...fields, created: at, key } as BudgetEntry);
}

/** What the one who is concerned is told, in the same commit. */
type Word = Pick<Message, 'type' | 'to' | 'thread' | 'in_reply_to' | 'priority' | 'body'>;

/** The change that a decision about budgets makes: the entry, and word of it to whom it concerns. */
export function changeOf(
  request: Request,
  entry: BudgetEntry,
  words: {
    readonly subject: string;
    readonly message: Word | undefined;
    readonly result: Change['result'];
  },
): Decision {
  const { id, at, agent } = request;
  const files = new Map([[budgetPath(entry.task, id), formatBudget(entry)]]);
  if (words.message !== undefined) {
    const { body } = words.message;
    const message: Message = {
      id,
      tier: chooseTier(body),
      from: agent,
      cc: [],
      task: entry.task,
      artifacts: [],
      blocks_progress: false,
      ack_required: false,
      tokens: estimateTokens(body),
      created: at,
      ...words.message,
    };
    files.set(messagePath(id), formatMessage(message));
  }
  return {
    granted: {
      files,
      subject: oneLine(words.subject, MAX_SUBJECT),
      record: id,
      task: entry.task,
      result: words.result,
    },
  };
}

/** An account as its owner is told of it, when `more` tokens have been added. */
export function standing(account: Readonly<Account>, more: number) {
  const after = { ...account, granted: account.granted + more };
  return { budget: budgetOf(after), spent: spentOf(after), remaining: remainingOf(after) };
}

/** The account of an agent that has neither been given nor spent anything. */
export function nothing(task: string, agent: string): Account {
  const numbers = { allocated: 0, granted: 0, byRule: 0, asked: 0, sent: 0, read: 0 };
  return { task, agent, ...numbers, closed: false, latest: '' };
}
