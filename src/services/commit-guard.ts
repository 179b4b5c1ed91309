import type { Violation } from '../boundaries/violation.ts';
import {
  type CommitChanges,
  commitsBetween,
  type HookedRepository,
  hasCommit,
  hookedRepository,
  mergedChanges,
  stagedChanges,
} from '../sources/changes.ts';
import { type Unpublished, unpublished } from './artifact-reminder.ts';
import { type Finding, type Guard, judgePaths, OWN_FILES, withGuard } from './guard.ts';
import { pauseFindings } from './halting.ts';
import { committedViolations, stagedViolations } from './import-gate.ts';
import { recordFindings } from './refused-attempts.ts';
import type { Surroundings } from './session.ts';

/** What the rules say of what Git is about to do. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly imports: readonly Violation[];
  /** The agent that was judged, and how old what is known may be, in milliseconds. */
  readonly agent: string;
  readonly ageMs: number | undefined;
  /** Exported files of a commit that are to be published. */
  readonly unpublished?: readonly Unpublished[];
}

/** The environment of a hook: what Git tells it of the repository. */
export type HookEnv = Readonly<Record<string, string | undefined>>;

/** One ref of a push, as Git tells its hooks. A name of zeros stands for nothing. */
export interface PushedRef {
  readonly ref: string;
  readonly from: string;
  readonly to: string;
}

/** Judges the commit that is being made; undefined where nobody joined. */
export function judgeCommit(place: Surroundings, env: HookEnv): Promise<Verdict | undefined> {
  return withGuard(place, async (guard) => {
    const repository = hookedRepository(place.cwd, env);
    const changes = await stagedChanges(repository);
    const paths = new Set(changes.map(({ path }) => path));
    const findings = [
      ...pauseFindings(guard, guard.worker),
      ...judgePaths(guard, paths, { free: OWN_FILES }),
    ];
    const gate = { repository, home: place.home };
    const imports = await stagedViolations(gate, changes);
    await recordFindings(guard, findings, imports, { outcome: 'refused', place: 'commit' });
    return verdict(guard, findings, imports);
  });
}

/** Judges a merge that Git made by itself: no path of it is anybody's work, but its imports must hold. */
export function judgeMerge(place: Surroundings, env: HookEnv): Promise<Verdict | undefined> {
  return withGuard(place, async (guard) => {
    const repository = hookedRepository(place.cwd, env);
    const gate = { repository, home: place.home };
    const imports = await stagedViolations(gate, await mergedChanges(repository));
    const findings = pauseFindings(guard, guard.worker);
    await recordFindings(guard, findings, imports, { outcome: 'refused', place: 'commit' });
    return verdict(guard, findings, imports);
  });
}

/** Looks at the commit that was just made: what the rules refuse got past the hooks before it. */
export function noteCommit(place: Surroundings, env: HookEnv): Promise<Verdict | undefined> {
  return withGuard(place, async (guard) => {
    const repository = hookedRepository(place.cwd, env);
    const made = (await commitsBetween(repository, ['-1', 'HEAD'], []))[0];
    if (!made) return verdict(guard, [], []);
    const findings = judgeOne(guard, made);
    const gate = { repository, home: place.home };
    const imports = await brokenBy(gate, [made], made.commit, made.parents[0]);
    const seen = { outcome: 'bypassed', place: 'commit', commit: made.commit } as const;
    await recordFindings(guard, findings, imports, seen);
    const paths = new Set(made.changes.map(({ path }) => path));
    return { ...verdict(guard, findings, imports), unpublished: await unpublished(guard, paths) };
  });
}

/**
 * Judges every commit that is about to leave for a remote, each as its maker's: that of its
 * `Agent:` trailer, else of this worktree.
 */
export function judgePush(
  place: Surroundings,
  env: HookEnv,
  refs: readonly PushedRef[],
): Promise<Verdict | undefined> {
  return withGuard(place, async (guard) => {
    const repository = hookedRepository(place.cwd, env);
    const findings: Finding[] = pauseFindings(guard, guard.worker);
    const imports: Violation[] = [];
    for (const { from, to } of refs) {
      if (isNothing(to)) continue;
      const known = !isNothing(from) && (await hasCommit(repository, from)) ? [from] : [];
      const leaving = await commitsBetween(repository, [to], ['--remotes', ...known]);
      findings.push(...leaving.flatMap((commit) => judgeOne(guard, commit)));
      const before = known[0] ?? leaving[0]?.parents[0];
      imports.push(...(await brokenBy({ repository, home: place.home }, leaving, to, before)));
    }
    await recordFindings(guard, findings, imports, { outcome: 'refused', place: 'push' });
    return verdict(guard, once(findings), imports);
  });
}

function judgeOne(guard: Guard, { agent, changes }: CommitChanges): Finding[] {
  const worker = guard.agentNamed(agent) ?? guard.worker;
  const paths = new Set(changes.map(({ path }) => path));
  const halted = pauseFindings(guard, worker);
  return [...halted, ...judgePaths(guard, paths, { worker, free: OWN_FILES })];
}

/** What the newest of some commits breaks that was whole before the first of them. */
export async function brokenBy(
  gate: { readonly repository: HookedRepository; readonly home: string },
  commits: readonly CommitChanges[],
  newest: string,
  before: string | undefined,
): Promise<readonly Violation[]> {
  const changes = commits.flatMap((commit) => commit.changes);
  return committedViolations(gate, changes, newest, before);
}

/** The same path in two commits is told once. */
export function once(findings: readonly Finding[]): Finding[] {
  const known = new Map(
    findings.map((finding) => {
      const whose = finding.rule === 'pause' ? finding.agent : finding.path;
      return [`${finding.rule} ${whose}`, finding];
    }),
  );
  return [...known.values()];
}

export function isNothing(commit: string): boolean {
  return /^0+$/.test(commit);
}

function verdict(
  { agent, ageMs }: Guard,
  findings: readonly Finding[],
  imports: readonly Violation[],
): Verdict {
  return { findings, imports, agent, ageMs };
}
