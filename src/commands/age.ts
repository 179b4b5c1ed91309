import { formatDuration } from '../records/time.ts';

/** How long ago: `just now`, `5m ago`, `1d 2h ago`. */
export function formatAge(then: number, now: number): string {
  return now - then < 1000 ? 'just now' : `${formatDuration(now - then)} ago`;
}
