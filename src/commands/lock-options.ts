import { visible } from '../records/visible.ts';
import { shortId } from '../services/finding.ts';
import type { LockFacts } from '../services/locking.ts';

/** How long a lock is held unless something else is asked for. */
const LEASE_MS = 2 * 3_600_000;

/** How long a lock is to be held. */
export const LEASE_OPTION = {
  type: 'duration',
  default: LEASE_MS,
  summary: 'How long it is held; renew prolongs it',
} as const;

/** The repository that paths are in. */
export const REPO_OPTION = {
  type: 'text',
  placeholder: 'NAME',
  summary: 'The repository that the paths are in (default: the one joined here)',
} as const;

/** `4ZK6T1R src/auth/** until 2026-11-22T11:30:00.000Z, fence 7` */
export function lockLine({ id, paths, exclusive, expires, fence, task, why }: LockFacts): string {
  const about = [task, why].filter((text) => text !== undefined).join(': ');
  return visible(
    [
      `${shortId(id)} ${paths.join(', ')}`,
      exclusive ? '' : ' (shared)',
      ` until ${expires}`,
      `, fence ${fence}`,
      about === '' ? '' : `, ${about}`,
    ].join(''),
  );
}
