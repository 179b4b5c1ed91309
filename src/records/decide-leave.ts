import { formatAgent } from './agent-file.ts';
import { agentPath } from './paths.ts';
import type { Decision, Request } from './request.ts';
import { notRegistered } from './roster.ts';
import type { State } from './state.ts';

/**
 * Marks the agent that asks as gone: its record stays. No payload. Unneeded if it has left already.
 * Result {agent, left}.
 */
export function decideLeave(state: State, request: Request): Decision {
  const agent = state.agents.get(request.agent);
  if (agent === undefined) return { refused: notRegistered(state, request.agent) };
  if (agent.left !== undefined) return { unneeded: { agent: agent.name, left: agent.left } };
  const left = request.at;
  return {
    granted: {
      files: new Map([[agentPath(agent.name), formatAgent({ ...agent, left })]]),
      subject: `leave: ${agent.name}`,
      record: agent.name,
      result: { agent: agent.name, left },
    },
  };
}
