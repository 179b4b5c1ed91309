import { changedOnDisk } from '../sources/changes.ts';
import type { AtWork } from './agent-at-work.ts';
import { type Finding, judgePaths, OWN_FILES } from './guard.ts';
import { recordFindings } from './refused-attempts.ts';

/** A worktree may be full of changes; more than these are not told one by one. */
const TOLD = 200;

/**
 * Compares what has changed on disk, whoever changed it, with scope and locks. Each path is told
 * once, as long as it stays changed.
 * @param quietly only takes note: what was so before the session began is not its doing
 */
export async function auditWork(work: AtWork, quietly = false): Promise<readonly Finding[]> {
  const { guard, memory } = work;
  const changes = await changedOnDisk(guard.place.cwd);
  const paths = new Set(changes.map(({ path }) => path));
  const findings = judgePaths(guard, paths, { free: OWN_FILES }).slice(0, TOLD);
  const keys = findings.map(keyOf);
  const known = new Set(memory.audited);
  const fresh = findings.filter((finding) => !known.has(keyOf(finding)));
  if (keys.join('\n') !== memory.audited.join('\n')) work.remember({ audited: keys });
  if (quietly) return [];
  await recordFindings(guard, fresh, [], { outcome: 'bypassed', place: 'audit' });
  return fresh;
}

function keyOf(finding: Finding): string {
  return `${finding.rule} ${'lock' in finding ? finding.lock.id : ''} ${finding.path}`;
}
