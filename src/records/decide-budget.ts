import * as v from 'valibot';
import { isLimited } from './account.ts';
import { budgetOutcomes, DEFAULT_BUDGETS, MAX_AMOUNT } from './budget.ts';
import { changeOf, entryOf, nothing, standing } from './budget-change.ts';
import {
  decidedAlready,
  humanRefusal,
  notLimited,
  ownerRefusal,
  unknownRequest,
} from './budget-refusals.ts';
import { efficiencyOf } from './efficiency.ts';
import { HUMAN } from './names.ts';
import type { Decision, Request } from './request.ts';
import { projectRefusal, senderRefusal } from './roster.ts';
import { agentField, checkPayload, idField, lineField, taskField, wordField } from './schema.ts';
import type { State } from './state.ts';

const AMOUNT = `a whole number of tokens from 1 to ${MAX_AMOUNT}, for example 2000`;
const amountField = v.pipe(
  v.number(AMOUNT),
  v.safeInteger(AMOUNT),
  v.minValue(1, AMOUNT),
  v.maxValue(MAX_AMOUNT, AMOUNT),
);
const TOTAL = `a whole number of tokens from 0 to ${MAX_AMOUNT}, for example 20000`;
const totalField = v.pipe(
  v.number(TOTAL),
  v.safeInteger(TOTAL),
  v.minValue(0, TOTAL),
  v.maxValue(MAX_AMOUNT, TOTAL),
);

const ASK = v.object({ task: taskField, amount: amountField, why: lineField });
const VERDICT = v.object({
  request: idField,
  outcome: wordField(budgetOutcomes),
  amount: v.exactOptional(amountField),
  why: v.exactOptional(lineField),
});
const GRANT = v.object({
  task: taskField,
  agent: agentField,
  amount: v.exactOptional(amountField),
  total: v.exactOptional(totalField),
  why: v.exactOptional(lineField),
});

/**
 * Asks for more tokens. Payload {task, amount, why}. The rules approve it at once if the agent is
 * efficient enough and has not had more by rule than the cap; else the human is told and decides.
 * Refused: `not-limited` when there is no budget to raise.
 * Result {id, task, agent, amount, state: approved | pending, budget, spent, remaining, efficiency}.
 */
export async function decideBudgetRequest(
  state: State,
  request: Request,
  now: number,
): Promise<Decision> {
  const checked = checkPayload(ASK, 'budget-request', request.payload);
  if ('refused' in checked) return checked;
  const refused = projectRefusal(state) ?? senderRefusal(state, request.agent);
  if (refused !== undefined) return { refused };
  const { task, amount, why } = checked.payload;
  const { id, agent } = request;
  const ledger = await state.ledger();
  const account = ledger.accounts.get(task, agent);
  if (!isLimited(account)) return { refused: notLimited(task, agent) };
  const { efficiency } = efficiencyOf(ledger, agent, now, () => state.tasks);
  const { cap, approveFrom } = state.project?.budgets ?? DEFAULT_BUDGETS;
  const isApproved = efficiency >= approveFrom && account.byRule + amount <= cap;
  const entry = entryOf(request, {
    kind: 'request',
    task,
    agent,
    amount,
    outcome: isApproved ? 'approved' : undefined,
    why,
  });
  const given = isApproved ? amount : 0;
  return changeOf(request, entry, {
    subject: `budget: ${agent} asks for ${amount} tokens for ${task}${isApproved ? ', approved by rule' : ''}`,
    // The human finds it in the inbox, and knows what to type.
    message: isApproved
      ? undefined
      : {
          type: 'budget_request',
          to: [HUMAN],
          thread: id,
          priority: 'high',
          body: `${agent} asks for ${amount} tokens for ${task}: ${why}\nDecide: comm-node budget approve ${id.slice(-7)}, or budget deny ${id.slice(-7)} --why TEXT`,
        },
    result: {
      id,
      task,
      agent,
      amount,
      state: isApproved ? 'approved' : 'pending',
      ...standing(account, given),
      efficiency,
    },
  });
}

