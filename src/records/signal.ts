import type { MessageType, Priority } from './message.ts';
import { isTask } from './names.ts';

/** Raised when a line means something else than before, or something new. */
export const DIALECT_VERSION = 1;

/** What a line of the dialect (tier 1) says. */
export interface Signal {
  readonly status: 'done' | 'blocked' | 'in-progress' | 'failed';
  readonly task?: string;
  readonly from?: string;
  /** Agents or domains; empty without `from`. */
  readonly to: readonly string[];
  readonly priority?: Priority;
  readonly artifacts: readonly string[];
  /** What the reader should do, one word: `integrate-jwt`. */
  readonly action?: string;
}

/** Why a line is not in the dialect. */
export interface SignalFault {
  /** The end of a sentence: "begins with a status: …". */
  readonly fault: string;
  /** The part that is wrong. */
  readonly at: string;
  readonly example: string;
}

/** A line to learn from. */
export const SIGNAL_EXAMPLE = '✓bd-123 backend→frontend [!] 📄api-contract.yaml →integrate-jwt';

const STATUS = { done: '✓', blocked: '⚠', 'in-progress': '⏳', failed: '❌' } as const;
const PRIORITY = { high: '[!]', medium: '[~]', low: '[-]' } as const;
const STATUS_OF: Readonly<Record<string, Signal['status']>> = {
  '✓': 'done',
  '✔': 'done',
  '✅': 'done',
  ok: 'done',
  done: 'done',
  '⚠': 'blocked',
  blocked: 'blocked',
  wait: 'blocked',
  '⏳': 'in-progress',
  '⌛': 'in-progress',
  wip: 'in-progress',
  '❌': 'failed',
  '✗': 'failed',
  '✘': 'failed',
  fail: 'failed',
  failed: 'failed',
};
/** What a line may begin with. */
export const STATUS_SPELLINGS: readonly string[] = Object.keys(STATUS_OF);
const PRIORITY_OF: Readonly<Record<string, Priority>> = {
  '[!]': 'high',
  '[~]': 'medium',
  '[-]': 'low',
};

const HEAD = /^(?:([✓✔✅⚠⏳⌛❌✗✘])\ufe0f?\s*|([a-z]+)(?:\s+|$))/u;
const NAME = /^[a-z][a-z0-9-]{0,39}(?:@[a-z][a-z0-9-]{0,39})?$/;
const WORD = /^[\p{L}\p{N}_.][\p{L}\p{N}_./@+:#-]*$/u;
const MAX_LINE = 400;

// A part of a line while it is read.
type Draft = { -readonly [K in keyof Signal]: Signal[K] };

/**
 * Reads one line of the dialect: a status, then in any order task, `A→B,C`, priority, artifacts and
 * action; all but the status may be left out. ASCII is accepted: `ok` or `done`, `blocked` or
 * `wait`, `wip`, `fail` or `failed`; `->`; `@file:` for 📄.
 */
export function parseSignal(line: string): Signal | SignalFault {
  const text = line.trim();
  if (text.includes('\n') || text.length > MAX_LINE)
    return fault(`is one line of at most ${MAX_LINE} characters`, text);
  const [head = '', symbol, word] = HEAD.exec(text) ?? [];
  const name = symbol ?? word ?? '';
  if (!Object.hasOwn(STATUS_OF, name))
    return fault('begins with ✓ ⚠ ⏳ ❌, or ok, blocked, wip, fail', text);
  const draft: Draft = { status: STATUS_OF[name] ?? 'done', to: [], artifacts: [] };
  for (const part of text.slice(head.length).split(/\s+/).filter(Boolean)) {
    const problem = readPart(draft, part.replaceAll('->', '→'));
    if (problem !== undefined) return fault(problem, part);
  }
  return draft;
}

function fault(problem: string, at: string): SignalFault {
  return { fault: problem, at: at.slice(0, 60), example: SIGNAL_EXAMPLE };
}

// Puts one part into the draft; answers what is wrong with it.
function readPart(draft: Draft, part: string): string | undefined {
  const artifact = /^(?:📄\ufe0f?|@file:)(.*)$/u.exec(part)?.[1];
  if (artifact !== undefined) return readArtifact(draft, artifact);
  if (part.startsWith('→')) return readAction(draft, part.slice(1));
  if (part.includes('→')) return readRoute(draft, part);
  if (part.startsWith('[')) return readPriority(draft, part);
  if (!isTask(part)) return 'has parts such as bd-123, A→B, [!], 📄file, →do-this';
  if (draft.task !== undefined) return 'has one task';
  draft.task = part;
  return undefined;
}

function readArtifact(draft: Draft, name: string): string | undefined {
  if (!WORD.test(name)) return 'names an artifact right after 📄 (or @file:)';
  draft.artifacts = [...draft.artifacts, name];
  return undefined;
}

function readAction(draft: Draft, action: string): string | undefined {
  if (!WORD.test(action)) return 'says what to do in one word after →, joined by hyphens';
  if (draft.action !== undefined) return 'has one action';
  draft.action = action;
  return undefined;
}

function readRoute(draft: Draft, part: string): string | undefined {
  const [from = '', to = '', ...rest] = part.split('→');
  const names = to === '' ? [] : to.split(',');
  if (rest.length > 0 || ![from, ...names].every((name) => NAME.test(name))) {
    return 'says who tells whom as A→B or A→B,C, in lower-case names';
  }
  if (draft.from !== undefined) return 'says once who tells whom';
  draft.from = from;
  draft.to = names;
  return undefined;
}

function readPriority(draft: Draft, part: string): string | undefined {
  const priority = Object.hasOwn(PRIORITY_OF, part) ? PRIORITY_OF[part] : undefined;
  if (priority === undefined) return 'has a priority of [!], [~] or [-]';
  if (draft.priority !== undefined) return 'has one priority';
  draft.priority = priority;
  return undefined;
}

/** Writes the line; parseSignal reads the same signal from it. */
export function formatSignal(signal: Signal): string {
  const parts = [
    STATUS[signal.status] + (signal.task ?? ''),
    signal.from === undefined ? '' : `${signal.from}→${signal.to.join(',')}`,
    signal.priority === undefined ? '' : PRIORITY[signal.priority],
    ...signal.artifacts.map((name) => `📄${name}`),
    signal.action === undefined ? '' : `→${signal.action}`,
  ];
  return parts.filter(Boolean).join(' ');
}

/**
 * The fields of the message that a signal stands for. Done is a completion, or artifact_ready when
 * it names artifacts; blocked is blocked, in progress an announcement, failed an error.
 */
export function signalToFields(signal: Signal): {
  readonly type: MessageType;
  readonly task?: string;
  readonly to: readonly string[];
  readonly priority?: Priority;
  readonly artifacts: readonly string[];
} {
  const { task, to, priority, artifacts } = signal;
  return {
    type: typeOf(signal),
    to,
    artifacts,
    ...(task === undefined ? {} : { task }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function typeOf(signal: Signal): MessageType {
  if (signal.status === 'done')
    return signal.artifacts.length > 0 ? 'artifact_ready' : 'completion';
  if (signal.status === 'blocked') return 'blocked';
  return signal.status === 'failed' ? 'error' : 'announcement';
}
