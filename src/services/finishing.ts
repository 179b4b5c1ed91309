import { forgetBegun, rememberBegun } from '../bus/journal.ts';
import { CommError } from '../errors.ts';
import { faultPoint } from '../programs/fault-point.ts';
import { ownerRefusal } from '../records/decide-done.ts';
import { taskLossRefusal } from '../records/loss-story.ts';
import { isArtifactName } from '../records/names.ts';
import type { Refusal, Request } from '../records/request.ts';
import type { Task } from '../records/task.ts';
import { findTask, unknownTask } from '../records/task-refusals.ts';
import type { Tracker } from '../trackers/tracker.ts';
import { TrackerError } from '../trackers/tracker-error.ts';
import { type CheckedItem, checkContract, isBox } from './contract-check.ts';
import { finishBegun, reopenIn } from './finishing-begun.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { publishContent } from './publish-artifact.ts';
import type { Session } from './session.ts';
import { reasonOf, trackerOf } from './task-tracker.ts';

/** What `done` found, and did. */
export interface Finished {
  readonly task: string;
  readonly title: string;
  readonly done: boolean;
  /** It was done before. */
  readonly already: boolean;
  readonly checklist: readonly CheckedItem[];
  /** Paths whose locks were given back. */
  readonly released: readonly string[];
  readonly told: readonly string[];
  /** Those who were to be told, and are not here. */
  readonly unknown: readonly string[];
  readonly commit: string | null;
}

/** How a task is to be finished. */
export interface Finishing {
  readonly task: string;
  /** Boxes to tick first: their texts, or their numbers from 1. */
  readonly tick: readonly string[];
  readonly dryRun: boolean;
}

/**
 * Finishes a task, if its contract holds: every item is checked first, then the tracker is told,
 * then one commit has the record, the locks and the message. What is killed in between is finished,
 * or as it was, after the next command. Refused: `contract-open` with the checklist,
 * `not-your-task`, `task-lost`, `unknown-task`, `unknown-box`, `contract-changed`.
 */
export async function finishTask(
  session: Session,
  finishing: Finishing,
): Promise<Outcome<Finished> & { readonly data?: Finished }> {
  await finishBegun(session);
  const found = await taskToFinish(session, finishing);
  if (!found.ok) return found;
  const task = found.data;
  if (task.status === 'done') return yes({ ...nothingYet(task, []), done: true, already: true });
  const view = await session.bus.view();
  const checklist = await checkContract(session, view, task);
  const open = checklist.filter(({ ok }) => !ok);
  if (open.length > 0) {
    const kept = finishing.dryRun ? checklist : await keepOutputs(session, task, checklist);
    return { ...no(contractOpen(task, kept)), data: nothingYet(task, kept) };
  }
  if (finishing.dryRun) return yes(nothingYet(task, checklist));
  return close(session, task, checklist);
}

