import { GlobError } from '../globs/globs.ts';
import type { Artifact } from './artifact.ts';
import { parseArtifactRef } from './artifact-ref.ts';
import { parseItem, parseProduct } from './contract.ts';
import { ALL, HUMAN, nearest } from './names.ts';
import type { PlanDocument, PlannedTask } from './plan-document.ts';
import { PlanGraph } from './plan-graph.ts';
import { overlapProblems } from './plan-overlap.ts';
import type { PlanProblem, PlanReport, PlanWorld } from './plan-report.ts';
import { foreignGlob } from './scopes.ts';
import { oneLine } from './visible.ts';

/**
 * Checks what a plan says: that its tasks can be done one after the other, by domains that are
 * there, with artifacts that somebody makes, and without two of them writing the same files at once.
 */
export function checkPlan({ plan, tasks }: PlanDocument, world?: PlanWorld): PlanReport {
  const graph = new PlanGraph(tasks);
  const cycle = graph.cycle();
  const ids = new Set(graph.ids);
  const made = producedBy(tasks, world);
  const problems = [
    ...(cycle ? [cycleProblem(cycle)] : []),
    ...tasks.flatMap((task) => [
      ...dependencyProblems(task, ids, world),
      ...ownershipProblems(task, plan, world),
      ...artifactProblems(task, made),
      ...recipientProblems(task, world),
    ]),
    ...(world?.project ? scopeProblems(tasks, world) : []),
    ...(cycle ? [] : overlapProblems(tasks, graph, world)),
  ];
  const path = cycle ? { ids: [], weight: 0 } : graph.criticalPath();
  return {
    problems,
    tasks: tasks.length,
    critical_path: path.ids,
    critical_weight: path.weight,
    parallelism: cycle ? 0 : graph.width(),
  };
}

function cycleProblem(cycle: readonly string[]): PlanProblem {
  return {
    severity: 'error',
    code: 'cycle',
    task: cycle[0] ?? '',
    message: `these tasks wait for one another, so none can begin: ${oneLine([...cycle, cycle[0]].join(' → '), 300)}`,
    hint: 'take one depends_on, or one required artifact, out of the circle',
  };
}

function dependencyProblems(
  { id, depends_on }: PlannedTask,
  ids: ReadonlySet<string>,
  world: PlanWorld | undefined,
): PlanProblem[] {
  const unknown = depends_on.filter((other) => !ids.has(other) && !world?.tasks.has(other));
  return unknown.map((other) => {
    const [meant] = nearest(other, [...ids]);
    return {
      severity: 'error',
      code: 'unknown-task',
      task: id,
      message: `${id} depends on ${other}, and there is no such task`,
      ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }),
    };
  });
}

function ownershipProblems(
  { id, domain }: PlannedTask,
  plan: string,
  world: PlanWorld | undefined,
): PlanProblem[] {
  if (!world?.project) return [];
  const problems: PlanProblem[] = [];
  const other = world.tasks.get(id);
  if (other && other.plan !== plan) {
    problems.push({
      severity: 'error',
      code: 'task-taken',
      task: id,
      message: `${id} is a task already, ${other.plan === undefined ? 'of no plan' : `of the plan ${other.plan}`}`,
      hint: `give it another id, such as ${plan}-${id}`,
    });
  }
  const domains = domainsOf(world);
  if (domains.has(domain)) return problems;
  const [meant] = nearest(domain, [...domains]);
  const known = [...domains].sort().slice(0, 20).join(', ') || 'none yet';
  const hint = meant === undefined ? `domains: ${known}` : `did you mean ${meant}?`;
  const message = `${id} is for the domain ${domain}, and there is none of this name`;
  return [...problems, { severity: 'error', code: 'unknown-domain', task: id, message, hint }];
}

function domainsOf(world: PlanWorld): Set<string> {
  const joined = [...world.agents.values()].flatMap(({ domain }) => domain ?? []);
  return new Set([...(world.project?.domains.keys() ?? []), ...joined]);
}

