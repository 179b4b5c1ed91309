import type { View } from '../bus/view.ts';
import type { LockFacts } from '../records/lock-facts.ts';
import type { Because } from '../records/readiness.ts';
import type { Refusal } from '../records/request.ts';
import type { Task } from '../records/task.ts';
import { findTask } from '../records/task-refusals.ts';
import type { Listing } from '../trackers/tracker.ts';
import { type AsOf, asOf } from './as-of.ts';
import { claimOne } from './claiming.ts';
import { finishBegun } from './finishing-begun.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Session, type Surroundings, withReader } from './session.ts';
import { type Brief, briefOf } from './task-brief.ts';
import { beadsListing, mirror } from './task-tracker.ts';
import { type Judged, judgeTasks, type TaskFacts, taskFacts, worldOfView } from './task-view.ts';

/** A task in a list of what can be done. */
export interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly priority: number;
  readonly complexity: string;
  readonly status: string;
}

/** What there is to do. */
export interface NextWork {
  /** The task to begin with, or that was claimed; null when there is none. */
  readonly task: Brief | null;
  readonly claimed: boolean;
  /** What the agent has begun already. */
  readonly current: readonly TaskRow[];
  readonly ready: readonly TaskRow[];
  readonly blocked: readonly (TaskRow & { readonly because: readonly Because[] })[];
  /** Set when Beads could not be asked, and its file was read instead. */
  readonly fallback: Listing['fallback'] | null;
  readonly as_of: AsOf;
}

/** Which tasks are to be listed. */
export interface TaskFilter {
  readonly ids: readonly string[];
  readonly status: string | undefined;
  readonly domain: string | undefined;
  readonly plan: string | undefined;
  readonly mine: boolean;
}

/** All tasks, or some, as the records have them. */
export function listTasks(
  place: Surroundings,
  filter: TaskFilter,
): Promise<
  Outcome<{
    readonly tasks: readonly (TaskFacts & { readonly because: readonly Because[] })[];
    readonly as_of: AsOf;
  }>
> {
  return withReader(place, async (bus, agent) => {
    await finishBegun({ bus, place });
    const view = await bus.view();
    const world = worldOfView(view);
    const why = new Map(
      judgeTasks(world, undefined, undefined, place.now()).map(({ task, because }) => [
        task.id,
        because,
      ]),
    );
    for (const word of filter.ids) {
      if (findTask(world.tasks, word)) continue;
      const { unknownTask } = await import('../records/task-refusals.ts');
      return no(unknownTask(world, word));
    }
    const tasks = [...world.tasks.values()].filter(
      (task) =>
        (filter.ids.length === 0 ||
          filter.ids.includes(task.id) ||
          filter.ids.includes(task.tracker_id ?? '')) &&
        (filter.status === undefined || task.status === filter.status) &&
        (filter.domain === undefined || task.domain === filter.domain) &&
        (filter.plan === undefined || task.plan === filter.plan) &&
        (!filter.mine || (agent !== undefined && task.claimed_by === agent)),
    );
    const inOrder = tasks.sort(
      (a, b) =>
        (a.plan ?? '').localeCompare(b.plan ?? '') ||
        (a.order ?? 0) - (b.order ?? 0) ||
        (a.id < b.id ? -1 : 1),
    );
    const told = inOrder.map((task) => ({ ...taskFacts(task), because: why.get(task.id) ?? [] }));
    return yes({ tasks: told, as_of: await asOf(bus, view) });
  });
}

/** What the agent of this session can begin, and why it cannot begin the rest. */
export async function nextWork(session: Session): Promise<NextWork> {
  const { view, judged, listing } = await look(session);
  return told(session, view, judged, listing);
}

/**
 * Claims the most urgent task that is ready. Whoever is overtaken tries the next one. Refused with
 * `nothing-ready` when there is none.
 */
