import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { recordId, taskPath } from './paths.ts';
import {
  addressesField,
  agentField,
  anyGlobsField,
  artifactRefsField,
  checkFields,
  countField,
  domainField,
  idField,
  idsField,
  lineField,
  linesField,
  planField,
  priorityField,
  SCHEMA,
  taskField,
  tasksField,
  timeField,
  wordField,
} from './schema.ts';
import { complexities, TASK_KEYS, type Task, taskStatuses, trackerKinds } from './task.ts';

/** The fields that a plan decides; shared by records, plans and requests. */
export const PLANNED = {
  id: taskField,
  title: lineField,
  domain: domainField,
  priority: v.optional(priorityField, 2),
  complexity: v.optional(wordField(complexities), 'medium'),
  depends_on: v.optional(tasksField, []),
  required_artifacts: v.optional(artifactRefsField, []),
  produces: v.optional(linesField, []),
  locks: v.optional(anyGlobsField, []),
  done_when: v.optional(linesField, []),
  notify: v.optional(addressesField, []),
  assignee: v.exactOptional(agentField),
};

const SCHEMA_OF_TASK = v.object({
  ...PLANNED,
  plan: v.exactOptional(planField),
  order: v.exactOptional(countField),
  tracker: v.optional(wordField(trackerKinds), 'files'),
  tracker_id: v.exactOptional(taskField),
  status: wordField(taskStatuses),
  claimed_by: v.exactOptional(agentField),
  claimed_at: v.exactOptional(timeField),
  claim_fence: v.exactOptional(countField),
  claim_locks: v.exactOptional(idsField),
  blocked_on: v.exactOptional(linesField),
  ticked: v.exactOptional(linesField),
  done_by: v.exactOptional(agentField),
  done_at: v.exactOptional(timeField),
  done_request: v.exactOptional(idField),
  created: timeField,
  updated: timeField,
});

/**
 * Reads `tasks/<id>.md`.
 * @throws RecordError
 */
export function parseTask(text: string, path: string): Task {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_TASK, record, path);
  if (path !== taskPath(fields.id)) {
    const line = record.lines.get('id') ?? 1;
    throw recordFault(path, line, 'the id that the path says', `id: ${recordId(path)}`, fields.id);
  }
  return { ...fields, extra: unknownFields(record.fields, TASK_KEYS), body: record.body };
}

/** Writes `tasks/<id>.md`: what says nothing is left out; unknown fields follow the known ones. */
export function formatTask(task: Task): string {
  const { extra, body, ...fields } = task;
  const told = Object.entries(fields).filter(
    ([key, value]) =>
      !(Array.isArray(value) && value.length === 0) &&
      !(key === 'tracker' && value === 'files') &&
      !(key === 'tracker_id' && value === task.id),
  );
  const all = { ...extra, schema: SCHEMA, ...defined<Fields>(Object.fromEntries(told)) };
  return formatRecord(all, body, TASK_KEYS);
}
