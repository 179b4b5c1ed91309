import { parseAddress } from '../bus/address.ts';
import { readWorkplace } from '../bus/workplace.ts';
import {
  findTarget,
  ignoredPaths,
  type NamedPath,
  realFolderOf,
  type Target,
  topOf,
} from '../sources/target-path.ts';
import { atWork, type Hosted } from './agent-at-work.ts';
import { type Finding, type Guard, judgePaths } from './guard.ts';
import { pauseFindings } from './halting.ts';
import { recordFindings } from './refused-attempts.ts';
import type { Surroundings } from './session.ts';

/** A file that a tool is about to change. */
export interface Wanted extends NamedPath {
  /** What a relative name is relative to; absolute. */
  readonly folder: string;
}

/** What the rules say of what a tool is about to do. */
export interface EditVerdict {
  readonly findings: readonly Finding[];
  readonly imports: readonly never[];
  readonly agent: string;
  readonly ageMs: number | undefined;
}

/** Which of the wanted files lie in Git worktrees: nothing else is anybody's. */
export function findTargets(wanted: readonly Wanted[], userHome: string): Target[] {
  return wanted.flatMap((one) => findTarget(one.folder, userHome, one) ?? []);
}

/** Judges what a tool of a session is about to write; undefined where nobody joined. */
export function judgeEdit(
  place: Surroundings,
  hosted: Hosted,
  targets: readonly Target[],
  seen: 'edit' | 'bash',
): Promise<EditVerdict | undefined> {
  return atWork(place, hosted, async ({ guard }) => {
    const here = topOf(realFolderOf(place.cwd) ?? place.cwd);
    const story = guard.heard.findLast(({ kind }) => kind === 'lost');
    if (story !== undefined) {
      const told: Finding = { rule: 'pause', path: '', agent: guard.agent, order: story };
      return { findings: [told], imports: [], agent: guard.agent, ageMs: guard.ageMs };
    }
    const findings: Finding[] = pauseFindings(guard, guard.worker, targets[0]?.path);
    if (findings.length > 0) {
      await recordFindings(guard, findings, [], { outcome: 'refused', place: seen });
      return { findings, imports: [], agent: guard.agent, ageMs: guard.ageMs };
    }
    for (const [top, paths] of byTop(targets)) {
      findings.push(
        ...(top === here
          ? await judgeHere(guard, top, paths)
          : await judgeThere(guard, top, paths)),
      );
    }
    await recordFindings(guard, findings, [], { outcome: 'refused', place: seen });
    return { findings, imports: [], agent: guard.agent, ageMs: guard.ageMs };
  });
}

function byTop(targets: readonly Target[]): Map<string, string[]> {
  const tops = new Map<string, string[]>();
  for (const { top, path } of targets) tops.set(top, [...(tops.get(top) ?? []), path]);
  return tops;
}

/** What Git ignores never becomes part of the repository: builds and logs are nobody's, unless locked. */
async function judgeHere(
  guard: Guard,
  top: string,
  paths: readonly string[],
  repo = guard.repo,
): Promise<Finding[]> {
  const findings = judgePaths(guard, new Set(paths), { repo });
  const foreign = findings.filter(({ rule }) => rule === 'scope').map(({ path }) => path);
  const ignored = await ignoredPaths(top, foreign);
  return findings.filter(({ rule, path }) => rule !== 'scope' || !ignored.has(path));
}

/** Another worktree is its agent's, whatever the path; one where nobody joined is judged like this one. */
async function judgeThere(guard: Guard, top: string, paths: readonly string[]): Promise<Finding[]> {
  const there = await readWorkplace(top);
  if (there?.repository === undefined) return [];
  const { agent } = there;
  if (agent !== undefined && agent !== guard.agent) {
    return paths.map((path) => ({ rule: 'worktree', path, agent, top }));
  }
  const isOurs = parseAddress(there.repository, top).url === guard.bus.hub.url;
  return isOurs ? judgeHere(guard, top, paths, there.repo ?? guard.repo) : [];
}
