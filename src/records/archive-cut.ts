import { encodeTime } from 'ulid';

// The tree may grow by a fifth before the oldest go, so that archiving is rare and not every send's affair.
export const SLACK = 1.2;

/** What a project keeps in its tree. */
export interface Keep {
  /** Records made before this time leave; milliseconds since 1970. */
  readonly before: number;
  /** More than this many, plus a fifth, are cut down to this many. */
  readonly keepRecords: number;
}

/**
 * Where to cut: records with an id below the answer leave the tree. Undefined while none is older
 * than it may be and there are not too many.
 * @param ids of the dated records in the tree, in any order
 */
export function archiveCut(
  ids: readonly string[],
  { before, keepRecords }: Keep,
): string | undefined {
  const sorted = [...ids].sort();
  const oldest = sorted[0];
  const aged = lowestId(before);
  const tooOld = oldest !== undefined && oldest < aged;
  const tooMany = sorted.length > keepRecords * SLACK;
  if (!tooOld && !tooMany) return undefined;
  const kept = sorted[sorted.length - keepRecords] ?? '';
  return [kept, aged].sort()[1];
}

// The first id that could have been made at a time.
function lowestId(ms: number): string {
  return encodeTime(Math.max(0, Math.floor(ms)), 10) + '0'.repeat(16);
}
