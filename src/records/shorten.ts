import type { Message, Tier } from './message.ts';
import { isTask } from './names.ts';
import { sentencesOf } from './sentences.ts';
import { formatSignal, type Signal } from './signal.ts';
import { checkTier, MAX_SENTENCES } from './tier.ts';
import { estimateTokens } from './tokens.ts';

/** A text that says less, for fewer tokens. */
export interface Shorter {
  readonly tier: Tier;
  readonly body: string;
  readonly tokens: number;
}

/** What of a message its shorter form needs. */
export type Long = Pick<Message, 'type' | 'tier' | 'body' | 'priority' | 'artifacts' | 'task'>;

const STATUS: Readonly<Partial<Record<Message['type'], Signal['status']>>> = {
  completion: 'done',
  artifact_ready: 'done',
  blocked: 'blocked',
  help: 'blocked',
  error: 'failed',
};
// These say more than a status: as a signal nobody could answer or use them.
const WORDY: ReadonlySet<Message['type']> = new Set(['question', 'answer', 'task_assignment']);

/**
 * The message one tier lower, if that fits: of a detailed one its first sentences, of a
 * coordination one a signal.
 * @param limit tokens that it may have
 */
export function oneTierLower(message: Long, limit: number): Shorter | undefined {
  if (message.tier === 'detailed') return firstSentences(message.body, limit);
  if (message.tier === 'coordination' && !WORDY.has(message.type)) return asSignal(message, limit);
  return undefined;
}

/**
 * The beginning of the text that has at most so many tokens, cut between words where that is near.
 * Undefined if nothing worth reading is left.
 */
export function cutTo(body: string, limit: number): string | undefined {
  // More text is never fewer tokens: halving finds the end.
  let end = 0;
  for (let beyond = body.length + 1; beyond - end > 1; ) {
    const middle = Math.floor((end + beyond) / 2);
    if (estimateTokens(body.slice(0, middle)) <= limit) end = middle;
    else beyond = middle;
  }
  const whole = body.slice(0, end);
  const blank = whole.search(/\s\S*$/);
  const kept = (blank > end / 2 ? whole.slice(0, blank) : whole).replace(/[\p{Cs}]$/u, '').trim();
  return /[\p{L}\p{N}]/u.test(kept) ? kept : undefined;
}

function firstSentences(body: string, limit: number): Shorter | undefined {
  const sentences = sentencesOf(plain(body));
  for (let count = Math.min(MAX_SENTENCES, sentences.length); count > 0; count--) {
    const text = sentences.slice(0, count).join(' ');
    const tokens = estimateTokens(text);
    if (tokens <= limit && checkTier('coordination', text) === undefined) {
      return { tier: 'coordination', body: text, tokens };
    }
  }
  return undefined;
}

/** Markdown as running text: no headings, lists, quotes, tables or code blocks. */
function plain(body: string): string {
  return body
    .replace(/^[^\S\n]*(```|~~~)[\s\S]*?(?:^[^\S\n]*\1[^\n]*$|$(?![\s\S]))/gm, '')
    .split('\n')
    .filter(
      (line) => !/^[^\S\n]*\|.*\|[^\S\n]*$/.test(line) && !/^ {0,3}(?:={2,}|-{2,})\s*$/.test(line),
    )
    .map((line) => line.replace(/^\s*(?:#{1,6}\s+|>\s*|(?:[-*+]|\d{1,9}[.)])\s+)+/, '').trim())
    .filter((line) => line !== '')
    .map((line) => (/[.!?:;,…]$/.test(line) ? line : `${line}.`))
    .join(' ');
}

function asSignal(message: Long, limit: number): Shorter | undefined {
  const { task, priority, type } = message;
  const artifacts = message.artifacts.filter((name) => /^[\w.][\w./@+:#-]*$/.test(name));
  const words =
    plain(message.body)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const signal: Signal = {
    status: STATUS[type] ?? 'in-progress',
    to: [],
    artifacts,
    ...(task !== undefined && isTask(task) ? { task } : {}),
    ...(priority === 'medium' ? {} : { priority }),
  };
  for (const count of [6, 4, 2, 0]) {
    const action = words.slice(0, count).join('-');
    const body = formatSignal(action === '' ? signal : { ...signal, action });
    const tokens = estimateTokens(body);
    if (tokens <= limit && checkTier('signal', body) === undefined) {
      return { tier: 'signal', body, tokens };
    }
  }
  return undefined;
}
