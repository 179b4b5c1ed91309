import { GlobError } from '../globs/globs.ts';
import { DEFAULT_SKEW_MS } from './inbox.ts';
import type { Conflict } from './lock-facts.ts';
import { HUMAN } from './names.ts';
import type { Refusal } from './request.ts';
import { agentsOf } from './roster.ts';
import { type Foreign, foreignGlob } from './scopes.ts';
import type { State } from './state.ts';
import { formatDuration } from './time.ts';
import { oneLine } from './visible.ts';

/** A lease longer than this is a mistake, in milliseconds: 30 days. */
const LONGEST_MS = 30 * 86_400_000;

/** Some globs as part of a line. */
export function shownGlobs(globs: readonly string[]): string {
  const more = globs.length > 3 ? ` +${globs.length - 3}` : '';
  return oneLine(globs.slice(0, 3).join(', ') + more, 100);
}

/** Why a lease of this length makes no sense (code `bad-lease`), or undefined. */
export function leaseRefusal(state: State, ttlMs: number): Refusal | undefined {
  const skew = state.project?.clockSkewMs ?? DEFAULT_SKEW_MS;
  if (ttlMs > skew && ttlMs <= LONGEST_MS) return undefined;
  const [word, bound] =
    ttlMs > skew
      ? ['at most', formatDuration(LONGEST_MS)]
      : ['longer than the clocks of two machines may differ,', formatDuration(skew)];
  return {
    code: 'bad-lease',
    message: `a lock is held for ${word} ${bound}`,
    hint: 'comm-node lock … --for 2h',
    data: { ttl_ms: ttlMs, clock_skew_ms: skew, longest_ms: LONGEST_MS },
  };
}

/** Why these paths are not the agent's to lock (code `outside-scope`), or undefined. */
export function scopeRefusal(
  state: State,
  name: string,
  { repo, paths }: { readonly repo: string; readonly paths: readonly string[] },
): Refusal | undefined {
  const worker = state.agents.get(name) ?? { name };
  try {
    const foreign = foreignGlob(state.project?.domains ?? new Map(), worker, repo, paths);
    return foreign && outside(state, name, foreign);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    const message = `these paths cannot be compared with the scopes: ${error.message}`;
    return { code: 'bad-glob', message, hint: 'name them with simpler globs' };
  }
}

/**
 * The refusal of a path that belongs to another domain, or to nobody.
 * @param name of the agent that wants it
 */
export function outside(state: Pick<State, 'agents'>, name: string, foreign: Foreign): Refusal {
  const { path, owner } = foreign;
  const agents = owner === null ? [] : agentsOf(state, owner);
  const own = state.agents.get(name)?.domain;
  const mine = own === undefined ? '' : `, not to ${own}`;
  const ask = agents[0] ?? (owner === null ? HUMAN : owner);
  return {
    code: 'outside-scope',
    message:
      owner === null
        ? `${path} belongs to no domain that ${name} works in`
        : `${path} belongs to the domain ${owner}${mine}`,
    hint: `comm-node ask ${agents.length === 0 ? HUMAN : ask} "May I change ${path}?"`,
    data: { path, owner, agents },
  };
}

/** Two agents that would wait for one another (code `deadlock`). */
export function deadlockRefusal(rival: string, conflicts: readonly Conflict[]): Refusal {
  return {
    code: 'deadlock',
    message: `${rival} holds what you want, and waits for what you hold: both would wait for ever`,
    hint: `release what you hold (comm-node unlock --all), or comm-node ask ${rival} "Can you release it?"`,
    data: { conflicts },
  };
}
