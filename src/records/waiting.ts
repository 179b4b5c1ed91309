import { type LockBoard, obstaclesTo } from './lock-board.ts';
import { withoutPast } from './lock-line.ts';
import { shownGlobs } from './lock-refusals.ts';
import type { OpenQuestion } from './open-question.ts';
import type { Task } from './task.ts';

/** One agent waits for another. */
export interface WaitsOn {
  readonly agent: string;
  readonly on: string;
  readonly kind: 'lock' | 'question' | 'task';
  /** What it waits for: globs, the words of a question, a task. */
  readonly what: string;
  /** The id of the lock, of the question, or of the task. */
  readonly id: string;
}

/** What waiting is told from. */
export interface WaitSource {
  readonly board: LockBoard;
  readonly questions: Iterable<OpenQuestion>;
  readonly tasks: ReadonlyMap<string, Task>;
  /** The agents that a name in a message means. */
  readonly meant: (name: string) => readonly string[];
}

/**
 * Who waits for whom: in line for a lock, for the answer to a question that blocks, or, with a task
 * it has claimed, for a task of somebody else.
 */
export function whoWaits({ board, questions, tasks, meant }: WaitSource, now: number): WaitsOn[] {
  return [...lockWaits(board, now), ...questionWaits(questions, meant, now), ...taskWaits(tasks)];
}

function lockWaits(board: LockBoard, now: number): WaitsOn[] {
  const current = withoutPast(board, now);
  return current.waits.flatMap((wait) =>
    obstaclesTo(wait, current, now).flatMap((obstacle) =>
      'lock' in obstacle
        ? [
            {
              agent: wait.agent,
              on: obstacle.lock.holder,
              kind: 'lock' as const,
              what: shownGlobs(wait.paths),
              id: obstacle.lock.id,
            },
          ]
        : [],
    ),
  );
}

function questionWaits(
  questions: Iterable<OpenQuestion>,
  meant: (name: string) => readonly string[],
  now: number,
): WaitsOn[] {
  const waits: WaitsOn[] = [];
  for (const { id, from, to, blocks, summary, expires } of questions) {
    if (!blocks || (expires !== undefined && Date.parse(expires) < now)) continue;
    const asked = [...new Set(to.flatMap(meant))].filter((name) => name !== from);
    for (const on of asked) waits.push({ agent: from, on, kind: 'question', what: summary, id });
  }
  return waits;
}

function taskWaits(tasks: ReadonlyMap<string, Task>): WaitsOn[] {
  const waits: WaitsOn[] = [];
  for (const { id, claimed_by: agent, status, depends_on, blocked_on = [] } of tasks.values()) {
    if (agent === undefined || status === 'done') continue;
    for (const other of new Set([...depends_on, ...blocked_on])) {
      const task = tasks.get(other);
      const on = task?.status === 'done' ? undefined : task?.claimed_by;
      if (on === undefined || on === agent) continue;
      waits.push({ agent, on, kind: 'task', what: `${other} for ${id}`, id: other });
    }
  }
  return waits;
}

/**
 * The rings of agents that wait for one another, each named once and from its first name on: they
 * wait for ever. Agents that share several rings are named as one.
 */
export function ringsOf(waits: readonly Pick<WaitsOn, 'agent' | 'on'>[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { agent, on } of waits) {
    next.set(agent, (next.get(agent) ?? new Set<string>()).add(on));
  }
  const reach = new Map([...next.keys()].map((agent) => [agent, reachableFrom(agent, next)]));
  const rings = new Map<string, string[]>();
  for (const [agent, there] of reach) {
    if (!there.has(agent)) continue;
    const ring = [...there].filter((other) => reach.get(other)?.has(agent)).sort();
    rings.set(ring.join(), ring);
  }
  return [...rings.values()].sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

function reachableFrom(agent: string, next: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set<string>();
  const open = [...(next.get(agent) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    open.push(...(next.get(one) ?? []));
  }
  return found;
}
