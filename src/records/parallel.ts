import type { Task } from './task.ts';
import { parseTime } from './time.ts';

/** Whether working at the same time paid, from the tasks that are done. */
export interface Parallelism {
  readonly tasks: number;
  /** From the first claim to the last end, in milliseconds. */
  readonly wall_ms: number;
  /** All tasks one after the other. */
  readonly work_ms: number;
  /** The longest chain of tasks that had to wait for one another: no team is faster. */
  readonly critical_ms: number;
  readonly critical_path: readonly string[];
  /** work / wall: above 1, it paid in time. */
  readonly speedup: number;
  /** work / critical: what it could have been. */
  readonly possible: number;
}

type Timed = Pick<Task, 'id' | 'depends_on' | 'claimed_at' | 'done_at' | 'status'>;

/** Undefined while no task with both times is done. */
export function parallelismOf(tasks: Iterable<Timed>): Parallelism | undefined {
  const spans = new Map<string, { from: number; to: number; after: readonly string[] }>();
  for (const { id, depends_on: after, claimed_at, done_at, status } of tasks) {
    const from = parseTime(claimed_at ?? '');
    const to = parseTime(done_at ?? '');
    if (status !== 'done' || from === undefined || to === undefined || to < from) continue;
    spans.set(id, { from, to, after });
  }
  if (spans.size === 0) return undefined;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  let work = 0;
  const chains = new Map<string, { ms: number; before: string | undefined }>();
  // A task ends after those that it waited for have ended: in this order chains grow.
  const ordered = [...spans].sort(([, a], [, b]) => a.to - b.to);
  for (const [id, { from, to, after }] of ordered) {
    first = Math.min(first, from);
    last = Math.max(last, to);
    work += to - from;
    let longest = { ms: 0, before: undefined as string | undefined };
    for (const before of after) {
      const ms = chains.get(before)?.ms ?? 0;
      if (ms > longest.ms) longest = { ms, before };
    }
    chains.set(id, { ms: longest.ms + to - from, before: longest.before });
  }
  const [end = ''] = [...chains].sort(([, a], [, b]) => b.ms - a.ms)[0] ?? [];
  const path: string[] = [];
  for (let at: string | undefined = end; at !== undefined; at = chains.get(at)?.before)
    path.unshift(at);
  const critical = chains.get(end)?.ms ?? 0;
  const ratio = (a: number, b: number) => (b === 0 ? 1 : Math.round((a / b) * 100) / 100);
  return {
    tasks: spans.size,
    wall_ms: last - first,
    work_ms: work,
    critical_ms: critical,
    critical_path: path,
    speedup: ratio(work, last - first),
    possible: ratio(work, critical),
  };
}
