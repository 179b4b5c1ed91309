import { canMeet, literalStart } from './lock-board.ts';
import type { PlannedTask } from './plan-document.ts';
import type { PlanGraph } from './plan-graph.ts';
import type { PlanProblem, PlanWorld } from './plan-report.ts';

/** Overlaps are told one by one up to this many. */
const MAX_OVERLAPS = 50;

interface Claimed {
  readonly at: number;
  readonly glob: string;
  readonly start: string;
}

/** Tasks that may run at once and lock the same paths: one of them would wait for the other. */
export function overlapProblems(
  tasks: readonly PlannedTask[],
  graph: PlanGraph,
  world: PlanWorld | undefined,
): PlanProblem[] {
  const problems: PlanProblem[] = [];
  let more = 0;
  for (const claims of claimsByRepo(tasks, world).values()) {
    const seen = new Set<string>();
    // Two globs can only meet if the letters before the first wildcard of one begin those of the other.
    claims.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.at - b.at));
    for (const [index, one] of claims.entries()) {
      for (let next = index + 1; next < claims.length; next++) {
        const other = claims[next];
        if (!other?.start.startsWith(one.start)) break;
        const pair = one.at < other.at ? `${one.at} ${other.at}` : `${other.at} ${one.at}`;
        if (seen.has(pair) || !graph.isParallel(one.at, other.at)) continue;
        if (!canMeet([one.glob], [other.glob])) continue;
        seen.add(pair);
        if (problems.length < MAX_OVERLAPS) problems.push(overlapProblem(tasks, one, other));
        else more++;
      }
    }
  }
  if (more > 0) {
    const message = `and ${more} more pairs of tasks that could run at once lock the same paths`;
    problems.push({ severity: 'warning', code: 'overlap', message });
  }
  return problems;
}

function overlapProblem(tasks: readonly PlannedTask[], one: Claimed, other: Claimed): PlanProblem {
  const [first, second] = one.at < other.at ? [one, other] : [other, one];
  const [a, b] = [tasks[first.at]?.id ?? '', tasks[second.at]?.id ?? ''];
  const same = first.glob === second.glob ? first.glob : `${first.glob} and ${second.glob}`;
  return {
    severity: 'warning',
    code: 'overlap',
    task: a,
    message: `${a} and ${b} could run at once, but both lock ${same}`,
    hint: `let ${b} depend on ${a}, or lock less`,
  };
}

function claimsByRepo(
  tasks: readonly PlannedTask[],
  world: PlanWorld | undefined,
): Map<string, Claimed[]> {
  const repos = new Map<string, Claimed[]>();
  for (const [at, { domain, locks }] of tasks.entries()) {
    const repo = world?.project?.domains.get(domain)?.repo ?? `the domain ${domain}`;
    const claims = repos.get(repo) ?? [];
    for (const glob of locks) claims.push({ at, glob, start: literalStart(glob) });
    repos.set(repo, claims);
  }
  return repos;
}
