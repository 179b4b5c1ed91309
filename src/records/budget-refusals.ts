import type { BudgetAsk } from './ledger.ts';
import { HUMAN } from './names.ts';
import type { Refusal } from './request.ts';
import type { State } from './state.ts';
import { oneLine } from './visible.ts';

/** Why this agent may not decide (code `human-only`), or undefined. */
export function humanRefusal(agent: string, does: string): Refusal | undefined {
  if (agent === HUMAN) return undefined;
  return {
    code: 'human-only',
    message: `only the human ${does}, and you are ${agent}`,
    hint: 'comm-node budget request --amount N --why TEXT',
    data: { agent },
  };
}

/** Why this agent can have no budget (code `unknown-agent`), or undefined. */
export function ownerRefusal(state: State, agent: string): Refusal | undefined {
  if (state.agents.has(agent) && agent !== HUMAN) return undefined;
  const known = [...state.agents.keys()].filter((name) => name !== HUMAN).sort();
  return {
    code: 'unknown-agent',
    message:
      agent === HUMAN ? 'the human needs no budget' : `there is no agent "${oneLine(agent, 60)}"`,
    hint: `agents: ${known.slice(0, 20).join(', ')}`,
    data: { agent },
  };
}

/** That there is no budget to raise. */
export function notLimited(task: string, agent: string): Refusal {
  return {
    code: 'not-limited',
    message: `${agent} has no budget for ${oneLine(task, 80)}, so nothing is limited there`,
    hint: 'a budget comes with claiming the task; comm-node budget show',
    data: { task, agent },
  };
}

/** That nobody asked. */
export function unknownRequest(id: string): Refusal {
  const message = `there is no request ${id} for tokens`;
  return { code: 'unknown-request', message, hint: 'comm-node budget show lists what is pending' };
}

/** That the request has its answer. */
export function decidedAlready({ id, task, agent, amount }: BudgetAsk): Refusal {
  return {
    code: 'decided-already',
    message: `the request of ${agent} for ${amount} tokens for ${task} is decided already`,
    hint: `comm-node budget show ${task}; to give more: comm-node budget grant ${agent} --task ${task} --amount N`,
    data: { request: id, task, agent },
  };
}
