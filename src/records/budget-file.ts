import * as v from 'valibot';
import { type BudgetEntry, budgetKinds, budgetOutcomes, MAX_AMOUNT } from './budget.ts';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault } from './fields.ts';
import { budgetPath } from './paths.ts';
import {
  agentField,
  checkFields,
  idField,
  keyField,
  lineField,
  SCHEMA,
  taskField,
  timeField,
  wordField,
} from './schema.ts';
import { complexities } from './task.ts';

const ORDER = [
  'schema',
  'id',
  'kind',
  'task',
  'agent',
  'by',
  'amount',
  'complexity',
  'efficiency',
  'request',
  'outcome',
  'why',
  'created',
  'key',
];

const AMOUNT = 'a whole number of tokens, for example 2000';
/** Tokens; below zero only what a grant takes back. */
const amountField = v.pipe(
  v.number(AMOUNT),
  v.safeInteger(AMOUNT),
  v.minValue(-MAX_AMOUNT, AMOUNT),
  v.maxValue(MAX_AMOUNT, AMOUNT),
);
const SHARE = 'a number from 0 to 1, for example 0.83';

const SCHEMA_OF_BUDGET = v.object({
  id: idField,
  kind: wordField(budgetKinds),
  task: taskField,
  agent: agentField,
  by: v.exactOptional(agentField),
  amount: amountField,
  complexity: v.exactOptional(wordField(complexities)),
  efficiency: v.exactOptional(v.pipe(v.number(SHARE), v.minValue(0, SHARE), v.maxValue(1, SHARE))),
  request: v.exactOptional(idField),
  outcome: v.exactOptional(wordField(budgetOutcomes)),
  why: v.exactOptional(lineField),
  created: timeField,
  key: v.exactOptional(keyField),
});

/**
 * Reads `budgets/<task>/<id>.md`.
 * @throws RecordError
 */
export function parseBudget(text: string, path: string): BudgetEntry {
  const record = parseRecord(text, path);
  const entry = checkFields(SCHEMA_OF_BUDGET, record, path);
  const at = (key: string) => record.lines.get(key) ?? 1;
  const place = budgetPath(entry.task, entry.id);
  if (path !== place) {
    throw recordFault(path, at('id'), 'the task and id that the path says', place, entry.id);
  }
  if (entry.amount < 0 && entry.kind !== 'grant') {
    throw recordFault(path, at('amount'), AMOUNT, 'amount: 2000', `amount: ${entry.amount}`);
  }
  if (entry.kind === 'decision' && (entry.request === undefined || entry.outcome === undefined)) {
    const example = 'request: 01KAP9Q1V8Z3YQ4T9W2X5M6N7P';
    throw recordFault(path, at('kind'), 'the request it decides, and its outcome', example, '');
  }
  return entry;
}

/** Writes an entry of a budget. */
export function formatBudget(entry: BudgetEntry, extra: Fields = {}): string {
  return formatRecord({ ...extra, schema: SCHEMA, ...defined<Fields>({ ...entry }) }, '', ORDER);
}
