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
import { requestsOf, type Surroundings } from './session.ts';

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
    const made = new Map<string, Made>();
    for (const { from, to } of refs) {
      if (isNothing(to)) continue;
      const fresh = await commitsBetween(repository, [to], ['--all']);
      for (const commit of fresh) {
        madeBy(made, guard, commit).findings.push(...judgeOne(guard, commit, isEmpty));
      }
      const before = isNothing(from) ? fresh[0]?.parents[0] : from;
      for (const broken of await brokenBy({ repository, home: place.home }, fresh, to, before)) {
        const commit = fresh.findLast(({ changes }) => changes.some(isOf(broken.file)));
        madeBy(made, guard, commit).imports.push(broken);
      }
    }
    for (const [name, { findings, imports }] of made) {
      const maker = { ...guard, agent: name, request: requestsOf(place, name) };
      await recordFindings(maker, findings, imports, { outcome: 'refused', place: 'receive' });
    }
    const findings = [...made.values()].flatMap((one) => one.findings);
    const imports = [...made.values()].flatMap((one) => one.imports);
    return { findings: once(findings), imports, agent: guard.agent, ageMs: guard.ageMs };
  });
}

/** What is against the rules in the commits of one maker. */
interface Made {
  readonly findings: Finding[];
  readonly imports: Violation[];
}

/** Of whoever a commit names, if that is an agent; else of whoever nobody knows. */
function madeBy(all: Map<string, Made>, guard: Guard, commit: CommitChanges | undefined): Made {
  const name = guard.agentNamed(commit?.agent)?.name ?? guard.agent;
  const known = all.get(name) ?? { findings: [], imports: [] };
  all.set(name, known);
  return known;
}

function isOf(file: string) {
  return ({ path }: { readonly path: string }) => path === file;
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
