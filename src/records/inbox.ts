import type { Agent } from './agent.ts';
import type { Message } from './message.ts';
import { ALL } from './names.ts';
import { parseTime } from './time.ts';

/** How far two clocks may differ by default. */
export const DEFAULT_SKEW_MS = 30_000;

/**
 * Whether a message is for this agent: it is named, or its domain or `all` is. What goes to a
 * domain or to all is for those who had joined by then, and not for its sender.
 * @param skewMs how far clocks may differ, in milliseconds
 */
export function addressedTo(
  message: Message,
  agent: Agent,
  skewMs: number = DEFAULT_SKEW_MS,
): boolean {
  const names = (name: string) => message.to.includes(name) || message.cc.includes(name);
  if (names(agent.name)) return true;
  if (message.from === agent.name) return false;
  if (!names(ALL) && (agent.domain === undefined || !names(agent.domain))) return false;
  const joined = parseTime(agent.joined) ?? 0;
  return joined <= (parseTime(message.created) ?? 0) + skewMs;
}

/** How urgent a message is, 0 the most: see the list in the code. */
export function rankOf(message: Message): number {
  const high = message.priority === 'high';
  if (message.blocks_progress) return high ? 0 : 1;
  if (high) return 2;
  if (message.type === 'question' || message.ack_required) return 3;
  return message.priority === 'low' ? 5 : 4;
}

/** Compares two messages for an inbox: the more urgent first, then the older. */
export function inboxOrder(a: Message, b: Message): number {
  return rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : Number(a.id > b.id));
}
