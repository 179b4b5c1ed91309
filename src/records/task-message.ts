import type { Message, MessageType } from './message.ts';
import { formatMessage } from './message-file.ts';
import { messagePath } from './paths.ts';
import type { Request } from './request.ts';
import { recipientRefusal } from './roster.ts';
import type { State } from './state.ts';
import { estimateTokens } from './tokens.ts';

/** What a change of a task tells others, in the same commit. */
export interface Notice {
  readonly type: MessageType;
  readonly to: readonly string[];
  readonly task: string;
  readonly body: string;
  readonly artifacts?: readonly string[];
  readonly blocks?: boolean;
}

/**
 * The file of a message that goes along with a change, under the id of its request.
 * @returns those who are told, and those who cannot be: they have left, or have never joined
 */
export function noticeFile(
  state: State,
  request: Request,
  notice: Notice,
): {
  readonly file: [string, string] | undefined;
  readonly told: string[];
  readonly unknown: string[];
} {
  const all = [...new Set(notice.to)].filter((name) => name !== request.agent);
  const told = all.filter((name) => recipientRefusal(state, name) === undefined);
  const unknown = all.filter((name) => !told.includes(name));
  if (told.length === 0) return { file: undefined, told, unknown };
  const message: Message = {
    id: request.id,
    type: notice.type,
    tier: 'coordination',
    from: request.agent,
    to: told,
    cc: [],
    task: notice.task,
    thread: request.id,
    priority: notice.blocks ? 'high' : 'medium',
    artifacts: notice.artifacts ?? [],
    blocks_progress: notice.blocks ?? false,
    ack_required: false,
    tokens: estimateTokens(notice.body),
    created: request.at,
    body: notice.body,
  };
  return { file: [messagePath(message.id), formatMessage(message)], told, unknown };
}
