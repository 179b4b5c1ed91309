import { changedOnDisk, isOlder } from '../sources/disk-changes.ts';
import { topOf } from '../sources/target-path.ts';
import type { AtWork } from './agent-at-work.ts';
import { type Finding, judgePaths, OWN_FILES } from './guard.ts';
import { recordFindings } from './refused-attempts.ts';

/** A worktree may be full of changes; more than these are not told one by one. */
const TOLD = 200;

/**
 * Compares what has changed on disk, whoever changed it, with scope and locks. Each path is told
 * once, as long as it stays changed.
 * What was changed before the session began is not its doing.
 */
export async function auditWork(work: AtWork): Promise<readonly Finding[]> {
  const { guard, memory } = work;
  const top = topOf(guard.place.cwd) ?? guard.place.cwd;
  const changes = await changedOnDisk(top);
  const paths = new Set(changes.map(({ path }) => path));
  const findings = judgePaths(guard, paths, { free: OWN_FILES }).slice(0, TOLD);
  const keys = findings.map(keyOf);
  const known = new Set(memory.audited);
  const unknown = findings.filter((finding) => !known.has(keyOf(finding)));
  const since = memory.began ?? 0;
  const fresh = unknown.filter(({ path }) => !isOlder(top, path, since));
  if (keys.join('\n') !== memory.audited.join('\n')) work.remember({ audited: keys });
  await recordFindings(guard, fresh, [], { outcome: 'bypassed', place: 'audit' });
  return fresh;
}

function keyOf(finding: Finding): string {
  return `${finding.rule} ${'lock' in finding ? finding.lock.id : ''} ${finding.path}`;
}
