import { formatDuration } from '../records/time.ts';

/** How long ago: `just now`, `5m ago`, `1d 2h ago`. */
export function formatAge(then: number, now: number): string {
  return now - then < 1000 ? 'just now' : `${formatDuration(now - then)} ago`;
}

/** How old what this machine knows is: `as of now`, `as of 5m ago`. */
export function viewAge({ age_seconds: age }: { readonly age_seconds: number | null }): string {
  if (age === null) return 'never fetched (comm-node sync)';
  return age === 0 ? 'as of now' : `as of ${formatAge(0, age * 1000)}`;
}
