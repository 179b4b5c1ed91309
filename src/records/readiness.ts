import type { Agent } from './agent.ts';
import type { Artifact } from './artifact.ts';
import { type ArtifactRef, parseArtifactRef } from './artifact-ref.ts';
import type { LockBoard } from './lock-board.ts';
import { type Conflict, conflictsOf, sentenceOf } from './lock-facts.ts';
import type { LockLine } from './lock-line.ts';
import { HUMAN } from './names.ts';
import type { Domains } from './scopes.ts';
import type { Task } from './task.ts';
import { parseTime } from './time.ts';

/** What readiness is judged by: a state, or an index of one. */
export interface WorkWorld {
  readonly tasks: ReadonlyMap<string, Task>;
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly domains: Domains;
  readonly board: LockBoard;
}

/** Why a task cannot be begun. */
export type Because =
  | { readonly code: 'done'; readonly message: string }
  | {
      readonly code: 'claimed';
      readonly message: string;
      readonly by: string;
      readonly since: string | null;
    }
  | { readonly code: 'blocked'; readonly message: string }
  | { readonly code: 'assigned'; readonly message: string; readonly to: string }
  | { readonly code: 'other-domain'; readonly message: string; readonly domain: string }
  | { readonly code: 'dependency'; readonly message: string; readonly task: string }
  | {
      readonly code: 'artifact';
      readonly message: string;
      readonly artifact: string;
      /** The newest version that there is; null if there is none. */
      readonly version: number | null;
    }
  | { readonly code: 'lock'; readonly message: string; readonly conflicts: readonly Conflict[] }
  /** The tracker does not say that it is ready. */
  | { readonly code: 'tracker'; readonly message: string };

/**
 * Everything that keeps an agent from a task now; nothing: it is ready.
 * @param agent who would do it; undefined: anybody whose it is
 * @param line the locks at that moment, made once for many tasks
 */
export function hindrancesTo(
  task: Task,
  world: WorkWorld,
  line: LockLine,
  agent: string | undefined,
  now: number,
): Because[] {
  const standing = standingOf(task, world, agent);
  if (standing.some(({ code }) => code === 'done' || code === 'claimed')) return standing;
  return [
    ...standing,
    ...task.depends_on.flatMap((id) => dependencyFault(id, world)),
    ...task.required_artifacts.flatMap((text) => artifactFault(text, world.artifacts)),
    ...lockFault(task, world, line, agent, now),
  ];
}

function standingOf(task: Task, world: WorkWorld, agent: string | undefined): Because[] {
  const { id, status, claimed_by: by, assignee, domain } = task;
  if (status === 'done') return [{ code: 'done', message: `${id} is done` }];
  const found: Because[] = [];
  if (by !== undefined && by !== agent) {
    const since = task.claimed_at ?? null;
    const message = `${by} works on ${id}${since === null ? '' : ` since ${since}`}`;
    found.push({ code: 'claimed', message, by, since });
  }
  if (status === 'blocked') found.push(...blockFaults(task, world));
  if (agent === undefined || agent === HUMAN) return found;
  if (assignee !== undefined && assignee !== agent) {
    found.push({ code: 'assigned', message: `${id} is for ${assignee}`, to: assignee });
  }
  const own = world.agents.get(agent)?.domain;
  if (own !== domain && assignee !== agent) {
    const message = `${id} is work of the domain ${domain}${own === undefined ? '' : `, not of ${own}`}`;
    found.push({ code: 'other-domain', message, domain });
  }
  return found;
}

/** What a blocked task waits for: gone when it is a task that is done, or an artifact that is there. */
function blockFaults({ id, blocked_on: on = [] }: Task, world: WorkWorld): Because[] {
  if (on.length === 0) return [{ code: 'blocked', message: `${id} is blocked` }];
  return on.flatMap((what): Because[] => {
    if (world.tasks.has(what)) return dependencyFault(what, world);
    if (parseArtifactRef(what)) return artifactFault(what, world.artifacts);
    return [{ code: 'blocked', message: `${id} is blocked: ${what}` }];
  });
}

function dependencyFault(id: string, { tasks }: WorkWorld): Because[] {
  const task = tasks.get(id);
  if (task?.status === 'done') return [];
  const state = { open: 'is open', in_progress: 'is in progress', blocked: 'is blocked', done: '' };
  const who = task?.claimed_by === undefined ? '' : ` (${task.claimed_by})`;
  const message = task
    ? `it depends on ${id}, which ${state[task.status]}${who}`
    : `it depends on ${id}, and there is no such task`;
  return [{ code: 'dependency', message, task: id }];
}

function artifactFault(text: string, artifacts: ReadonlyMap<string, Artifact>): Because[] {
  const ref = parseArtifactRef(text);
  if (!ref) return [];
  const artifact = artifacts.get(`${ref.domain}/${ref.name}`);
  const fault = missing(ref, artifact);
  if (fault === undefined) return [];
  return [
    {
      code: 'artifact',
      message: `it needs ${fault}`,
      artifact: text,
      version: artifact?.version ?? null,
    },
  ];
}

/** What is missing of an artifact, as the end of a sentence; undefined if it is there as it is wanted. */
export function missing(ref: ArtifactRef, artifact: Artifact | undefined): string | undefined {
  const { version, sha256 } = ref;
  const name = `${ref.domain}/${ref.name}`;
  if (!artifact) return `${name}, which is not published yet`;
  if (artifact.withdrawn !== undefined)
    return `${name}, which was withdrawn at ${artifact.withdrawn}`;
  if (version !== undefined && artifact.version < version) {
    return `${name} in version ${version}; the newest is ${artifact.version}`;
  }
  if (sha256 !== undefined && !artifact.sha256.startsWith(sha256)) {
    return `${name} with the hash ${sha256}; version ${artifact.version} has ${artifact.sha256}`;
  }
  return undefined;
}

function lockFault(
  task: Task,
  world: WorkWorld,
  line: LockLine,
  agent: string | undefined,
  now: number,
): Because[] {
  const repo = repoOf(task, world, agent);
  if (task.locks.length === 0 || repo === undefined) return [];
  const wish = { agent: agent ?? '', repo, paths: task.locks, exclusive: true };
  const conflicts = conflictsOf(line.hindrances(wish));
  if (conflicts.length === 0) return [];
  const message = conflicts.map((one) => sentenceOf(one, now)).join('; ');
  return [{ code: 'lock', message, conflicts }];
}

/** The repository that the locks of a task are in: that of its domain, else that of its agent. */
export function repoOf(
  { domain }: Task,
  { domains, agents }: Pick<WorkWorld, 'domains' | 'agents'>,
  agent: string | undefined,
): string | undefined {
  return domains.get(domain)?.repo ?? (agent === undefined ? undefined : agents.get(agent)?.repo);
}

/** The order in which work is taken up: what is urgent, then as the plan has it, then what is older. */
export function byUrgency(a: Task, b: Task): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.plan === b.plan && a.order !== b.order) return (a.order ?? 0) - (b.order ?? 0);
  const [first = 0, second = 0] = [parseTime(a.created), parseTime(b.created)];
  return first - second || (a.id < b.id ? -1 : 1);
}
