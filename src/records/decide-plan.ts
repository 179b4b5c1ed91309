import * as v from 'valibot';
import { MAX_FRONTMATTER, MAX_RECORD, textFault } from './codec.ts';
import { defined } from './fields.ts';
import { planPath, taskPath } from './paths.ts';
import { type Plan, planOf } from './plan.ts';
import { checkPlan } from './plan-check.ts';
import type { PlanDocument, PlannedTask } from './plan-document.ts';
import { formatPlanRecord } from './plan-record.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, senderRefusal } from './roster.ts';
import { checkPayload, flagField, lineField, planField, taskField, wordField } from './schema.ts';
import type { State } from './state.ts';
import { type Task, type TrackerKind, trackerKinds } from './task.ts';
import { formatTask, PLANNED } from './task-file.ts';

const TEXT = v.string('text, for example "Tokens are JWT."');
const PAYLOAD = v.object({
  document: v.object({
    plan: planField,
    goal: v.exactOptional(lineField),
    text: v.optional(TEXT, ''),
    tasks: v.array(v.object({ ...PLANNED, description: v.optional(TEXT, '') })),
  }),
  tracker: v.optional(wordField(trackerKinds), 'files'),
  tracked: v.optional(v.record(taskField, taskField), {}),
  prune: v.optional(flagField, false),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/**
 * Imports a plan, or what has changed in it since: one commit. Payload {document, tracker?,
 * tracked?: task → what the tracker calls it, prune?: take out what the plan does not name any
 * more and nobody has begun}. Who does a task, and how far it is, stays. Refused: `plan-invalid`
 * with `data.problems`, `bad-text`. Result {plan, version, created, updated, removed, left}.
 */
export function decidePlan(state: State, request: Request): Decision {
  const checked = checkPayload(PAYLOAD, 'plan', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const { document } = payload;
  const refused =
    projectRefusal(state) ??
    senderRefusal(state, request.agent) ??
    textRefusal(document) ??
    problemRefusal(state, document);
  if (refused !== undefined) return { refused };
  const change = changeOf(state, request, payload);
  const before = planRecord(state, document.plan);
  const isSame =
    before !== undefined && before.goal === document.goal && before.body === document.text;
  const counts = {
    plan: document.plan,
    created: change.created,
    updated: change.updated,
    removed: change.removed,
    left: change.left,
  };
  if (isSame && change.files.size === 0) {
    return { unneeded: { ...counts, version: before.version } };
  }
  const plan = nextPlan(before, document, request);
  change.files.set(planPath(plan.name), formatPlanRecord(plan));
  const size = `${document.tasks.length} task${document.tasks.length === 1 ? '' : 's'}`;
  return {
    granted: {
      files: change.files,
      subject: `plan: ${request.agent} imports ${plan.name} v${plan.version}, ${size}`,
      record: plan.name,
      result: { ...counts, version: plan.version },
    },
  };
}

function planRecord({ live }: State, name: string): Plan | undefined {
  const record = live.get(planPath(name));
  return record && planOf(record);
}

function nextPlan(
  before: Plan | undefined,
  { plan, goal, text }: PlanDocument,
  request: Request,
): Plan {
  return {
    name: plan,
    ...defined<Pick<Plan, 'goal'>>({ goal }),
    version: (before?.version ?? 0) + 1,
    by: before?.by ?? request.agent,
    created: before?.created ?? request.at,
    updated: request.at,
    extra: before?.extra ?? {},
    body: text,
  };
}

function textRefusal({ text, tasks }: Payload['document']): Refusal | undefined {
  for (const one of [text, ...tasks.map(({ description }) => description)]) {
    const tooLong = Buffer.byteLength(one) > MAX_RECORD - MAX_FRONTMATTER;
    const message =
      textFault(one) ?? (tooLong ? 'a description is longer than 960 KiB' : undefined);
    if (message !== undefined) {
      return {
        code: 'bad-text',
        message,
        hint: 'put long texts into files of the repository, and name them',
      };
    }
  }
  return undefined;
}

function problemRefusal(state: State, document: PlanDocument): Refusal | undefined {
  const { problems } = checkPlan(document, state);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return undefined;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return {
    code: 'plan-invalid',
    message: `${first.message}${more}`,
    hint: first.hint ?? 'comm-node plan check FILE lists everything that is wrong',
    data: { problems: errors.slice(0, 100) },
  };
}

function changeOf(state: State, request: Request, { document, tracker, tracked, prune }: Payload) {
  const files = new Map<string, string | null>();
  const [created, updated, removed, left]: string[][] = [[], [], [], []];
  const ids = new Set(document.tasks.map(({ id }) => id));
  for (const [index, planned] of document.tasks.entries()) {
    const before = state.tasks.get(planned.id);
    const home = {
      plan: document.plan,
      order: index + 1,
      tracker,
      tracker_id: tracked[planned.id],
    };
    const after = before ? updatedTask(before, planned, home) : newTask(planned, home, request);
    if (before && sameTask(before, after)) continue;
    (before ? updated : created)?.push(planned.id);
    files.set(taskPath(planned.id), formatTask({ ...after, updated: request.at }));
  }
  for (const task of state.tasks.values()) {
    if (task.plan !== document.plan || ids.has(task.id)) continue;
    const isUntouched = task.status === 'open' && task.claimed_by === undefined;
    if (prune && isUntouched) files.set(taskPath(task.id), null);
    (prune && isUntouched ? removed : left)?.push(task.id);
  }
  return { files, created, updated, removed, left };
}

interface Home {
  readonly plan: string;
  readonly order: number;
  readonly tracker: TrackerKind;
  readonly tracker_id: string | undefined;
}

function newTask({ description, ...planned }: PlannedTask, home: Home, request: Request): Task {
  return {
    ...planned,
    ...defined<Pick<Task, 'plan' | 'order' | 'tracker' | 'tracker_id'>>(home),
    status: 'open',
    created: request.at,
    updated: request.at,
    extra: {},
    body: description,
  };
}

/** The plan decides what is to be done; the task keeps who does it, and how far it is. */
function updatedTask(before: Task, { description, ...planned }: PlannedTask, home: Home): Task {
  const { assignee: _assignee, ...kept } = before;
  const ticked = before.ticked?.filter((box) => planned.done_when.includes(box));
  // Where a task was put into a tracker, it stays.
  const place = before.tracker_id === undefined && home.tracker_id !== undefined ? home : {};
  return {
    ...kept,
    ...planned,
    ...defined<Partial<Task>>(place),
    plan: home.plan,
    order: home.order,
    ...(ticked && ticked.length > 0 ? { ticked } : {}),
    body: description,
  };
}

function sameTask(before: Task, after: Task): boolean {
  return formatTask(before) === formatTask({ ...after, updated: before.updated });
}
