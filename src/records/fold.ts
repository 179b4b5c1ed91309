import { CommError, RecordError } from '../errors.ts';
import { parseAgent } from './agent-file.ts';
import { type Archive, parseArchive } from './archive.ts';
import { parseArtifact } from './artifact-file.ts';
import type { BudgetEntry } from './budget.ts';
import { parseBudget } from './budget-file.ts';
import { parseRecord } from './codec.ts';
import { parseFence } from './fence.ts';
import { recordFault } from './fields.ts';
import { parseKickoff } from './kickoff-file.ts';
import type { LiveRecord, Malformed } from './live-record.ts';
import { parseLock } from './lock-file.ts';
import { parseLostLock } from './lost-lock-file.ts';
import type { Message } from './message.ts';
import { parseMessage } from './message-file.ts';
import { parseOrderAck } from './order-ack-file.ts';
import { parseOrder } from './order-file.ts';
import { FENCE_PATH, type Room, recordId, roomOf } from './paths.ts';
import { parsePlanRecord } from './plan-record.ts';
import { type Project, parseProject } from './project.ts';
import { parseReceipt, type Receipt } from './receipt.ts';
import { parseTask } from './task-file.ts';
import type { Violation } from './violation.ts';
import { parseViolation } from './violation-file.ts';
import { parseWait } from './wait-file.ts';

/** What one file of the coordination repository is. */
export type Folded =
  | { readonly message: Message }
  | { readonly receipt: Receipt }
  | { readonly archive: Archive }
  | { readonly violation: Violation }
  | { readonly budget: BudgetEntry }
  | { readonly live: LiveRecord }
  | { readonly project: Project }
  /** No record, or one that no state is made of. */
  | { readonly ignored: true }
  | { readonly malformed: Malformed };

/**
 * Reads one file. A record that cannot be read is told as a value, so that it never hides the others.
 * @param path in the coordination repository
 */
export function foldFile(path: string, text: string): Folded {
  const room = roomOf(path);
  if (room === undefined) return { ignored: true };
  try {
    return foldRoom(room, path, text);
  } catch (error) {
    if (error instanceof CommError)
      return { malformed: { path, line: lineOf(error), message: error.message } };
    throw error;
  }
}

function foldRoom(room: Room, path: string, text: string): Folded {
  if (room === 'project') return { project: parseProject(text) };
  if (recordId(path) === '' && path !== FENCE_PATH) {
    throw recordFault(
      path,
      1,
      'a record at its place',
      'messages/2026/11/22/01KAP9Q1V8Z3YQ4T9W2X5M6N7P.md',
      path,
    );
  }
  if (room === 'messages') return { message: parseMessage(text, path) };
  if (room === 'receipts') return { receipt: parseReceipt(text, path) };
  if (room === 'archives') return { archive: parseArchive(text, path) };
  if (room === 'violations') return { violation: parseViolation(text, path) };
  if (room === 'budgets') return { budget: parseBudget(text, path) };
  CHECKS[path === FENCE_PATH ? 'fence' : room]?.(text, path);
  const { fields, body } = parseRecord(text, path);
  return { live: { path, fields, body } };
}

// What later versions bring is kept as it is.
const CHECKS: Readonly<Partial<Record<Room | 'fence', (text: string, path: string) => unknown>>> = {
  agents: parseAgent,
  artifacts: parseArtifact,
  kickoff: parseKickoff,
  locks: parseLock,
  waits: parseWait,
  fence: parseFence,
  tasks: parseTask,
  plans: parsePlanRecord,
  orders: parseOrder,
  acks: parseOrderAck,
  lost: parseLostLock,
};

function lineOf(error: CommError): number {
  if (error instanceof RecordError) return error.fault.line;
  return typeof error.data['line'] === 'number' ? error.data['line'] : 1;
}
