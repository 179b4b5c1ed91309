import type { Agent } from './agent.ts';
import { ALL, HUMAN, nearest } from './names.ts';
import type { Refusal } from './request.ts';
import type { State } from './state.ts';
import { oneLine } from './visible.ts';

/** Whether the agent has joined and not left. */
export function isHere(agent: Agent | undefined): agent is Agent {
  return agent !== undefined && agent.left === undefined;
}

/** The names of the agents that work in a domain now, sorted. */
export function agentsOf(state: Pick<State, 'agents'>, domain: string): string[] {
  return [...state.agents.values()]
    .filter((agent) => agent.domain === domain && isHere(agent))
    .map(({ name }) => name)
    .sort();
}

/** Why there is nothing to decide on (code `not-initialised` or `project-malformed`), or undefined. */
export function projectRefusal(state: State): Refusal | undefined {
  return state.project === undefined ? noProject(state) : undefined;
}

/** That there is no project, or that its settings cannot be read. */
export function noProject(state: Pick<State, 'malformed'>): Refusal {
  const fault = state.malformed.find(({ path }) => path === 'comm-node.toml');
  if (fault !== undefined) {
    const hint = 'mend comm-node.toml in a clone of the coordination repository, commit and push';
    return { code: 'project-malformed', message: fault.message, hint, data: { line: fault.line } };
  }
  const message = 'the coordination repository has no project yet';
  return { code: 'not-initialised', message, hint: 'comm-node init URL' };
}

/** Why this agent may not write (code `not-registered`), or undefined. */
export function senderRefusal(state: State, name: string): Refusal | undefined {
  return isHere(state.agents.get(name)) ? undefined : notRegistered(state, name);
}

/** That the agent has never joined, or has left. */
export function notRegistered(state: Pick<State, 'agents'>, name: string): Refusal {
  const left = state.agents.get(name)?.left;
  const how = left === undefined ? 'is not registered' : `left at ${left}`;
  return {
    code: 'not-registered',
    message: `agent "${oneLine(name, 60)}" ${how}`,
    hint: `comm-node join URL --agent ${oneLine(name, 60)} --domain DOMAIN`,
    data: { agent: name },
  };
}

/**
 * Why a message cannot go to this recipient, or undefined. Codes: `unknown-project`,
 * `unknown-recipient` (with `data.suggestions`), `recipient-left` (with `data.instead`).
 */
export function recipientRefusal(state: State, name: string): Refusal | undefined {
  if (name === ALL || name === HUMAN) return undefined;
  if (name.includes('@')) return unknownProject(name);
  const agent = state.agents.get(name);
  if (isHere(agent) || agentsOf(state, name).length > 0) return undefined;
  if (agent !== undefined) return recipientLeft(state, agent);
  return state.project?.domains.has(name) ? emptyDomain(name) : unknownRecipient(state, name);
}

function unknownProject(name: string): Refusal {
  return {
    code: 'unknown-project',
    message: `"${oneLine(name, 90)}" is in another project, and no peer of that name is configured`,
    hint: 'write to an agent or a domain of this project, or to human',
    data: { recipient: name },
  };
}

function recipientLeft(state: State, agent: Agent): Refusal {
  const instead = agent.domain === undefined ? [] : agentsOf(state, agent.domain);
  const hint =
    instead.length > 0
      ? `${instead.join(', ')} ${instead.length > 1 ? 'have' : 'has'} the domain ${agent.domain} now: --to ${instead[0]}`
      : 'nobody has its domain now: write to human';
  const data = { recipient: agent.name, left: agent.left, instead };
  return { code: 'recipient-left', message: `${agent.name} left at ${agent.left}`, hint, data };
}

function emptyDomain(name: string): Refusal {
  return {
    code: 'recipient-left',
    message: `nobody is in the domain ${name} now`,
    hint: 'write to human, or wait until an agent joins it',
    data: { recipient: name, instead: [] },
  };
}

function unknownRecipient(state: State, name: string): Refusal {
  const here = [...state.agents.values()].filter(isHere).map((agent) => agent.name);
  const domains = here.flatMap((at) => state.agents.get(at)?.domain ?? []);
  const known = [...new Set([...here, ...domains, ALL, HUMAN])].sort();
  const suggestions = nearest(name, known);
  const shown = known.slice(0, 20).join(', ');
  const hint =
    suggestions.length > 0 ? `did you mean ${suggestions.join(' or ')}?` : `recipients: ${shown}`;
  const message = `there is no agent and no domain "${oneLine(name, 60)}"`;
  return { code: 'unknown-recipient', message, hint, data: { recipient: name, suggestions } };
}