/** `domain/name` of everything that is published, or that some task will publish. */
function producedBy(tasks: readonly PlannedTask[], world: PlanWorld | undefined): Set<string> {
  const made = new Set<string>(publishedIn(world?.artifacts));
  for (const { domain, produces } of [...tasks, ...(world?.tasks.values() ?? [])]) {
    for (const text of produces) made.add(`${domain}/${parseProduct(text)?.name ?? text}`);
  }
  return made;
}

function publishedIn(artifacts: ReadonlyMap<string, Artifact> | undefined): string[] {
  return [...(artifacts ?? [])].flatMap(([key, one]) => (one.withdrawn === undefined ? [key] : []));
}

function artifactProblems(task: PlannedTask, made: ReadonlySet<string>): PlanProblem[] {
  const promised = task.done_when.flatMap((text) => {
    const item = parseItem(text);
    return 'what' in item && item.what === 'artifact'
      ? [`${item.ref.domain}/${item.ref.name}`]
      : [];
  });
  const needed = task.required_artifacts.flatMap((text) => {
    const ref = parseArtifactRef(text);
    return ref ? [`${ref.domain}/${ref.name}`] : [];
  });
  const problem = (key: string, verb: string): PlanProblem[] => {
    if (made.has(key)) return [];
    const [meant] = nearest(key, [...made].slice(0, 5000));
    const [domain = '', name = ''] = key.split('/');
    return [
      {
        severity: 'error',
        code: 'no-producer',
        task: task.id,
        message: `${task.id} ${verb} ${key}, and nobody produces it`,
        hint:
          meant === undefined
            ? `add "produces: ${name}" to a task of ${domain}`
            : `did you mean ${meant}?`,
      },
    ];
  };
  return [
    ...needed.flatMap((key) => problem(key, 'needs')),
    ...promised.flatMap((key) => problem(key, 'is done when there is')),
  ];
}

function recipientProblems(task: PlannedTask, world: PlanWorld | undefined): PlanProblem[] {
  if (!world?.project) return [];
  const known = new Set([...domainsOf(world), ...world.agents.keys(), ALL, HUMAN]);
  const told = task.done_when.flatMap((text) => {
    const item = parseItem(text);
    return 'what' in item && item.what === 'message' ? [item.to] : [];
  });
  const names = [...task.notify, ...told, ...(task.assignee ? [task.assignee] : [])];
  const unknown = names.filter((name) => !name.includes('@') && !known.has(name));
  return [...new Set(unknown)].map((name) => ({
    severity: 'warning',
    code: 'unknown-recipient',
    task: task.id,
    message: `${task.id} names ${name}, and nobody of this name has joined yet`,
  }));
}

/** Globs that a claim could not lock, since they are not the domain's own. */
function scopeProblems(tasks: readonly PlannedTask[], world: PlanWorld): PlanProblem[] {
  const domains = world.project?.domains ?? new Map();
  const judged = new Map<string, string | undefined>();
  return tasks.flatMap(({ id, domain, locks }) =>
    locks.flatMap((glob) => {
      const key = `${domain}\n${glob}`;
      if (!judged.has(key)) judged.set(key, foreignTo(domains, domain, glob));
      const fault = judged.get(key);
      if (fault === undefined) return [];
      return [
        {
          severity: 'error' as const,
          code: 'outside-scope',
          task: id,
          message: `${id} locks ${glob}, but ${fault}`,
        },
      ];
    }),
  );
}

function foreignTo(
  domains: NonNullable<PlanWorld['project']>['domains'],
  domain: string,
  glob: string,
): string | undefined {
  const own = domains.get(domain);
  if (own?.repo === undefined) return undefined;
  try {
    const foreign = foreignGlob(
      domains,
      { name: `a-${domain}`.slice(0, 40), domain, repo: own.repo },
      own.repo,
      [glob],
    );
    if (!foreign) return undefined;
    const owner = foreign.owner === null ? 'to no domain' : `to the domain ${foreign.owner}`;
    return `${foreign.path} belongs ${owner}`;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}
