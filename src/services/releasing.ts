import type { View } from '../bus/view.ts';
import { defined } from '../records/fields.ts';
import { lockBoard } from '../records/lock-board.ts';
import type { LockFacts } from '../records/lock-facts.ts';
import { recordId } from '../records/paths.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { repoGlobs, repoPlace } from './repo-paths.ts';
import type { Session } from './session.ts';
import { recordViolation } from './violations.ts';

/** Which locks: by globs or (the ends of) ids, or all of them. */
export interface Chosen {
  readonly words: readonly string[];
  readonly all: boolean;
  /** The repository that the globs are in; left out, that of the worktree. */
  readonly repo?: string | undefined;
}

export interface Released {
  readonly released: readonly LockFacts[];
  /** Locks of which only a part was given back. */
  readonly kept: readonly LockFacts[];
  readonly forced: boolean;
  readonly commit: string | null;
}

/** Gives locks back; by force, those of others. What only the human may do leaves a violation. */
export async function releaseLocks(
  session: Session,
  chosen: Chosen,
  { force, why }: { readonly force: boolean; readonly why?: string | undefined },
): Promise<Outcome<Released>> {
  const selection = await selectionOf(session, chosen);
  const payload = defined<Record<string, unknown>>({ ...selection, force, why });
  const request = session.request('unlock', payload);
  // Named by paths, it could meet a lock that is taken there later: nobody else is to land it then.
  const helpable = !chosen.all && !('paths' in selection);
  const outcome = await session.bus.publish(request, { deferrable: false, helpable });
  if ('refused' in outcome) {
    const { refused } = outcome;
    if (refused.code === 'only-human') await recordForce(session, refused.message, refused.data);
    return no(refused);
  }
  const result = 'published' in outcome ? outcome.published : {};
  return yes({
    released: (result['released'] ?? []) as LockFacts[],
    kept: (result['kept'] ?? []) as LockFacts[],
    forced: result['forced'] === true,
    commit: 'published' in outcome ? outcome.commit : null,
  });
}

/** Prolongs locks of this agent. @param ttlMs from now, in milliseconds */
export async function renewLocks(
  session: Session,
  chosen: Chosen,
  ttlMs: number,
): Promise<Outcome<{ locks: readonly LockFacts[]; commit: string | null }>> {
  const payload = { ...(await selectionOf(session, chosen)), ttl_ms: ttlMs };
  const request = session.request('renew', payload);
  const outcome = await session.bus.publish(request, { deferrable: false, helpable: true });
  if ('refused' in outcome) return no(outcome.refused);
  const result = 'published' in outcome ? outcome.published : {};
  const commit = 'published' in outcome ? outcome.commit : null;
  return yes({ locks: (result['locks'] ?? []) as LockFacts[], commit });
}

/** A word that is the end of a lock's id means that lock; any other is a glob. */
async function selectionOf(session: Session, { words, all, repo }: Chosen) {
  const view = await session.bus.view();
  const named = words.map((word) => ({ word, ids: idsEndingWith(view, word) }));
  const ids = named.flatMap((one) => one.ids);
  const globs = named.filter((one) => one.ids.length === 0).map(({ word }) => word);
  if (globs.length === 0) return defined<Record<string, unknown>>({ ids, all, repo });
  const where = await repoPlace(session.place, repo, session.workplace);
  return { ids, all, repo: where.repo, paths: repoGlobs(where, globs) };
}

function idsEndingWith({ fold }: View, word: string): string[] {
  if (!/^[0-9A-Z]{5,26}$/i.test(word)) return [];
  const end = word.toUpperCase();
  const board = lockBoard(fold, fold.clockSkewMs);
  const known = [
    ...[...board.locks, ...board.waits].map(({ id }) => id),
    ...board.unreadable.map(({ path }) => recordId(path)),
  ];
  return known.filter((id) => id.endsWith(end));
}

async function recordForce(session: Session, body: string, data: unknown): Promise<void> {
  const { lock } = data as { lock?: LockFacts };
  await recordViolation(session, {
    rule: 'force',
    outcome: 'refused',
    place: 'unlock',
    paths: lock?.paths ?? [],
    ...(lock ? { repo: lock.repo, owner: lock.holder, lock: lock.id } : {}),
    body,
  });
}
