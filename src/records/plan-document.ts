import * as v from 'valibot';
import { RecordError } from '../errors.ts';
import { textFault, withLineFeeds } from './codec.ts';
import { parseItem, parseProduct } from './contract.ts';
import { type Fields, type Lines, recordFault } from './fields.ts';
import { checkFields, lineField, planField, SCHEMA } from './schema.ts';
import type { Task } from './task.ts';
import { PLANNED } from './task-file.ts';

/** A task as a plan tells it. */
export type PlannedTask = Pick<
  Task,
  | 'id'
  | 'title'
  | 'domain'
  | 'priority'
  | 'complexity'
  | 'depends_on'
  | 'required_artifacts'
  | 'produces'
  | 'locks'
  | 'done_when'
  | 'notify'
  | 'assignee'
> & { readonly description: string };

/** A plan as it is written and read, in Markdown or in JSON. */
export interface PlanDocument {
  readonly plan: string;
  readonly goal?: string;
  /** The plan's own text, Markdown. */
  readonly text: string;
  readonly tasks: readonly PlannedTask[];
}

/** A document, and where its tasks stand in the file. */
export interface ReadPlan {
  readonly document: PlanDocument;
  /** Task → line. */
  readonly lines: ReadonlyMap<string, number>;
}

/** What the two forms hand over: fields as they were written, not checked. */
export interface RawPlan {
  readonly fields: Fields;
  readonly lines: Lines;
  readonly text: string;
  readonly tasks: readonly RawTask[];
}

export interface RawTask {
  readonly fields: Fields;
  readonly lines: Lines;
  /** Where the task begins. */
  readonly line: number;
  readonly description: string;
}

const HEAD = v.object({ plan: planField, goal: v.exactOptional(lineField) });
const TASK = v.object(PLANNED);

/** The order in which a plan writes the fields of a task, after id and title. */
export const PLAN_KEYS = [
  'domain',
  'priority',
  'complexity',
  'depends_on',
  'required_artifacts',
  'produces',
  'locks',
  'notify',
  'assignee',
  'done_when',
] as const;
const KNOWN: readonly string[] = ['id', 'title', ...PLAN_KEYS];
const WORDS: Readonly<Record<string, number>> = {
  critical: 0,
  high: 1,
  medium: 2,
  low: 3,
  backlog: 4,
};

/**
 * Checks the form of a plan: every field of every task.
 * @param file named in errors
 * @throws RecordError about the first fault when it is the only one; else PlanFaults is thrown
 */
export function checkPlanForm(raw: RawPlan, file: string): ReadPlan {
  const faults: RecordError[] = [];
  const collect = <T>(check: () => T): T | undefined => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  const head = collect(() =>
    checkFields(
      HEAD,
      { fields: { ...raw.fields, schema: SCHEMA }, lines: raw.lines, body: '' },
      file,
    ),
  );
  const lines = new Map<string, number>();
  const tasks: PlannedTask[] = [];
  for (const one of raw.tasks) {
    const task = collect(() => checkTask(one, file, lines));
    if (!task) continue;
    lines.set(task.id, one.line);
    tasks.push(task);
  }
  const [first] = faults;
  if (first || !head) throw first ? new PlanFaults(faults) : new Error('a plan without a head');
  const goal = head.goal === undefined ? {} : { goal: head.goal };
  return {
    document: { plan: head.plan, ...goal, text: withLineFeeds(raw.text).trim(), tasks },
    lines,
  };
}

/** Everything that is wrong with the form of a plan. */
export class PlanFaults extends RecordError {
  readonly faults: readonly RecordError[];

  constructor(faults: readonly RecordError[]) {
    const [first] = faults;
    if (!first) throw new Error('no fault');
    super(first.fault);
    this.faults = faults;
    this.data['faults'] = faults.map((fault) => ({ ...fault.fault }));
    if (faults.length > 1) this.message += `\nand ${faults.length - 1} more: comm-node plan check`;
  }
}

function checkTask(raw: RawTask, file: string, seen: ReadonlyMap<string, number>): PlannedTask {
  const lineOf = (key: string) => raw.lines.get(key) ?? raw.line;
  const lines = new Map([...KNOWN, 'schema'].map((key) => [key, lineOf(key)]));
  const unknown = Object.keys(raw.fields).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    const known = `a key of a task (${KNOWN.join(', ')})`;
    throw recordFault(file, lineOf(unknown), known, 'domain: backend', unknown);
  }
  const fields = { ...raw.fields, schema: SCHEMA, ...priorityOf(raw.fields['priority']) };
  const task = checkFields(TASK, { fields, lines, body: '' }, file);
  const twice = seen.get(task.id);
  if (twice !== undefined) {
    throw recordFault(
      file,
      lineOf('id'),
      `an id of its own (line ${twice} has it)`,
      `${task.id}-2`,
      task.id,
    );
  }
  if (task.id === 'README') throw recordFault(file, lineOf('id'), 'another id', 'readme', task.id);
  for (const item of task.done_when) {
    const parsed = parseItem(item);
    if ('fault' in parsed) {
      throw recordFault(
        file,
        lineOf('done_when'),
        `an item of a contract (${parsed.fault})`,
        'command: npm test',
        item,
      );
    }
  }
  for (const product of task.produces) {
    if (parseProduct(product)) continue;
    const what = 'a product: a file name, then kind=… and path=…';
    throw recordFault(
      file,
      lineOf('produces'),
      what,
      'api.yaml kind=openapi path=docs/api.yaml',
      product,
    );
  }
  const fault = textFault(raw.description);
  if (fault !== undefined) throw recordFault(file, raw.line, 'a description', 'plain text', fault);
  return { ...task, description: withLineFeeds(raw.description).trim() };
}

/** A priority as a number, `P1`, or a word. */
function priorityOf(value: unknown): { priority?: unknown } {
  if (typeof value !== 'string') return {};
  const number = /^[Pp]?([0-4])$/.exec(value.trim())?.[1];
  return {
    priority: number === undefined ? (WORDS[value.trim().toLowerCase()] ?? value) : Number(number),
  };
}
