import * as v from 'valibot';
import { ConfigError } from '../errors.ts';
import type { Agent } from './agent.ts';
import { formatAgent } from './agent-file.ts';
import { defined } from './fields.ts';
import { WATCHDOG } from './names.ts';
import { agentPath, PROJECT_PATH } from './paths.ts';
import { addDomain, type DomainPlace } from './project-text.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal } from './roster.ts';
import {
  checkPayload,
  domainField,
  flagField,
  globsField,
  kindsField,
  lineField,
  repoField,
} from './schema.ts';
import { crossingDomain } from './scopes.ts';
import type { State } from './state.ts';

const PAYLOAD = v.object({
  domain: v.exactOptional(domainField),
  role: v.exactOptional(lineField),
  repo: v.exactOptional(repoField),
  machine: v.exactOptional(lineField),
  scope: v.exactOptional(globsField),
  imports: v.exactOptional(kindsField),
  exports: v.exactOptional(kindsField),
  replace: v.optional(flagField, false),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/**
 * Registers the agent that asks, and its domain. Payload {domain?, role?, repo?, machine?, scope?,
 * imports?, exports?, replace?}; what is left out stays as it was. Unneeded if all is so already. Refused with
 * `agent-taken` if the name works in another domain or repository, or `scope-taken` if its domain
 * has another scope, unless `replace` is set; with `scope-crosses` if another domain is in the way.
 * Result {agent, domain?, role?, repo?, machine?, joined, rejoined}.
 */
export function decideJoin(state: State, request: Request): Decision {
  const refusal = projectRefusal(state);
  if (refusal !== undefined) return { refused: refusal };
  const checked = checkPayload(PAYLOAD, 'join', request.payload);
  if ('refused' in checked) return checked;
  if (request.agent === WATCHDOG) return { refused: RESERVED };
  const known = state.agents.get(request.agent);
  const taken = known && takenRefusal(known, checked.payload);
  if (taken !== undefined) return { refused: taken };
  const agent = joined(known, checked.payload, request);
  const crossing = scopeRefusal(state, agent, checked.payload);
  if (crossing !== undefined) return { refused: crossing };
  const project = projectWith(state, agent, checked.payload);
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

const RESERVED: Refusal = {
  code: 'name-reserved',
  message: `${WATCHDOG} is the name of the watchdog, and no agent's`,
  hint: 'choose another --agent name',
};

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
  const { role, repo, machine, domain } = payload;
  const given = defined<Partial<Agent>>({ domain, role, repo, machine });
  const { left: _left, ...kept } = known ?? { extra: {}, body: '' };
  return { joined: request.at, ...kept, ...given, name: request.agent };
}

function scopeRefusal(state: State, agent: Agent, payload: Payload): Refusal | undefined {
  const { scope, replace } = payload;
  const { domain } = agent;
  if (scope === undefined || domain === undefined || state.project === undefined) return undefined;
  const known = state.project.domains.get(domain);
  if (!replace && known?.scope !== undefined && known.scope.join() !== scope.join()) {
    return {
      code: 'scope-taken',
      message: `the domain ${domain} has the scope ${known.scope.join(', ')}, not ${scope.join(', ')}`,
      hint: 'leave --scope out, or add --replace if its scope is to change',
      data: { domain, scope: known.scope },
    };
  }
  const repo = known?.repo ?? agent.repo ?? '';
  const crossing = crossingDomain(state.project.domains, domain, repo, scope);
  if (crossing === undefined) return undefined;
  return {
    code: 'scope-crosses',
    message: `the scope of ${domain} crosses that of ${crossing.domain}: both have ${crossing.path}`,
    hint: 'give each path one owner: a scope may lie wholly inside another, or beside it',
    data: { domain, other: crossing.domain, path: crossing.path },
  };
}

// The settings with the agent's domain in them, or why they cannot be written.
function projectWith(
  state: State,
  { domain, repo }: Agent,
  { scope, imports, exports }: Payload,
): string | Refusal {
  if (domain === undefined) return state.projectText;
  // The first agent of a domain says where it lies. Later ones may work elsewhere without moving it.
  const isPlaced = state.project?.domains.get(domain)?.repo !== undefined;
  const place = defined<DomainPlace>({
    repo: isPlaced ? undefined : repo,
    scope,
    imports,
    exports,
  });
  if (isPlaced && Object.keys(place).length === 0) return state.projectText;
  try {
    return addDomain(state.projectText, domain, place);
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
