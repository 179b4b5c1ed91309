import * as v from 'valibot';
import { artifactOf } from './artifact.ts';
import { humanRefusal, messageOf, orderFrom, textRefusal } from './decide-order.ts';
import { kickoffOf } from './kickoff.ts';
import type { LiveRecord } from './live-record.ts';
import { formatMessage } from './message-file.ts';
import { ALL, HUMAN } from './names.ts';
import { orderBoard } from './order-board.ts';
import { formatOrder } from './order-file.ts';
import { messagePath, orderPath, PROJECT_PATH, type Room, recordId, roomOf } from './paths.ts';
import { planOf } from './plan.ts';
import { formatPlanRecord } from './plan-record.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, recipientRefusal } from './roster.ts';
import { checkPayload, lineField, oidField } from './schema.ts';
import type { State } from './state.ts';
import { taskOf } from './task.ts';
import {
  type FileStep,
  isNow,
  type Step,
  stays,
  stepOf,
  stepRefusal,
  tasksRefusal,
  unsafe,
} from './undo.ts';
import { oneLine } from './visible.ts';

const TEXT = v.nullable(v.string('the text of a file, or null'));
const PAYLOAD = v.object({
  commit: oidField,
  subject: lineField,
  files: v.array(v.object({ path: lineField, was: TEXT, left: TEXT })),
  why: v.optional(v.string('text, for example "The wrong plan"'), ''),
});

/** What undoing does to one record. */
export interface Undoing {
  readonly path: string;
  readonly does: 'back' | 'gone' | 'changed';
  /** For people: `status done → open`. */
  readonly what: string;
}

/**
 * Undoes a commit of the coordination repository: its records are again as they were before it.
 * Payload {commit, subject, files: [{path, was, left}], why?}: each file as it was before the commit
 * and as the commit left it. What was said, ordered and counted stays. Refused: `only-human`,
 * `changed-since` (with `data.paths`), `not-undoable` (with `data.path`), `nothing-to-undo`.
 * Unneeded if all of it is so already. Result {commit, subject, changes, stays, told}.
 */
export function decideUndo(state: State, request: Request): Decision {
  const checked = checkPayload(PAYLOAD, 'undo', request.payload);
  if ('refused' in checked) return checked;
  const { commit, subject, files, why } = checked.payload;
  const isOfProject = files.some(({ path }) => path === PROJECT_PATH);
  const refused =
    humanRefusal(request.agent, 'undo commits') ??
    (isOfProject ? undefined : projectRefusal(state)) ??
    textRefusal(why);
  if (refused !== undefined) return { refused };
  const found = stepsOf(state, files);
  if ('refused' in found) return found;
  const { steps, kept } = found;
  const told = toldOf(state, steps);
  const changes = steps.map(undoingOf);
  const result = { commit, subject, changes, stays: kept, told };
  if (steps.every(({ path, was }) => isNow(state, path, was))) return { unneeded: result };
  const changed = steps.map(({ path }) => path).filter((_, at) => !isLeft(state, steps[at]));
  if (changed.length > 0) return { refused: changedSince(changed) };
  const unfit = tasksRefusal(state, steps);
  if (unfit !== undefined) return { refused: unfit };
  return {
    granted: {
      files: new Map([
        ...steps.map((step): [string, string | null] => [step.path, textOf(step, request)]),
        ...noticeOf(state, request, { commit, subject, why: why.trim(), told, steps, changes }),
      ]),
      subject: oneLine(`undo: ${request.agent} undoes "${subject}"`, 120),
      record: request.id,
      result,
    },
  };
}

function stepsOf(
  state: State,
  files: readonly FileStep[],
): { steps: Step[]; kept: string[] } | { refused: Refusal } {
  const kept = files.filter(stays).map(({ path }) => path);
  const rest = files.filter((file) => !stays(file));
  const steps = rest.flatMap((file) => stepOf(file) ?? []);
  for (const step of steps) {
    const refused = stepRefusal(state, step);
    if (refused !== undefined) return { refused };
  }
  const stranger = rest.find(({ path }) => roomOf(path) === undefined);
  if (stranger !== undefined) {
    const hint = 'git revert it in a clone of the coordination repository, and push';
    return { refused: unsafe(stranger.path, 'it is no record', hint) };
  }
  return steps.length === 0 ? { refused: nothingToUndo(kept[0]) } : { steps, kept };
}

function isLeft(state: State, step: Step | undefined): boolean {
  return step !== undefined && isNow(state, step.path, step.left);
}

function changedSince(paths: readonly string[]): Refusal {
  const [first = ''] = paths;
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return {
    code: 'changed-since',
    message: `${first}${more} changed again since: going back would undo that as well`,
    hint: `git log -- ${first} in a clone shows what came after; undo that first, the latest first`,
    data: { paths },
  };
}

