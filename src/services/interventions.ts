import { UsageError } from '../errors.ts';
import { humanRefusal } from '../records/decide-order.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Published, publishArtifact } from './publish-artifact.ts';
import type { Session } from './session.ts';

/** A task that was given to somebody else. */
export interface Reassigned {
  readonly task: string;
  /** Who had it; null if nobody did. */
  readonly from: string | null;
  readonly to: string;
  readonly commit: string | null;
}

/** Gives a task to another agent, and tells the tracker of this machine. */
export async function reassignTask(
  session: Session,
  {
    task,
    to,
    why,
  }: { readonly task: string; readonly to: string; readonly why: string | undefined },
): Promise<Outcome<Reassigned>> {
  const outcome = await agreed<Reassigned>(session, 'reassign', { task, to, why: why ?? '' });
  if (outcome.ok) {
    const now = (await session.bus.view()).fold.tasks.get(outcome.data.task);
    const { tellBeads } = await import('./task-tracker.ts');
    if (now) await tellBeads(session, [now]);
  }
  return outcome;
}

/** An artifact that was withdrawn. */
export interface Withdrawn {
  /** `domain/name`. */
  readonly artifact: string;
  readonly version: number;
  readonly told: readonly string[];
  readonly commit: string | null;
}

/** Withdraws an artifact: nobody is to build on it until there is a new version. */
export async function withdrawArtifact(
  session: Session,
  { artifact, why }: { readonly artifact: string; readonly why: string | undefined },
): Promise<Outcome<Withdrawn>> {
  return agreed(session, 'withdraw', { artifact, why: why ?? '' });
}

async function agreed<Data>(
  session: Session,
  kind: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<Outcome<Data & { readonly commit: string | null }>> {
  const outcome = await session.bus.publish(session.request(kind, payload), { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  const result =
    'published' in outcome ? outcome.published : 'unneeded' in outcome ? outcome.unneeded : {};
  const commit = 'published' in outcome ? outcome.commit : null;
  return yes({ ...(result as unknown as Data), commit });
}

/** What the human puts in the place of an artifact. */
export interface Injection {
  /** `domain/name`. */
  readonly artifact: string;
  readonly file: string;
  readonly kind: string | undefined;
  readonly why: string | undefined;
}

/**
 * Publishes a file as the next version of an artifact of any domain. Its consumers are told as ever.
 * @throws UsageError when the artifact is not named as `domain/name`
 */
export async function injectArtifact(
  session: Session,
  { artifact, file, kind, why }: Injection,
): Promise<Outcome<Published>> {
  const refused = humanRefusal(session.agent, 'inject artifacts');
  if (refused !== undefined) return no(refused);
  const [domain, name, ...rest] = artifact.split('/');
  if (!domain || !name || rest.length > 0) {
    throw new UsageError(`"${artifact.slice(0, 80)}" does not name an artifact`, {
      hint: 'DOMAIN/NAME, as comm-node artifact list shows it',
    });
  }
  const note = why === undefined ? 'put here by the human' : `put here by the human: ${why}`;
  return publishArtifact(session, {
    file,
    name,
    domain,
    kind,
    note,
    byReference: false,
    adapters: true,
  });
}
