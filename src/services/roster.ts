import type { View } from '../bus/view.ts';
import { ConfigError } from '../errors.ts';
import type { Agent } from '../records/agent.ts';

/**
 * The agent of this name.
 * @throws ConfigError when nobody of this name has joined
 */
export function registered(view: View, name: string): Agent {
  const agent = view.fold.agents.get(name);
  if (agent) return agent;
  throw new ConfigError(`${name} has not joined this coordination repository`, {
    code: 'not-registered',
    hint: `comm-node join URL --agent ${name} --domain NAME`,
    data: { agents: [...view.fold.agents.keys()] },
  });
}
