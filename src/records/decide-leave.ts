import { formatAgent } from './agent-file.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { agentPath } from './paths.ts';
import type { Decision, Request } from './request.ts';
import { notRegistered } from './roster.ts';
import type { State } from './state.ts';

/**
 * Marks the agent that asks as gone: its record stays, its locks and places in line do not. No
 * payload. Unneeded if it has left already. Result {agent, left}.
 */
export function decideLeave(state: State, request: Request, now: number): Decision {
  const agent = state.agents.get(request.agent);
  if (agent === undefined) return { refused: notRegistered(state, request.agent) };
  if (agent.left !== undefined) return { unneeded: { agent: agent.name, left: agent.left } };
  const left = request.at;
  const board = boardOf(state);
  const own = [
    ...board.locks.filter(({ holder }) => holder === agent.name),
    ...board.waits.filter((wait) => wait.agent === agent.name),
  ];
  const given = own.length === 0 ? [] : lockFiles(board, { gone: own.map(({ id }) => id) }, now);
  return {
    granted: {
      files: new Map([[agentPath(agent.name), formatAgent({ ...agent, left })], ...given]),
      subject: `leave: ${agent.name}`,
      record: agent.name,
      result: { agent: agent.name, left },
    },
  };
}
