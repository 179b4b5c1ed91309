import * as v from 'valibot';
import { ConfigError } from '../errors.ts';
import type { Agent } from './agent.ts';
import { formatAgent } from './agent-file.ts';
import { defined } from './fields.ts';
import { agentPath, PROJECT_PATH } from './paths.ts';
import { addDomain } from './project-text.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal } from './roster.ts';
import { checkPayload, domainField, flagField, lineField, repoField } from './schema.ts';
import type { State } from './state.ts';

const PAYLOAD = v.object({
  domain: v.exactOptional(domainField),
  role: v.exactOptional(lineField),
  repo: v.exactOptional(repoField),
  machine: v.exactOptional(lineField),
  replace: v.optional(flagField, false),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/**
 * Registers the agent that asks, and its domain. Payload {domain?, role?, repo?, machine?,
 * replace?}; what is left out stays as it was. Unneeded if all is so already. Refused with
 * `agent-taken` if the name works in another domain or repository, unless `replace` is set.
 * Result {agent, domain?, role?, repo?, machine?, joined, rejoined}.
 */
export function decideJoin(state: State, request: Request): Decision {
  const refusal = projectRefusal(state);
  if (refusal !== undefined) return { refused: refusal };
  const checked = checkPayload(PAYLOAD, 'join', request.payload);
  if ('refused' in checked) return checked;
  const known = state.agents.get(request.agent);
  const taken = known && takenRefusal(known, checked.payload);
  if (taken !== undefined) return { refused: taken };
  const agent = joined(known, checked.payload, request);
  const project = projectWith(state, agent);
  if (typeof project === 'object') return { refused: project };
  const files = new Map<string, string>();
  if (known === undefined || formatAgent(known) !== formatAgent(agent)) {
    files.set(agentPath(agent.name), formatAgent(agent));
  }
  if (project !== state.projectText) files.set(PROJECT_PATH, project);
  const result = { ...facts(agent), rejoined: known?.left !== undefined };
  if (files.size === 0) return { unneeded: result };
  return { granted: { files, subject: subjectOf(agent, known), record: agent.name, result } };
}

function takenRefusal(known: Agent, payload: Payload): Refusal | undefined {
  if (payload.replace) return undefined;
  const differs = (['domain', 'repo'] as const).find(
    (key) => payload[key] !== undefined && known[key] !== undefined && payload[key] !== known[key],
  );
  if (differs === undefined) return undefined;
  return {
    code: 'agent-taken',
    message: `agent ${known.name} is registered with the ${differs} ${known[differs]}, not ${payload[differs]}`,
    hint: 'choose another --agent name, or add --replace if this is the same agent',
    data: facts(known),
  };
}

function joined(known: Agent | undefined, payload: Payload, request: Request): Agent {
  const { replace: _replace, ...given } = payload;
  const { left: _left, ...kept } = known ?? { extra: {}, body: '' };
  return { joined: request.at, ...kept, ...given, name: request.agent };
}

// The settings with the agent's domain in them, or why they cannot be written.
function projectWith(state: State, { domain, repo }: Agent): string | Refusal {
  if (domain === undefined) return state.projectText;
  // The first agent of a domain says where it lies. Later ones may work elsewhere without moving it.
  if (state.project?.domains.get(domain)?.repo !== undefined) return state.projectText;
  try {
    return addDomain(state.projectText, domain, defined<{ repo?: string }>({ repo }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { code, message, hint = '', data } = error;
    return { code, message, hint, data };
  }
}

function facts({ name, domain, role, repo, machine, joined }: Agent): Record<string, unknown> {
  return defined<Record<string, unknown>>({ agent: name, domain, role, repo, machine, joined });
}

function subjectOf(agent: Agent, known: Agent | undefined): string {
  if (known === undefined || known.domain !== agent.domain) {
    return agent.domain === undefined
      ? `join: ${agent.name}`
      : `join: ${agent.name} takes domain ${agent.domain}`;
  }
  const what = known.left === undefined ? 'updates its registration' : 'is back';
  return `join: ${agent.name} ${what}`;
}
