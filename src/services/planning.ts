import type { View } from '../bus/view.ts';
import { UsageError } from '../errors.ts';
import { nearest } from '../records/names.ts';
import { PROJECT_PATH, planPath } from '../records/paths.ts';
import { planOf } from '../records/plan.ts';
import { checkPlan } from '../records/plan-check.ts';
import type { PlanDocument, PlannedTask, ReadPlan } from '../records/plan-document.ts';
import { formatPlanJson, parsePlanJson } from '../records/plan-json.ts';
import { formatPlanMarkdown, parsePlanMarkdown } from '../records/plan-markdown.ts';
import type { PlanProblem, PlanReport } from '../records/plan-report.ts';
import { parseProject } from '../records/project.ts';
import type { Task, TrackerKind } from '../records/task.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Surroundings, withReader, withSession } from './session.ts';
import { trackerFor } from './task-tracker.ts';

/** A plan as somebody hands it over. */
export interface PlanSource {
  /** Named in errors; `-` is standard input. */
  readonly file: string;
  readonly text: string;
  /** `name=value` for the parameters of a template. */
  readonly set: readonly string[];
}

/** What a check tells. */
export interface CheckedPlan extends PlanReport {
  readonly plan: string;
  /** Each with the line where its task begins. */
  readonly problems: readonly (PlanProblem & { readonly file: string; readonly line: number })[];
  readonly errors: number;
  readonly warnings: number;
}

/** What an import changed: ids of tasks. */
export interface ImportedPlan {
  readonly plan: string;
  readonly version: number;
  readonly tracker: TrackerKind;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  /** Tasks of this plan that it does not name any more, and that stay. */
  readonly left: readonly string[];
  readonly warnings: readonly string[];
  readonly commit: string | null;
}

const MAX_PLAN = 16 * 1024 * 1024;

/**
 * Reads a plan: JSON when it begins as JSON does, else Markdown.
 * @throws RecordError with file and line; UsageError about parameters
 */
export function readPlan({ file, text, set }: PlanSource): ReadPlan {
  if (text.length > MAX_PLAN) throw new UsageError(`${file} is larger than a plan can be (16 MiB)`);
  const given = new Map(set.map((one) => splitSetting(one)));
  const isJson = /^\s*[{[]/.test(text);
  return isJson ? parsePlanJson(text, file, given) : parsePlanMarkdown(text, file, given);
}

function splitSetting(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1)];
  throw new UsageError(`--set takes NAME=VALUE, not "${text.slice(0, 60)}"`, {
    hint: '--set entity=user',
  });
}

/**
 * Checks a plan against the project, where one is known here; else by itself. Refused with
 * `plan-invalid` when there is an error; then too the whole report is given.
 * @param alone leave the project out
 */
export async function checkPlanFile(
  place: Surroundings,
  source: PlanSource,
  alone: boolean,
): Promise<{ report: CheckedPlan; isGood: boolean }> {
  const { document, lines } = readPlan(source);
  const world = alone ? undefined : await knownWorld(place);
  const { problems, ...rest } = checkPlan(document, world);
  const placed = problems.map((one) => ({
    ...one,
    file: source.file,
    line: (one.task === undefined ? undefined : lines.get(one.task)) ?? 1,
  }));
  const errors = placed.filter(({ severity }) => severity === 'error').length;
  const warnings = placed.length - errors;
  return {
    report: { plan: document.plan, ...rest, problems: placed, errors, warnings },
    isGood: errors === 0,
  };
}

async function knownWorld(place: Surroundings) {
  try {
    return await withReader(place, async (bus) => worldOfView(await bus.view()));
  } catch (error) {
    // A plan may be written before there is a project.
    if (error instanceof Error && 'code' in error && error.code === 'no-repository')
      return undefined;
    throw error;
  }
}

function worldOfView({ fold }: View) {
  const { agents, artifacts, tasks, projectText } = fold;
  const project = projectText === '' ? undefined : parseProject(projectText);
  if (!project) throw new UsageError(`${PROJECT_PATH} is missing in the coordination repository`);
  return { agents, artifacts, tasks, project };
}

/**
 * Imports a plan; again, it brings what has changed. The tracker learns of the tasks first, each
 * marked with its id, so that an import that was broken off and is repeated makes none twice.
 */