export async function claimNext(session: Session, ttlMs: number): Promise<Outcome<NextWork>> {
  const { view, judged, listing } = await look(session);
  for (const { task, because } of judged) {
    if (because.length > 0 || isMine(session, task)) continue;
    const outcome = await claimOne(session, task, ttlMs, listing);
    if (outcome.ok) {
      const after = await session.bus.view();
      const now = judgeTasks(worldOfView(after), session.agent, listing, session.place.now());
      const work = await told(session, after, now, listing);
      const claimed = findTask(after.fold.tasks, task.id) ?? task;
      return yes({ ...work, task: await briefOf(after, claimed, session), claimed: true });
    }
    if (!PASSED_BY.has(outcome.refusal.code)) return outcome;
  }
  const work = await told(session, view, judged, listing);
  return no(nothingReady(work));
}

const PASSED_BY: ReadonlySet<string> = new Set([
  'task-claimed',
  'task-done',
  'not-ready',
  'unknown-task',
]);

function nothingReady({ current, blocked, fallback, as_of }: NextWork): Refusal {
  const [first] = blocked;
  const why = first ? `; the first in line is ${first.id}: ${first.because[0]?.message ?? ''}` : '';
  const busy = current.map(({ id }) => id).join(', ');
  return {
    code: 'nothing-ready',
    message: `no task can be begun now${why}`,
    hint:
      busy === ''
        ? 'comm-node watch shows when something changes; comm-node tasks lists all'
        : `you have ${busy}: comm-node done, or comm-node block`,
    data: { task: null, ready: [], blocked, current, fallback, as_of },
  };
}

/** Claims one task, by its id or by what its tracker calls it. */
export async function claimTask(
  session: Session,
  word: string,
  ttlMs: number,
): Promise<
  Outcome<{ readonly task: Brief; readonly lock: LockFacts | null; readonly commit: string | null }>
> {
  const { judged, listing, view } = await look(session);
  const known = findTask(view.fold.tasks, word);
  const stray = judged.find(({ task }) => task.id === word)?.task;
  const tracked = judged.find(({ task }) => task.id === (known ?? stray)?.id);
  const fault = tracked?.because.find(({ code }) => code === 'tracker');
  if (tracked && fault) {
    const { notReady } = await import('../records/task-refusals.ts');
    return no(notReady(tracked.task, [fault]));
  }
  const outcome = await claimOne(session, known ?? stray ?? { id: word }, ttlMs, listing);
  if (!outcome.ok) return outcome;
  const after = await session.bus.view();
  const task = findTask(after.fold.tasks, known?.id ?? word);
  if (!task)
    return no({ code: 'unknown-task', message: `${word} is gone again`, hint: 'comm-node tasks' });
  return yes({ ...outcome.data, task: await briefOf(after, task, session) });
}

/** The newest state of this machine, with its tracker brought up to it. */
async function look(session: Session) {
  await finishBegun(session);
  const view = await session.bus.view();
  const listing = await beadsListing(session);
  if (listing) {
    const changed = await mirror(session, view.fold.tasks, listing);
    if (changed.length > 0) session.place.notice(`told Beads of ${changed.join(', ')}`);
  }
  const judged = judgeTasks(worldOfView(view), session.agent, listing, session.place.now());
  return { view, judged, listing };
}

async function told(
  session: Session,
  view: View,
  judged: readonly Judged[],
  listing: Listing | undefined,
): Promise<NextWork> {
  const ready = judged.filter(
    ({ task, because }) => because.length === 0 && !isMine(session, task),
  );
  const blocked = judged.filter(({ because }) => because.length > 0);
  const [first] = ready;
  return {
    task: first ? await briefOf(view, first.task, session) : null,
    claimed: false,
    current: judged.filter(({ task }) => isMine(session, task)).map(({ task }) => rowOf(task)),
    ready: ready.map(({ task }) => rowOf(task)),
    blocked: blocked.map(({ task, because }) => ({ ...rowOf(task), because })),
    fallback: listing?.fallback ?? null,
    as_of: await asOf(session.bus, view),
  };
}

function isMine({ agent }: Session, task: Task): boolean {
  return task.status === 'in_progress' && task.claimed_by === agent;
}

function rowOf({ id, title, domain, priority, complexity, status }: Task): TaskRow {
  return { id, title, domain, priority, complexity, status };
}
