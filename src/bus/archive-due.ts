import { SLACK } from '../records/archive-cut.ts';
import type { StateFold } from './state-fold.ts';

const DAY_MS = 86_400_000;

/** Whether the tree holds more dated records, or older ones, than the project keeps. */
export function archiveDue(fold: StateFold, now: number): boolean {
  const { settings } = fold;
  if (!settings) return false;
  const days = [...fold.days.keys()].sort();
  const count = [...fold.days.values()].reduce((sum, n) => sum + n, 0);
  if (count > settings.keepRecords * SLACK) return true;
  const oldest = days[0];
  // A day late, so that a day leaves the tree whole.
  return oldest !== undefined && Date.parse(oldest) < now - (settings.keepDays + 2) * DAY_MS;
}
