import type { Outcome as Published } from '../bus/bus.ts';
import { isLimited } from '../records/account.ts';
import { defined } from '../records/fields.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** What came of a request for tokens, a decision or a grant. */
export interface Budgeted {
  readonly id: string;
  readonly task: string;
  readonly agent: string;
  /** Asked for, approved or granted; 0 when it was denied. */
  readonly amount: number;
  /** Of a request. */
  readonly state?: 'approved' | 'pending';
  /** Of a decision. */
  readonly outcome?: 'approved' | 'denied';
  readonly request?: string;
  readonly budget: number;
  readonly spent: number;
  readonly remaining: number;
  readonly efficiency?: number;
  readonly commit: string | null;
}

/** Asks for more tokens. Without a task: for the one task that the agent has a budget for. */
export async function requestBudget(
  session: Session,
  {
    task,
    ...ask
  }: { task: string | undefined; amount: number; why: string; key: string | undefined },
): Promise<Outcome<Budgeted>> {
  const found = task === undefined ? await onlyTask(session) : yes(task);
  if (!found.ok) return found;
  const payload = { task: found.data, amount: ask.amount, why: ask.why };
  return publish(session, 'budget-request', payload, ask.key);
}

/** Decides a request, named by its id or the end of it. */
export async function decideBudget(
  session: Session,
  fragment: string,
  verdict: {
    readonly outcome: 'approved' | 'denied';
    readonly amount?: number | undefined;
    readonly why?: string | undefined;
  },
): Promise<Outcome<Budgeted>> {
  const ledger = await (await session.bus.view()).ledger();
  const end = fragment.trim().toUpperCase();
  const found = end.length < 5 ? [] : ledger.asks().filter(({ id }) => id.endsWith(end));
  const [ask, another] = found;
  if (ask === undefined || another !== undefined) return no(noRequest(fragment, found.length));
  return publish(session, 'budget-verdict', { request: ask.id, ...verdict });
}

/** Gives an agent tokens, or sets what it has in all. */
export function grantBudget(
  session: Session,
  grant: {
    readonly task: string;
    readonly agent: string;
    readonly amount?: number | undefined;
    readonly total?: number | undefined;
    readonly why?: string | undefined;
  },
): Promise<Outcome<Budgeted>> {
  return publish(session, 'budget-grant', grant);
}

// What was agreed on must hold for everybody: it is not kept for later.
async function publish(
  session: Session,
  kind: string,
  payload: { readonly [key: string]: unknown },
  key?: string,
): Promise<Outcome<Budgeted>> {
  const request = session.request(kind, defined<Record<string, unknown>>(payload), key);
  const outcome: Published = await session.bus.publish(request, { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  const result = 'published' in outcome ? outcome.published : { ...payload, ...unneeded(outcome) };
  const commit = 'published' in outcome ? outcome.commit : null;
  return yes({ ...(result as unknown as Budgeted), commit });
}

function unneeded(outcome: Published): Readonly<Record<string, unknown>> {
  return 'unneeded' in outcome ? outcome.unneeded : {};
}

async function onlyTask(session: Session): Promise<Outcome<string>> {
  const view = await session.bus.view();
  const ledger = await view.ledger();
  const open = ledger.accounts
    .of(session.agent)
    .filter((account) => isLimited(account) && !account.closed)
    .filter(({ task }) => view.fold.tasks.get(task)?.status !== 'done')
    .map(({ task }) => task)
    .sort();
  const [task, another] = open;
  if (task !== undefined && another === undefined) return yes(task);
  const shown = open.slice(0, 10).join(', ');
  return no({
    code: 'which-task',
    message:
      task === undefined
        ? `${session.agent} has no budget that could be raised`
        : `${session.agent} has budgets for several tasks: ${shown}`,
    hint: 'name the task: comm-node budget request --task ID --amount N --why TEXT',
    data: { tasks: open },
  });
}

function noRequest(fragment: string, count: number) {
  return {
    code: count > 1 ? 'ambiguous-request' : 'unknown-request',
    message:
      count > 1
        ? `${count} requests end with "${fragment}"`
        : `no request for tokens ends with "${fragment}"`,
    hint: count > 1 ? 'give more of the id' : 'comm-node budget show lists what is pending',
  };
}