export function importPlan(
  place: Surroundings,
  source: PlanSource,
  wish: { readonly tracker: TrackerKind | undefined; readonly prune: boolean },
): Promise<Outcome<ImportedPlan>> {
  return withSession(place, async (session) => {
    const { document } = readPlan(source);
    const view = await session.bus.view();
    const world = view.fold.projectText === '' ? undefined : worldOfView(view);
    const { problems } = checkPlan(document, world);
    const isGood = problems.every(({ severity }) => severity !== 'error');
    const choice = await trackerFor(session, wish.tracker);
    // A plan that will be refused leaves nothing in a tracker.
    const tracked =
      isGood && choice.kind === 'beads'
        ? await intoTracker(choice.tracker, document, view.fold.tasks, place)
        : {};
    const payload = { document, tracker: choice.kind, tracked, prune: wish.prune };
    const outcome = await session.bus.publish(session.request('plan', payload), {
      deferrable: false,
    });
    if ('refused' in outcome) return no(outcome.refused);
    const result =
      'published' in outcome ? outcome.published : 'unneeded' in outcome ? outcome.unneeded : {};
    return yes({
      ...(result as Omit<ImportedPlan, 'tracker' | 'warnings' | 'commit'>),
      tracker: choice.kind,
      warnings: problems
        .filter(({ severity }) => severity === 'warning')
        .map(({ message }) => message),
      commit: 'published' in outcome ? outcome.commit : null,
    });
  });
}

async function intoTracker(
  tracker: Awaited<ReturnType<typeof trackerFor>>['tracker'],
  document: PlanDocument,
  tasks: ReadonlyMap<string, Task>,
  place: Surroundings,
): Promise<Record<string, string>> {
  const tracked: Record<string, string> = {};
  for (const [at, task] of document.tasks.entries()) {
    if (at % 20 === 19)
      place.progress(`telling Beads of task ${at + 1} of ${document.tasks.length}`);
    const known = tasks.get(task.id)?.tracker_id;
    const draft = draftOf(document.plan, task);
    const issue =
      known === undefined
        ? await tracker.create(task.id, draft)
        : await tracker.update(known, draft);
    tracked[task.id] = issue.id;
  }
  for (const { id, depends_on } of document.tasks) {
    const issue = tracked[id] ?? id;
    const known = new Set((await tracker.show(issue))?.dependsOn ?? []);
    for (const other of depends_on) {
      const on = tracked[other] ?? tasks.get(other)?.tracker_id;
      if (on !== undefined && !known.has(on)) await tracker.depend(issue, on);
    }
  }
  return tracked;
}

function draftOf(plan: string, task: PlannedTask) {
  const needs = task.required_artifacts.map((one) => `- [ ] needs ${one}`);
  return {
    title: task.title,
    description: task.description === '' ? task.title : task.description,
    acceptance: [...needs, ...task.done_when.map((one) => `- [ ] ${one}`)].join('\n'),
    priority: task.priority,
    labels: [`domain:${task.domain}`, `plan:${plan}`],
  };
}

/** A plan as it stands now, as text. Refused: `unknown-plan`. */
export function exportPlan(
  place: Surroundings,
  name: string,
  format: 'md' | 'json',
): Promise<
  Outcome<{
    readonly plan: string;
    readonly version: number;
    readonly text: string;
    readonly tasks: number;
  }>
> {
  return withReader(place, async (bus) => {
    const { fold } = await bus.view();
    const record = fold.live.get(planPath(name));
    const plan = record && planOf(record);
    if (!plan) return no(unknownPlan(name, [...fold.live.keys()]));
    const tasks = [...fold.tasks.values()]
      .filter((task) => task.plan === name)
      .sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || (a.id < b.id ? -1 : 1));
    const document: PlanDocument = {
      plan: plan.name,
      ...(plan.goal === undefined ? {} : { goal: plan.goal }),
      text: plan.body,
      tasks: tasks.map(plannedOf),
    };
    const text = format === 'json' ? formatPlanJson(document) : formatPlanMarkdown(document);
    return yes({ plan: plan.name, version: plan.version, text, tasks: tasks.length });
  });
}

function plannedOf(task: Task): PlannedTask {
  const { id, title, domain, priority, complexity, depends_on, required_artifacts } = task;
  const { produces, locks, done_when, notify, assignee, body } = task;
  const fields = { id, title, domain, priority, complexity, depends_on, required_artifacts };
  const lists = { produces, locks, done_when, notify };
  return {
    ...fields,
    ...lists,
    ...(assignee === undefined ? {} : { assignee }),
    description: body,
  };
}

function unknownPlan(name: string, paths: readonly string[]) {
  const known = paths.flatMap((path) => /^plans\/(.+)\.md$/.exec(path)?.[1] ?? []);
  const [meant] = nearest(name, known);
  const list =
    known.length === 0 ? 'none was imported yet' : `plans: ${known.slice(0, 20).join(', ')}`;
  return {
    code: 'unknown-plan',
    message: `there is no plan "${name.slice(0, 60)}"`,
    hint: meant === undefined ? list : `did you mean ${meant}?`,
    data: { plan: name.slice(0, 60), plans: known },
  };
}
