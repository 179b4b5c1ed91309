import { type Artifact, artifactKey, pinOf } from './artifact.ts';
import { stalePins } from './artifact-stale.ts';
import { defined } from './fields.ts';
import type { Message } from './message.ts';
import type { Request } from './request.ts';
import { agentsOf } from './roster.ts';
import { firstSentence } from './sentences.ts';
import { formatSize } from './size.ts';
import type { State } from './state.ts';
import { estimateTokens } from './tokens.ts';
import { oneLine } from './visible.ts';

/**
 * What the consumers of newly published artifacts are told: one message with the id of the request.
 * Undefined when nobody is there to be told.
 */
export function artifactMessage(
  state: State,
  request: Request,
  fresh: readonly Artifact[],
  { task, note = '' }: { readonly task?: string | undefined; readonly note?: string },
): Message | undefined {
  const domains = [...new Set(fresh.flatMap(({ consumers }) => consumers))];
  const to = domains.filter((domain) => agentsOf(state, domain).length > 0).sort();
  const [first] = fresh;
  if (first === undefined || to.length === 0) return undefined;
  const body = bodyOf(state, fresh, note);
  return defined<Message>({
    id: request.id,
    type: 'artifact_ready',
    tier: 'coordination',
    from: request.agent,
    to,
    cc: [],
    task,
    thread: request.id,
    priority: 'medium',
    artifacts: fresh.map(pinOf),
    blocks_progress: false,
    ack_required: false,
    tokens: estimateTokens(body),
    created: request.at,
    key: request.key,
    body,
  } as Message);
}

/** At most three sentences: what there is, what the producer says, whose pin is old. */
function bodyOf(state: State, fresh: readonly Artifact[], note: string): string {
  const what = fresh.map(
    (one) => `${artifactKey(one)} v${one.version} (${one.kind}, ${formatSize(one.bytes)})`,
  );
  const stale = fresh.flatMap((one) => stalePins(state, one));
  const tasks = stale.slice(0, 5).map(({ task, pinned }) => `${task} (v${pinned})`);
  return [
    `${oneLine(what.join(', '), 300)} published.`,
    ...(note.trim() === '' ? [] : [oneLine(firstSentence(note), 160)]),
    ...(tasks.length === 0 ? [] : [`Pins an older one: ${tasks.join(', ')}.`]),
  ].join(' ');
}
