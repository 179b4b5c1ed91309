import type { Violation } from '../boundaries/violation.ts';
import { type CommitChanges, commitsBetween, hookedRepository } from '../sources/changes.ts';
import {
  brokenBy,
  type HookEnv,
  isNothing,
  once,
  type PushedRef,
  type Verdict,
} from './commit-guard.ts';
import { type Finding, type Guard, judgePaths, OWN_FILES, withServerGuard } from './guard.ts';
import { pauseFindings } from './halting.ts';
import { recordFindings } from './refused-attempts.ts';
import type { Surroundings } from './session.ts';

/**
 * Judges a push that a bare domain repository is about to take: every commit that is new to it, as
 * that of the agent in its `Agent:` trailer. A commit that names none may change what no agent
 * works on and nobody has locked. What comes into an empty repository is judged by its imports and
 * by locks: there is no history yet that agents could have made.
 */
export function judgeReceived(
  place: Surroundings,
  env: HookEnv,
  refs: readonly PushedRef[],
): Promise<Verdict | undefined> {
  return withServerGuard(place, async (guard) => {
    const repository = hookedRepository(place.cwd, env);
    const isEmpty = (await commitsBetween(repository, ['--all', '-1'], [])).length === 0;
    const findings: Finding[] = [];
    const imports: Violation[] = [];
    for (const { from, to } of refs) {
      if (isNothing(to)) continue;
      const fresh = await commitsBetween(repository, [to], ['--all']);
      findings.push(...fresh.flatMap((commit) => judgeOne(guard, commit, isEmpty)));
      const before = isNothing(from) ? fresh[0]?.parents[0] : from;
      imports.push(...(await brokenBy({ repository, home: place.home }, fresh, to, before)));
    }
    await recordFindings(guard, findings, imports, { outcome: 'refused', place: 'receive' });
    return { findings: once(findings), imports, agent: guard.agent, ageMs: guard.ageMs };
  });
}

function judgeOne(guard: Guard, commit: CommitChanges, isFirst: boolean): Finding[] {
  const worker = guard.agentNamed(commit.agent);
  const paths = new Set(commit.changes.map(({ path }) => path));
  const findings = [
    ...(worker ? pauseFindings(guard, worker) : []),
    ...judgePaths(guard, paths, { ...(worker ? { worker } : {}), free: OWN_FILES }),
  ];
  return findings.filter((finding) => {
    if (finding.rule !== 'scope') return true;
    if (isFirst) return false;
    return worker !== undefined || finding.agents.length > 0;
  });
}
