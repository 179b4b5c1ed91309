import type { View } from '../bus/view.ts';
import { parseArtifactRef } from '../records/artifact-ref.ts';
import { planPath } from '../records/paths.ts';
import { planOf } from '../records/plan.ts';
import { agentsOf } from '../records/roster.ts';
import type { Task } from '../records/task.ts';
import type { Session } from './session.ts';
import { type TaskFacts, taskFacts } from './task-view.ts';

/** Everything an agent needs to begin a task. */
export interface Brief extends TaskFacts {
  readonly goal: string | null;
  readonly inputs: readonly Input[];
  readonly outputs: readonly string[];
  /** Who works in the domains that it has to do with. */
  readonly peers: readonly {
    readonly domain: string;
    readonly agents: readonly string[];
    readonly why: string;
  }[];
}

/** An artifact that a task builds on. */
export interface Input {
  /** As the task names it. */
  readonly artifact: string;
  readonly kind: string | null;
  /** The newest version; null when there is none. */
  readonly version: number | null;
  readonly sha256: string | null;
  /** A newer version than the one that the task names. */
  readonly stale: boolean;
  /** How to get it. */
  readonly get: string;
}

export async function briefOf(view: View, task: Task, session: Session): Promise<Brief> {
  const { fold } = view;
  const record = task.plan === undefined ? undefined : fold.live.get(planPath(task.plan));
  return {
    ...taskFacts(task),
    goal: (record && planOf(record)?.goal) ?? null,
    inputs: task.required_artifacts.map((text) => inputOf(view, text)),
    outputs: task.produces,
    peers: peersOf(view, task, session.agent),
  };
}

function inputOf({ fold }: View, text: string): Input {
  const ref = parseArtifactRef(text);
  const artifact = ref && fold.artifacts.get(`${ref.domain}/${ref.name}`);
  return {
    artifact: text,
    kind: artifact?.kind ?? null,
    version: artifact?.version ?? null,
    sha256: artifact?.sha256 ?? null,
    stale: ref?.version !== undefined && (artifact?.version ?? 0) > ref.version,
    get: `comm-node artifact get ${text.replace(/@sha256:.*/, '')}${ref ? ` -o ${ref.name}` : ''}`,
  };
}

function peersOf({ fold }: View, task: Task, agent: string): Brief['peers'] {
  const makers = task.required_artifacts.flatMap((text) => parseArtifactRef(text)?.domain ?? []);
  const before = task.depends_on.flatMap((id) => fold.tasks.get(id)?.domain ?? []);
  const after = [...fold.tasks.values()]
    .filter(({ depends_on }) => depends_on.includes(task.id))
    .map(({ domain }) => domain);
  const why = new Map<string, string>();
  for (const domain of task.notify) why.set(domain, 'is told');
  for (const domain of after) why.set(domain, 'waits for it');
  for (const domain of [...before, ...makers]) why.set(domain, 'comes before');
  why.delete(task.domain);
  why.delete(agent);
  return [...why].map(([domain, reason]) => {
    const agents = agentsOf(fold, domain);
    return {
      domain,
      agents: agents.length === 0 && fold.agents.has(domain) ? [domain] : agents,
      why: reason,
    };
  });
}