const INSTEAD: Readonly<Partial<Record<Room, readonly [string, string]>>> = {
  messages: ['what was said is not unsaid', 'comm-node reply ID "…" puts it right'],
  orders: ['an order is followed by another', 'comm-node resume all, or pause, --agent human'],
  budgets: ['tokens are counted from it', 'comm-node budget show TASK, budget grant'],
};

function nothingToUndo(path: string | undefined): Refusal {
  const [reason, hint] = INSTEAD[roomOf(path ?? '') ?? 'acks'] ?? [
    'it only says what has happened',
    'comm-node orders, comm-node status',
  ];
  return {
    code: 'nothing-to-undo',
    message: `nothing in that commit can be taken back: ${reason}`,
    hint,
    data: path === undefined ? {} : { path },
  };
}

/** A plan's version only grows: going back is one more. */
function textOf({ room, was, before, after }: Step, { at }: Request): string | null {
  const plan = room === 'plans' && before && planOf(before as LiveRecord);
  const last = room === 'plans' && after && planOf(after as LiveRecord);
  if (!plan || !last) return was;
  return formatPlanRecord({ ...plan, version: last.version + 1, updated: at });
}

function undoingOf({ path, room, was, left, before, after }: Step): Undoing {
  if (was === null) return { path, does: 'gone', what: titleOf(after) };
  if (left === null) return { path, does: 'back', what: titleOf(before) };
  if (after === undefined) return { path, does: 'back', what: 'it can be read again' };
  if (room === 'project') return { path, does: 'changed', what: linesOf(was, left) };
  const [old, new_] = [(before as LiveRecord).fields, (after as LiveRecord).fields];
  const keys = [...new Set([...Object.keys(new_), ...Object.keys(old)])];
  const differing = keys.filter(
    (key) => key !== 'updated' && JSON.stringify(old[key]) !== JSON.stringify(new_[key]),
  );
  const words = differing.map((key) => `${key} ${shown(new_[key])} → ${shown(old[key])}`);
  const text = (before as LiveRecord).body === (after as LiveRecord).body ? [] : ['its text'];
  return { path, does: 'changed', what: [...words, ...text].join(', ') };
}

function titleOf(record: Step['before']): string {
  const fields = record && 'fields' in record ? record.fields : {};
  return oneLine(String(fields['title'] ?? fields['goal'] ?? ''), 100);
}

function linesOf(was: string, left: string): string {
  const [old, new_] = [was.split('\n'), left.split('\n')];
  const gone = new_.filter((line) => !old.includes(line)).length;
  const back = old.filter((line) => !new_.includes(line)).length;
  return `${gone} lines go, ${back} come back`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), 60);
}

/** Whom it concerns: those whose work it is, and those who build on it. */
function toldOf(state: State, steps: readonly Step[]): string[] {
  const names = new Set(
    steps.flatMap(({ path, room, before, after }): readonly string[] => {
      if (room === 'project' || room === 'orders') return [ALL];
      const record = (before ?? after) as LiveRecord | undefined;
      if (record === undefined) return [];
      const task = taskOf(record);
      if (task) return [task.claimed_by ?? task.assignee ?? task.domain];
      const artifact = artifactOf(record);
      if (artifact) return [artifact.domain, ...artifact.consumers];
      return kickoffOf(record)?.expect ?? (room === 'agents' ? [recordId(path)] : []);
    }),
  );
  if (names.has(ALL)) return [ALL];
  return [...names]
    .filter((name) => name !== HUMAN && recipientRefusal(state, name) === undefined)
    .sort();
}

/** So many lines of what has changed are told to those it concerns. */
const LINES_TOLD = 10;

function noticeOf(
  state: State,
  request: Request,
  what: {
    readonly commit: string;
    readonly subject: string;
    readonly why: string;
    readonly told: readonly string[];
    readonly steps: readonly Step[];
    readonly changes: readonly Undoing[];
  },
): [string, string][] {
  const { commit, subject, why, told, steps, changes } = what;
  const tasks = steps.filter(({ room }) => room === 'tasks').map(({ path }) => recordId(path));
  const order = orderFrom(orderBoard(state), request, {
    kind: 'undo',
    to: told,
    tasks,
    commit,
    body: why,
  });
  const files: [string, string][] = [[orderPath(order.id), formatOrder(order)]];
  if (told.length === 0) return files;
  const lines = changes.slice(0, LINES_TOLD).map((one) => `- ${undoingLine(one)}`);
  const more = changes.length - lines.length;
  const body = [
    `I have undone "${subject}" (${commit.slice(0, 12)}).${why === '' ? '' : ` ${why}`}`,
    [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n'),
  ].join('\n\n');
  return [...files, [messagePath(order.id), formatMessage(messageOf(order, body))]];
}

/** `tasks/shop-7.md: status blocked → open` */
export function undoingLine({ path, does, what }: Undoing): string {
  const verb = { back: 'is back', gone: 'goes', changed: 'changes' }[does];
  return `${path} ${verb}${what === '' ? '' : `: ${what}`}`;
}