async function taskToFinish(
  session: Session,
  { task: word, tick, dryRun }: Finishing,
): Promise<Outcome<Task>> {
  const { fold } = await session.bus.view();
  const { tasks } = fold;
  const task = findTask(tasks, word);
  if (!task) return no(unknownTask({ tasks }, word));
  // Whoever was silent is told what happened, not only whose it is now.
  const lost = taskLossRefusal(fold, task, session.agent);
  if (lost !== undefined) return no(lost);
  if (task.status === 'done') return yes(task);
  const refused = ownerRefusal(task, session.agent);
  if (refused !== undefined) return no(refused);
  if (tick.length === 0) return yes(task);
  const boxes = task.done_when.filter(isBox);
  const named = tick.map((one) => boxes[Number(one) - 1] ?? one);
  if (dryRun) return yes({ ...task, ticked: [...(task.ticked ?? []), ...named] });
  const request = session.request('tick', { task: task.id, boxes: named });
  const outcome = await session.bus.publish(request, { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  const after = (await session.bus.view()).fold.tasks.get(task.id);
  return yes(after ?? task);
}

async function close(
  session: Session,
  task: Task,
  checklist: readonly CheckedItem[],
): Promise<Outcome<Finished>> {
  const request = session.request('done', { task: task.id, contract: task.done_when });
  const tracker = await trackerWith(session, task);
  faultPoint('done:checked');
  if (tracker) await closeInTracker(session, task, tracker, request);
  const outcome = await session.bus.publish(request, { deferrable: false });
  faultPoint('done:published');
  if ('refused' in outcome) {
    if (tracker)
      await reopenIn(tracker, task.tracker_id ?? task.id, task.claimed_by ?? session.agent);
    await forgetBegun(session.bus.hub, request.id);
    return no(outcome.refused);
  }
  if (tracker) await forgetBegun(session.bus.hub, request.id);
  faultPoint('done:forgotten');
  const result = 'published' in outcome ? (outcome.published as Partial<Finished>) : {};
  return yes({
    ...nothingYet(task, checklist),
    done: true,
    already: !('published' in outcome),
    released: result.released ?? [],
    told: result.told ?? [],
    unknown: result.unknown ?? [],
    commit: 'published' in outcome ? outcome.commit : null,
  });
}

/** The tracker, if it is one beside the records, and knows of the task here. */
async function trackerWith(session: Session, task: Task): Promise<Tracker | undefined> {
  if (task.tracker === 'files') return undefined;
  const tracker = trackerOf(session, task);
  const id = task.tracker_id ?? task.id;
  try {
    if (tracker && (await tracker.show(id))) return tracker;
  } catch (error) {
    if (!(error instanceof TrackerError) || error.code !== 'tracker-missing') throw error;
  }
  session.place.notice(`Beads is not here, or does not know ${id}: it is told where it does`);
  return undefined;
}

/**
 * Closes the issue, with a note on disk before that says what follows.
 * @throws TrackerError when it refuses; then nothing has happened, and the note is gone
 */
async function closeInTracker(
  session: Session,
  task: Task,
  tracker: Tracker,
  request: Request,
): Promise<void> {
  const { bus, workplace, place } = session;
  const issue = task.tracker_id ?? task.id;
  await rememberBegun(bus.hub, { request, issue, cwd: workplace?.topLevel ?? place.cwd });
  faultPoint('done:remembered');
  try {
    await tracker.close(issue, reasonOf({ done_by: session.agent }));
  } catch (error) {
    const stands = await tracker.show(issue).catch(() => undefined);
    // A tracker that hangs may have closed it: then the note stays, and the next command looks.
    if (stands && stands.status !== 'done') await forgetBegun(bus.hub, request.id);
    throw error;
  }
  faultPoint('done:closed');
}

function nothingYet(task: Task, checklist: readonly CheckedItem[]): Finished {
  const { id, title } = task;
  return {
    task: id,
    title,
    done: false,
    already: false,
    checklist,
    released: [],
    told: [],
    unknown: [],
    commit: null,
  };
}

function contractOpen(task: Task, checklist: readonly CheckedItem[]): Refusal {
  const open = checklist.filter(({ ok }) => !ok);
  const [first] = open;
  return {
    code: 'contract-open',
    message: `${task.id} is not done: ${open.length} of ${checklist.length} ${checklist.length === 1 ? 'item' : 'items'} of its contract ${open.length === 1 ? 'is' : 'are'} open; first: ${first?.item}: ${first?.detail}`,
    hint: `comm-node done ${task.id} when it is so; comm-node block ${task.id} --on WHAT if you cannot go on`,
    data: { task: task.id, checklist },
  };
}

/** What failing commands printed becomes an artifact, for whoever has to find out why. */
async function keepOutputs(
  session: Session,
  task: Task,
  checklist: readonly CheckedItem[],
): Promise<CheckedItem[]> {
  const kept: CheckedItem[] = [];
  for (const [at, item] of checklist.entries()) {
    const name = `${task.id}-command-${at + 1}.log`.slice(-100);
    if (item.output === undefined || item.output === '' || !isArtifactName(name)) {
      kept.push(item);
      continue;
    }
    try {
      const content = { name, kind: 'log', data: Buffer.from(item.output) };
      const outcome = await publishContent(session, content, { task: task.id, note: item.item });
      const place = outcome.ok ? { kept: `${outcome.data.artifact.domain}/${name}` } : {};
      kept.push({ ...item, ...place });
    } catch (error) {
      // Whoever cannot publish sees it here all the same.
      if (!(error instanceof CommError)) throw error;
      kept.push(item);
    }
  }
  return kept;
}

/** Blocks or reopens a task, and tells the tracker of this machine. */
export async function changeTask(
  session: Session,
  kind: 'block' | 'reopen',
  payload: Readonly<Record<string, unknown>> & { readonly task: string },
): Promise<
  Outcome<{
    readonly task: string;
    readonly told: readonly string[];
    readonly commit: string | null;
  }>
> {
  await finishBegun(session);
  const outcome = await session.bus.publish(session.request(kind, payload), { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  const { tasks } = (await session.bus.view()).fold;
  const task = findTask(tasks, payload.task);
  if (task?.tracker === 'beads') {
    const tracker = await trackerWith(session, task);
    const id = task.tracker_id ?? task.id;
    await (kind === 'block' ? tracker?.block(id) : tracker?.release(id));
  }
  const result = 'published' in outcome ? outcome.published : {};
  return yes({
    task: task?.id ?? payload.task,
    told: (result['told'] as readonly string[] | undefined) ?? [],
    commit: 'published' in outcome ? outcome.commit : null,
  });
}
