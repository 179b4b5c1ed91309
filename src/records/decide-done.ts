import * as v from 'valibot';
import { pinOf } from './artifact.ts';
import { parseItem, parseProduct } from './contract.ts';
import { boardOf, lockFiles } from './lock-changes.ts';
import { taskLossRefusal } from './loss-story.ts';
import { HUMAN } from './names.ts';
import { taskPath } from './paths.ts';
import { missing } from './readiness.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, senderRefusal } from './roster.ts';
import { checkPayload, linesField, taskField } from './schema.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';
import { formatTask } from './task-file.ts';
import { noticeFile } from './task-message.ts';
import { findTask, notYours, unknownTask } from './task-refusals.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.object({
  task: taskField,
  /** The contract that was checked: if the task has another one by now, nothing was proved. */
  contract: linesField,
});

/**
 * Finishes a task whose contract was checked: its record, its locks and the message to those who
 * wait for it, in one commit. What the state knows (artifacts, boxes) is looked at once more.
 * Payload {task, contract}. Refused: `unknown-task`, `not-your-task`, `task-lost`,
 * `contract-changed`, `contract-open`. Result {task, released, told, unknown}; unneeded if it is done already.
 */
export function decideDone(state: State, request: Request, now: number): Decision {
  const checked = checkPayload(PAYLOAD, 'done', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const refused = projectRefusal(state) ?? senderRefusal(state, request.agent);
  if (refused !== undefined) return { refused };
  const task = findTask(state.tasks, payload.task);
  if (!task) return { refused: unknownTask(state, payload.task) };
  const lost = taskLossRefusal(state, task, request.agent);
  if (lost !== undefined) return { refused: lost };
  if (task.status === 'done') return { unneeded: { task: task.id, done_by: task.done_by ?? null } };
  const open = ownerRefusal(task, request.agent) ?? contractRefusal(state, task, payload.contract);
  if (open !== undefined) return { refused: open };
  return finish(state, request, task, now);
}

/** Only whoever has it, or the person in charge, may say that it is done. */
export function ownerRefusal(task: Task, agent: string): Refusal | undefined {
  return task.claimed_by === agent || agent === HUMAN ? undefined : notYours(task, agent);
}

function contractRefusal(
  state: State,
  task: Task,
  contract: readonly string[],
): Refusal | undefined {
  if (contract.join('\n') !== task.done_when.join('\n')) {
    return {
      code: 'contract-changed',
      message: `the contract of ${task.id} was changed while it was checked`,
      hint: `comm-node done ${task.id} checks the new one`,
      data: { task: task.id, contract: task.done_when },
    };
  }
  for (const text of task.done_when) {
    const item = parseItem(text);
    const fault = 'fault' in item ? item.fault : itemFault(state, task, item, text);
    if (fault === undefined) continue;
    return {
      code: 'contract-open',
      message: `${task.id} is not done: ${fault}`,
      hint: `comm-node done ${task.id} --dry-run shows the whole contract`,
      data: { task: task.id, item: text },
    };
  }
  return undefined;
}

function itemFault(
  state: State,
  task: Task,
  item: Exclude<ReturnType<typeof parseItem>, { fault: string }>,
  text: string,
): string | undefined {
  if (item.what === 'artifact')
    return missing(item.ref, state.artifacts.get(`${item.ref.domain}/${item.ref.name}`));
  if (item.what === 'box' && !task.ticked?.includes(text))
    return `nobody has ticked "${item.text}"`;
  return undefined;
}

function finish(state: State, request: Request, task: Task, now: number): Decision {
  const board = boardOf(state);
  const own = board.locks.filter(
    ({ id, holder, task: about }) =>
      task.claim_locks?.includes(id) || (about === task.id && holder === task.claimed_by),
  );
  const files = lockFiles(board, { gone: own.map(({ id }) => id) }, now);
  const { blocked_on: _blocked, claim_locks: _locks, ...rest } = task;
  const finished: Task = {
    ...rest,
    status: 'done',
    done_by: request.agent,
    done_at: request.at,
    done_request: request.id,
    updated: request.at,
  };
  files.set(taskPath(task.id), formatTask(finished));
  const artifacts = madeBy(state, task);
  const made = artifacts.length === 0 ? '' : ` Artifacts: ${artifacts.join(', ')}.`;
  const notice = noticeFile(state, request, {
    type: 'completion',
    to: task.notify,
    task: task.id,
    body: `${task.id} is done: ${task.title.replace(/[.!?]?$/, '.')}${made}`,
    artifacts,
  });
  if (notice.file) files.set(...notice.file);
  return {
    granted: {
      files,
      subject: oneLine(`done: ${request.agent} finishes ${task.id}: ${task.title}`, 100),
      record: task.id,
      task: task.id,
      result: {
        task: task.id,
        released: own.flatMap(({ paths }) => paths),
        told: notice.told,
        unknown: notice.unknown,
      },
    },
  };
}

/** What a task has published, in its newest versions. */
function madeBy({ artifacts }: State, { domain, produces }: Task): string[] {
  return produces.flatMap((text) => {
    const artifact = artifacts.get(`${domain}/${parseProduct(text)?.name ?? text}`);
    return artifact && artifact.withdrawn === undefined ? [pinOf(artifact)] : [];
  });
}
