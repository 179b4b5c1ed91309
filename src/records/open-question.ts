import type { Message } from './message.ts';
import { summaryOf } from './summary.ts';

/** A message that wants an answer and has none yet. */
export interface OpenQuestion {
  readonly id: string;
  readonly type: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly task?: string;
  /** Its sender cannot go on without the answer. */
  readonly blocks: boolean;
  readonly summary: string;
  /** By the clock of its sender, RFC 3339. */
  readonly created: string;
  readonly expires?: string;
}

/** So many are kept at hand, the latest; what is older than those nobody will answer. */
const KEPT = 500;

/** Messages of these types want an answer; others do if their sender cannot go on. */
const ASKING: ReadonlySet<string> = new Set(['question', 'help', 'blocked']);

/**
 * What is open after one more message, by its id. A reply of anybody but who asked settles a
 * question. A reply may be known before its question is, where clocks differ: it is kept in `early`.
 */
export function withMessage(
  open: Map<string, OpenQuestion>,
  early: Set<string>,
  message: Message,
): void {
  const { id, in_reply_to: to, from } = message;
  if (to !== undefined && open.get(to)?.from !== from) {
    if (!open.delete(to) && to > id) early.add(to);
  }
  const asks = message.blocks_progress || ASKING.has(message.type);
  if (!asks || early.delete(id)) return;
  open.set(id, questionOf(message));
  if (open.size > KEPT) {
    const [oldest] = open.keys();
    if (oldest !== undefined) open.delete(oldest);
  }
}

function questionOf(message: Message): OpenQuestion {
  const { id, type, from, to, task, created, expires, blocks_progress: blocks } = message;
  return {
    id,
    type,
    from,
    to,
    ...(task === undefined ? {} : { task }),
    blocks,
    summary: summaryOf(message),
    created,
    ...(expires === undefined ? {} : { expires }),
  };
}
