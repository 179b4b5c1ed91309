import * as v from 'valibot';
import { returned } from './decide-lost.ts';
import { humanRefusal, messageOf, orderFrom, textRefusal } from './decide-order.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { formatLostLock } from './lost-lock-file.ts';
import { formatMessage } from './message-file.ts';
import { orderBoard } from './order-board.ts';
import { formatOrder } from './order-file.ts';
import { lostLockPath, messagePath, orderPath, taskPath } from './paths.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { isHere, notRegistered, projectRefusal } from './roster.ts';
import { agentField, checkPayload, taskField } from './schema.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';
import { formatTask } from './task-file.ts';
import { findTask, unknownTask } from './task-refusals.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.object({
  task: taskField,
  to: agentField,
  why: v.optional(v.string('text, for example "backend is on holiday"'), ''),
});

/**
 * Gives a task to another agent: whoever had it has it no longer, its locks are released, and only
 * the new one may claim it. Both are told. Payload {task, to, why?}. Refused: `only-human`,
 * `unknown-task`, `task-done`, `not-registered`. Unneeded if it is so already. Result {task, from, to}.
 */
export function decideReassign(state: State, request: Request, now: number): Decision {
  const checked = checkPayload(PAYLOAD, 'reassign', request.payload);
  if ('refused' in checked) return checked;
  const { to, why } = checked.payload;
  const refused =
    projectRefusal(state) ?? humanRefusal(request.agent, 'reassign tasks') ?? textRefusal(why);
  if (refused !== undefined) return { refused };
  const task = findTask(state.tasks, checked.payload.task);
  if (task === undefined) return { refused: unknownTask(state, checked.payload.task) };
  if (!isHere(state.agents.get(to))) return { refused: notRegistered(state, to) };
  if (task.status === 'done') return { refused: doneAlready(task) };
  const from = task.claimed_by ?? null;
  const result = { task: task.id, from, to };
  const isSo = from === to || (from === null && task.assignee === to);
  if (isSo) return { unneeded: result };
  const board = boardOf(state);
  const gone = board.locks.filter(
    ({ id, holder, task: of }) =>
      task.claim_locks?.includes(id) || (of === task.id && holder === from),
  );
  const text = storyOf(task, from, to, why.trim());
  const order = orderFrom(orderBoard(state), request, {
    kind: 'reassign',
    to: from === null ? [to] : [from, to],
    tasks: [task.id],
    locks: gone.map(({ id }) => id),
    body: text,
  });
  const files = lockFiles(board, { gone: gone.map(({ id }) => id) }, now);
  for (const lock of gone) {
    const lost = { ...lock, taken: request.at, order: order.id };
    files.set(lostLockPath(lock.id), formatLostLock(lost));
  }
  const { assignee: _before, ...rest } = returned(task, request.at);
  files.set(taskPath(task.id), formatTask({ ...rest, assignee: to }));
  files.set(orderPath(order.id), formatOrder(order));
  files.set(messagePath(order.id), formatMessage(messageOf(order, text)));
  return {
    granted: {
      files,
      subject: oneLine(`reassign: ${request.agent} gives ${task.id} to ${to}: ${task.title}`, 100),
      record: order.id,
      task: task.id,
      result,
    },
  };
}

function doneAlready({ id }: Task): Refusal {
  return { code: 'task-done', message: `${id} is done`, hint: `comm-node reopen ${id} --why TEXT` };
}

function storyOf(task: Task, from: string | null, to: string, why: string): string {
  const whose = from === null ? 'Nobody had it' : `${from} has it no longer`;
  const reason = why === '' ? '' : ` ${why.replace(/[.!?]?$/, '.')}`;
  return `${task.id} (${task.title}) goes to ${to}. ${whose}; ${to} takes it with comm-node claim ${task.id}.${reason}`;
}
