import { join } from 'node:path';
import { counting } from '../boundaries/violation.ts';
import { findMessages } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import { CommError } from '../errors.ts';
import { runProgram } from '../programs/run-program.ts';
import { type Item, parseItem } from '../records/contract.ts';
import { missing } from '../records/readiness.ts';
import type { Task } from '../records/task.ts';
import { formatDuration } from '../records/time.ts';
import { oneLine } from '../records/visible.ts';
import { isThere } from '../sources/write-source.ts';
import { verify } from './artifact-content.ts';
import { findArtifact } from './artifact-view.ts';
import { documentFault } from './document-fault.ts';
import { lintBoundaries } from './linting.ts';
import type { Session } from './session.ts';

/** One item of a contract, checked. */
export interface CheckedItem {
  /** As the contract has it. */
  readonly item: string;
  readonly what: Item['what'];
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What a command printed, the last of it, if it failed. */
  readonly output?: string;
  /** Where that was kept. */
  readonly kept?: string;
}

type Finding = Pick<CheckedItem, 'ok' | 'detail' | 'output'>;

/** Of a failing command the last this many bytes are kept. */
const KEPT_OUTPUT = 256 * 1024;

/** Checks a whole contract, item by item, in its order. Nothing is changed. */
export async function checkContract(
  session: Session,
  view: View,
  task: Task,
): Promise<CheckedItem[]> {
  const checked: CheckedItem[] = [];
  for (const text of task.done_when) {
    const item = parseItem(text);
    if ('fault' in item) {
      checked.push({ item: text, what: 'box', ok: false, detail: item.fault });
      continue;
    }
    session.place.progress(`checking: ${oneLine(text, 100)}`);
    const finding = await check(session, view, task, item, text).catch(failed);
    checked.push({ item: text, what: item.what, ...finding });
  }
  return checked;
}

/** What cannot be checked is not so. */
function failed(error: unknown): Finding {
  if (error instanceof CommError) return { ok: false, detail: error.message };
  throw error;
}

function check(
  session: Session,
  view: View,
  task: Task,
  item: Item,
  text: string,
): Promise<Finding> {
  switch (item.what) {
    case 'artifact':
      return checkArtifact(session, view, item);
    case 'command':
      return checkCommand(session, task, item);
    case 'message':
      return checkMessage(session, view, task, item);
    case 'boundaries':
      return checkBoundaries(session);
    case 'file':
      return checkFile(session, item.path);
    case 'box':
      return Promise.resolve(checkBox(task, text));
  }
}

async function checkArtifact(
  { bus, place }: Session,
  view: View,
  { ref, kind, schema, timeoutMs }: Extract<Item, { what: 'artifact' }>,
): Promise<Finding> {
  const { commit, artifacts } = view.fold;
  const newest = artifacts.get(`${ref.domain}/${ref.name}`);
  const fault = missing(ref, newest);
  if (fault !== undefined || commit === undefined || !newest)
    return { ok: false, detail: `missing: ${fault ?? 'everything'}` };
  const outcome = await findArtifact(bus, view, ref);
  if (!outcome.ok) return { ok: false, detail: outcome.refusal.message };
  const found = outcome.data;
  const { artifact } = found;
  if (kind !== undefined && artifact.kind !== kind)
    return { ok: false, detail: `its kind is ${artifact.kind}, not ${kind}` };
  const { problem } = await verify(bus, commit, found);
  if (problem) return { ok: false, detail: problem.message };
  const name = `version ${artifact.version}, sha256 ${artifact.sha256.slice(0, 12)}`;
  if (schema === undefined) return { ok: true, detail: name };
  const data =
    artifact.commit === undefined ? await (await bus.contents()).read(artifact.blob) : undefined;
  if (!data)
    return {
      ok: false,
      detail: `${name}: published by reference, so it cannot be checked as ${schema}`,
    };
  const wrong = await documentFault(place, data, schema, timeoutMs);
  return wrong === undefined
    ? { ok: true, detail: `${name}, ${schema}` }
    : { ok: false, detail: `${name} is ${wrong}` };
}

async function checkCommand(
  session: Session,
  task: Task,
  { line, timeoutMs }: Extract<Item, { what: 'command' }>,
): Promise<Finding> {
  const result = await runProgram(
    { shell: line },
    {
      cwd: rootOf(session),
      timeoutMs,
      keepBytes: KEPT_OUTPUT,
      env: { COMM_NODE_TASK: task.id, COMM_NODE_AGENT: session.agent },
    },
  );
  const seconds = `${(result.elapsedMs / 1000).toFixed(1)} s`;
  if (result.code === 0 && !result.timedOut) return { ok: true, detail: `passed in ${seconds}` };
  const how = result.timedOut
    ? `did not end within ${formatDuration(timeoutMs)}, and was ended`
    : result.code === undefined
      ? 'was killed'
      : `ended with exit code ${result.code} after ${seconds}`;
  return { ok: false, detail: how, output: result.output };
}

/** A message of the agent since it began; of this task, or of none. */
async function checkMessage(
  { agent }: Session,
  view: View,
  task: Task,
  { type, to }: Extract<Item, { what: 'message' }>,
): Promise<Finding> {
  const since = task.claimed_at ?? task.created;
  const [found] = await findMessages(
    view,
    [`"type":"${type}"`],
    (message) =>
      message.type === type &&
      message.from === (task.claimed_by ?? agent) &&
      [...message.to, ...message.cc].includes(to) &&
      message.created >= since &&
      (message.task === undefined || message.task === task.id),
  );
  if (found) return { ok: true, detail: `sent at ${found.created}` };
  return {
    ok: false,
    detail: `not sent: comm-node send ${to} "TEXT" --type ${type} --task ${task.id}`,
  };
}

async function checkBoundaries(session: Session): Promise<Finding> {
  const { report } = await lintBoundaries({
    cwd: rootOf(session),
    env: process.env,
    home: session.place.home,
  });
  const violations = counting(report);
  const [first] = violations;
  if (!first) return { ok: true, detail: 'no violations' };
  const more = violations.length > 1 ? `, and ${violations.length - 1} more` : '';
  return {
    ok: false,
    detail: `${first.file}:${first.line} imports ${first.specifier}${more}: comm-node lint-boundaries`,
  };
}

async function checkFile(session: Session, path: string): Promise<Finding> {
  if (isThere(join(rootOf(session), path))) return { ok: true, detail: 'it is there' };
  return { ok: false, detail: 'there is no such file in this worktree' };
}

function checkBox(task: Task, text: string): Finding {
  if (task.ticked?.includes(text)) return { ok: true, detail: 'ticked' };
  const boxes = task.done_when.filter((one) => isBox(one));
  return {
    ok: false,
    detail: `not ticked: comm-node done ${task.id} --tick ${boxes.indexOf(text) + 1}`,
  };
}

/** Whether an item of a contract is ticked by hand. */
export function isBox(text: string): boolean {
  const item = parseItem(text);
  return 'what' in item && item.what === 'box';
}

/** The worktree; outside of one there is nothing to run commands in. */
function rootOf({ workplace, place }: Session): string {
  return workplace?.topLevel ?? place.cwd;
}
