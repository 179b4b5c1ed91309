import * as v from 'valibot';
import { parseArtifactRef } from './artifact-ref.ts';
import { parseItem } from './contract.ts';
import { ownerRefusal } from './decide-done.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { taskLossRefusal } from './loss-story.ts';
import { HUMAN } from './names.ts';
import { taskPath } from './paths.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { agentsOf, projectRefusal, senderRefusal } from './roster.ts';
import { checkPayload, lineField, linesField, taskField } from './schema.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';
import { formatTask } from './task-file.ts';
import { type Notice, noticeFile } from './task-message.ts';
import { findTask, unknownTask } from './task-refusals.ts';
import { oneLine } from './visible.ts';

const BLOCK = v.object({ task: taskField, on: linesField });
const REOPEN = v.object({ task: taskField, why: v.exactOptional(lineField) });
const TICK = v.object({ task: taskField, boxes: linesField });

/**
 * Says that a task cannot go on, and tells whoever it waits for. Its locks are given back: others
 * may need them meanwhile. Payload {task, on: tasks, artifacts, or words}. Refused: `unknown-task`,
 * `not-your-task`, `task-done`. Result {task, on, told}.
 */
export function decideBlock(state: State, request: Request, now: number): Decision {
  const found = taskFor(state, request, BLOCK);
  if ('refused' in found) return found;
  const { task, payload } = found;
  const refused = task.status === 'done' ? doneAlready(task) : workerRefusal(task, request.agent);
  if (refused !== undefined) return { refused };
  const on = payload.on.filter(Boolean);
  if (task.status === 'blocked' && task.blocked_on?.join('\n') === on.join('\n')) {
    return { unneeded: { task: task.id, on, told: [] } };
  }
  const { claim_locks: _locks, ...rest } = task;
  const blocked: Task = { ...rest, status: 'blocked', blocked_on: on, updated: request.at };
  const what = oneLine(on.join(', '), 150);
  return changed(state, request, now, blocked, {
    subject: `block: ${request.agent} cannot go on with ${task.id}: ${what}`,
    locksOf: task,
    notice: {
      type: 'blocked',
      to: [...new Set(on.flatMap((one) => ownersOf(state, one)))],
      task: task.id,
      body: `${task.id} is blocked on ${what}. ${task.title.replace(/[.!?]?$/, '.')}`,
      blocks: true,
    },
    result: { on },
  });
}

/**
 * Puts a task back into the queue, whatever it was: done, blocked, or begun. Its claim, its locks
 * and its ticks go. Payload {task, why?}. Refused: `unknown-task`, `not-your-task`. Result {task, told}.
 */
export function decideReopen(state: State, request: Request, now: number): Decision {
  const found = taskFor(state, request, REOPEN);
  if ('refused' in found) return found;
  const { task, payload } = found;
  const refused = task.status === 'in_progress' ? ownerRefusal(task, request.agent) : undefined;
  if (refused !== undefined) return { refused };
  if (task.status === 'open') return { unneeded: { task: task.id, told: [] } };
  const {
    claimed_by: _by,
    claimed_at: _at,
    claim_locks: _locks,
    blocked_on: _on,
    ticked: _ticked,
    done_by: _doneBy,
    done_at: _doneAt,
    done_request: _request,
    ...rest
  } = task;
  const why = payload.why === undefined ? '' : `: ${payload.why}`;
  const wasDone = task.status === 'done';
  return changed(
    state,
    request,
    now,
    { ...rest, status: 'open', updated: request.at },
    {
      subject: `reopen: ${request.agent} puts ${task.id} back into the queue${why}`,
      locksOf: task,
      notice: {
        type: 'announcement',
        to: wasDone ? [...task.notify, ...(task.done_by ? [task.done_by] : [])] : [],
        task: task.id,
        body: `${task.id} is open again${why.replace(/[.!?]?$/, '.')}`,
      },
      result: {},
    },
  );
}

/**
 * Ticks boxes of a contract. Payload {task, boxes: their texts}. Refused: `unknown-task`,
 * `not-your-task`, `unknown-box` (with `data.boxes`). Result {task, ticked}.
 */
