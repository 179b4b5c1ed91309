import { UsageError } from '../errors.ts';
import { isId } from '../records/ids.ts';
import type { MessageType, Priority, Tier } from '../records/message.ts';
import type { Refusal } from '../records/request.ts';
import { parseSignal, SIGNAL_EXAMPLE, signalToFields } from '../records/signal.ts';
import { chooseTier } from '../records/tier.ts';
import { estimateTokens } from '../records/tokens.ts';
import { findMessage } from './finding.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

export { messageTypes, priorities, tiers } from '../records/message.ts';
export { SIGNAL_EXAMPLE } from '../records/signal.ts';

/** What a person or an agent wants to say; what is undefined is left to the defaults. */
export interface Draft {
  readonly to: readonly string[];
  readonly cc?: readonly string[] | undefined;
  readonly type?: MessageType | undefined;
  readonly tier?: Tier | undefined;
  readonly priority?: Priority | undefined;
  readonly task?: string | undefined;
  readonly thread?: string | undefined;
  readonly inReplyTo?: string | undefined;
  readonly artifacts?: readonly string[] | undefined;
  readonly blocksProgress?: boolean | undefined;
  readonly ackRequired?: boolean | undefined;
  /** What an answer may cost, in tokens. */
  readonly tokenBudget?: number | undefined;
  /** RFC 3339. */
  readonly expires?: string | undefined;
  readonly body: string;
  readonly idempotencyKey?: string | undefined;
}

/** What the sender is told. */
export interface Sent {
  readonly id: string;
  readonly tier: Tier;
  /** Estimated. */
  readonly tokens: number;
  readonly to: readonly string[];
  /** `queued`: it is kept on this machine and leaves with the next command or `sync`. */
  readonly state: 'published' | 'queued';
  /** Null while it is queued, and for a retry. */
  readonly commit: string | null;
  readonly reason?: string;
  /** A retry of the same idempotency key: this is what was sent the first time. */
  readonly repeated?: true;
}

/** Sends a message. A recipient that cannot be reached is a refusal. */
export async function sendMessage(session: Session, draft: Draft): Promise<Outcome<Sent>> {
  const thread = await threadOf(session, draft.thread);
  if (!thread.ok) return thread;
  const payload = payloadOf({ ...draft, ...thread.data });
  const request = session.request('send', payload, draft.idempotencyKey);
  const outcome = await session.bus.publish(request, { deferrable: true });
  if ('refused' in outcome) return no(await explained(outcome.refused, draft, session));
  if ('unneeded' in outcome) return sentBefore(session, String(outcome.unneeded['id']));
  const { id } = request;
  const tier = draft.tier ?? chooseTier(draft.body);
  const sent = { id, tier, tokens: estimateTokens(draft.body), to: draft.to };
  return 'queued' in outcome
    ? yes({ ...sent, state: 'queued', commit: null, reason: outcome.queued.reason })
    : yes({ ...sent, ...outcome.published, state: 'published', commit: outcome.commit });
}

async function explained(refusal: Refusal, draft: Draft, session: Session): Promise<Refusal> {
  if (refusal.code !== 'over-budget') return refusal;
  const { withCommands } = await import('./ways-out.ts');
  return withCommands(refusal, draft, session);
}

/** The first result of an idempotency key, told again. */
async function sentBefore(session: Session, first: string): Promise<Outcome<Sent>> {
  const found = await findMessage(await session.bus.view(), first);
  if (!found.ok) return found;
  const { id, tier, tokens, to } = found.data;
  return yes({ id, tier, tokens, to, state: 'published', commit: null, repeated: true });
}

/** A thread is named by any message of it, in full or by the end of its id. */
async function threadOf(
  session: Session,
  fragment: string | undefined,
): Promise<Outcome<{ thread?: string }>> {
  if (fragment === undefined) return yes({});
  if (isId(fragment)) return yes({ thread: fragment });
  const found = await findMessage(await session.bus.view(), fragment);
  return found.ok ? yes({ thread: found.data.thread }) : found;
}

/** Sends a line of the dialect; its fields say who gets it and what it means. */
export async function sendSignal(
  session: Session,
  line: string,
  extra: { readonly to: readonly string[]; readonly idempotencyKey: string | undefined },
): Promise<Outcome<Sent>> {
  const signal = parseSignal(line);
  if ('fault' in signal) {
    const found = signal.at === '' ? 'nothing' : `"${signal.at}"`;
    throw new UsageError(`a signal ${signal.fault}; found ${found}`, {
      hint: `for example: comm-node signal '${SIGNAL_EXAMPLE}'`,
      data: { line },
    });
  }
  const { to, ...fields } = signalToFields(signal);
  return sendMessage(session, {
    ...fields,
    to: extra.to.length > 0 ? extra.to : to,
    tier: 'signal',
    body: line.trim(),
    idempotencyKey: extra.idempotencyKey,
  });
}

function payloadOf(draft: Draft): Record<string, unknown> {
  const payload: Record<string, unknown> = {
    type: draft.type ?? 'announcement',
    tier: draft.tier,
    to: draft.to,
    cc: draft.cc ?? [],
    task: draft.task,
    thread: draft.thread,
    in_reply_to: draft.inReplyTo,
    priority: draft.priority ?? 'medium',
    artifacts: draft.artifacts ?? [],
    blocks_progress: draft.blocksProgress ?? false,
    ack_required: draft.ackRequired ?? false,
    token_budget: draft.tokenBudget,
    expires: draft.expires,
    body: draft.body,
  };
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
}
