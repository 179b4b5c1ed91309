import type { Message, MessageType } from './message.ts';
import type { Request } from './request.ts';
import { chooseTier } from './tier.ts';
import { estimateTokens } from './tokens.ts';

/** A message that goes along with another change, in its commit. */
export interface Letter {
  readonly type: MessageType;
  readonly to: readonly string[];
  readonly body: string;
  /** Whether it is to be acknowledged; it counts as blocking then. */
  readonly ack: boolean;
}

/** The message; it has the id of the request that it goes along with. */
export function letterOf(request: Request, { type, to, body, ack }: Letter): Message {
  return {
    id: request.id,
    type,
    tier: chooseTier(body),
    from: request.agent,
    to,
    cc: [],
    thread: request.id,
    priority: ack ? 'high' : 'medium',
    artifacts: [],
    blocks_progress: ack,
    ack_required: ack,
    tokens: estimateTokens(body),
    created: request.at,
    body,
  };
}