/**
 * Decides a request; only the human does. Payload {request, outcome, amount?: approves another
 * amount, why?: needed to deny}. Refused: `human-only`, `unknown-request`, `decided-already`.
 * Result {id, request, task, agent, outcome, amount, budget, spent, remaining}.
 */
export async function decideBudgetVerdict(state: State, request: Request): Promise<Decision> {
  const checked = checkPayload(VERDICT, 'budget-verdict', request.payload);
  if ('refused' in checked) return checked;
  const refused = projectRefusal(state) ?? humanRefusal(request.agent, 'decides on budgets');
  if (refused !== undefined) return { refused };
  const { request: asked, outcome, why } = checked.payload;
  const ledger = await state.ledger();
  const ask = ledger.ask(asked);
  if (ask === undefined) return { refused: unknownRequest(asked) };
  if (ask.decided) return { refused: decidedAlready(ask) };
  const { task, agent } = ask;
  const amount = outcome === 'denied' ? 0 : (checked.payload.amount ?? ask.amount);
  const by = request.agent;
  const entry = entryOf(request, {
    kind: 'decision',
    task,
    agent,
    by,
    amount,
    request: asked,
    outcome,
    why,
  });
  const reason = why === undefined ? '' : `: ${why}`;
  const account = ledger.accounts.get(task, agent);
  return changeOf(request, entry, {
    subject: `budget: ${by} ${outcome === 'approved' ? 'approves' : 'denies'} ${agent} ${outcome === 'approved' ? amount : ask.amount} tokens for ${task}`,
    message: {
      type: 'budget_decision',
      to: [agent],
      thread: asked,
      in_reply_to: asked,
      priority: 'high',
      body:
        outcome === 'approved'
          ? `You have ${amount} tokens more for ${task}${reason}`
          : `No more tokens for ${task}${reason}`,
    },
    result: {
      id: request.id,
      request: asked,
      task,
      agent,
      outcome,
      amount,
      ...(account === undefined ? {} : standing(account, amount)),
    },
  });
}

/**
 * Gives an agent tokens for a task, or sets what it has in all; only the human does. Payload {task,
 * agent, amount or total, why?}. Refused: `human-only`, `unknown-agent`. Unneeded when the total is that already.
 * Result {id, task, agent, amount, budget, spent, remaining}; amount is below 0 when it was lowered.
 */
export async function decideBudgetGrant(state: State, request: Request): Promise<Decision> {
  const checked = checkPayload(GRANT, 'budget-grant', request.payload);
  if ('refused' in checked) return checked;
  const { task, agent, amount: more, total, why } = checked.payload;
  const refused =
    projectRefusal(state) ??
    humanRefusal(request.agent, 'grants budgets') ??
    ownerRefusal(state, agent);
  if (refused !== undefined) return { refused };
  const account = (await state.ledger()).accounts.get(task, agent) ?? nothing(task, agent);
  // Not what counts, which is never negative, but what stands: the sum must come to the total.
  const amount = total === undefined ? (more ?? 0) : total - (account.allocated + account.granted);
  if (amount === 0 && isLimited(account)) {
    return { unneeded: { task, agent, amount, ...standing(account, 0) } };
  }
  const entry = entryOf(request, { kind: 'grant', task, agent, by: request.agent, amount, why });
  const said =
    total === undefined ? `You have ${amount} tokens more` : `You have ${total} tokens in all`;
  return changeOf(request, entry, {
    subject:
      total === undefined
        ? `budget: ${request.agent} grants ${agent} ${amount} tokens for ${task}`
        : `budget: ${request.agent} sets the budget of ${agent} for ${task} to ${total} tokens`,
    message: {
      type: 'budget_decision',
      to: [agent],
      thread: request.id,
      priority: 'medium',
      body: `${said} for ${task}${why === undefined ? '' : `: ${why}`}`,
    },
    result: { id: request.id, task, agent, amount, ...standing(account, amount) },
  });
}