export function decideTick(state: State, request: Request, now: number): Decision {
  const found = taskFor(state, request, TICK);
  if ('refused' in found) return found;
  const { task, payload } = found;
  const refused = task.status === 'done' ? doneAlready(task) : ownerRefusal(task, request.agent);
  if (refused !== undefined) return { refused };
  const boxes = task.done_when.filter((text) => {
    const item = parseItem(text);
    return 'what' in item && item.what === 'box';
  });
  const unknown = payload.boxes.find((box) => !boxes.includes(box));
  if (unknown !== undefined) return { refused: unknownBox(task, unknown, boxes) };
  const ticked = boxes.filter((box) => task.ticked?.includes(box) || payload.boxes.includes(box));
  if (ticked.length === (task.ticked?.length ?? 0)) return { unneeded: { task: task.id, ticked } };
  const subject = `tick: ${request.agent} for ${task.id}: ${payload.boxes.join(', ')}`;
  return changed(
    state,
    request,
    now,
    { ...task, ticked, updated: request.at },
    { subject, result: { ticked } },
  );
}

function taskFor<S extends v.GenericSchema<unknown, { task: string }>>(
  state: State,
  request: Request,
  schema: S,
): { readonly task: Task; readonly payload: v.InferOutput<S> } | { readonly refused: Refusal } {
  const checked = checkPayload(schema, request.kind, request.payload);
  if ('refused' in checked) return checked;
  const refused = projectRefusal(state) ?? senderRefusal(state, request.agent);
  if (refused !== undefined) return { refused };
  const task = findTask(state.tasks, checked.payload.task);
  if (!task) return { refused: unknownTask(state, checked.payload.task) };
  const lost = taskLossRefusal(state, task, request.agent);
  if (lost !== undefined && request.kind !== 'reopen') return { refused: lost };
  return { task, payload: checked.payload };
}

function changed(
  state: State,
  request: Request,
  now: number,
  task: Task,
  about: {
    readonly subject: string;
    /** Whose locks go. */
    readonly locksOf?: Task;
    readonly notice?: Notice;
    readonly result: Readonly<Record<string, unknown>>;
  },
): Decision {
  const board = boardOf(state);
  const gone = about.locksOf?.claim_locks ?? [];
  const files =
    gone.length === 0 ? new Map<string, string | null>() : lockFiles(board, { gone }, now);
  files.set(taskPath(task.id), formatTask(task));
  const notice = about.notice ? noticeFile(state, request, about.notice) : undefined;
  if (notice?.file) files.set(...notice.file);
  return {
    granted: {
      files,
      subject: oneLine(about.subject, 100),
      record: task.id,
      task: task.id,
      result: { task: task.id, ...about.result, ...(notice ? { told: notice.told } : {}) },
    },
  };
}

/** Whoever has it; a task that nobody has may be blocked by anybody who sees why. */
function workerRefusal(task: Task, agent: string): Refusal | undefined {
  return task.claimed_by === undefined ? undefined : ownerRefusal(task, agent);
}

/** Who can do something about what a task waits for: whoever works on it, else its domain, else the person in charge. */
function ownersOf(state: State, what: string): string[] {
  const task = state.tasks.get(what);
  const domain = task?.domain ?? parseArtifactRef(what)?.domain;
  if (task?.claimed_by !== undefined) return [task.claimed_by];
  if (domain === undefined) return [HUMAN];
  return agentsOf(state, domain).length > 0 ? [domain] : [HUMAN];
}

function doneAlready({ id }: Task): Refusal {
  return { code: 'task-done', message: `${id} is done`, hint: `comm-node reopen ${id} --why TEXT` };
}

function unknownBox(task: Task, box: string, boxes: readonly string[]): Refusal {
  const list = boxes.map((one, at) => `${at + 1} "${oneLine(one, 60)}"`).join(', ');
  return {
    code: 'unknown-box',
    message: `${task.id} has no box "${oneLine(box, 80)}"`,
    hint: boxes.length === 0 ? 'its contract has no boxes to tick' : `its boxes: ${list}`,
    data: { task: task.id, boxes },
  };
}
