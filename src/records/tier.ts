import type { Tier } from './message.ts';
import type { Refusal } from './request.ts';
import { sentencesOf } from './sentences.ts';
import { parseSignal, SIGNAL_EXAMPLE } from './signal.ts';
import { estimateTokens } from './tokens.ts';
import { oneLine } from './visible.ts';

/** Sentences that a message of the middle tier may have. */
export const MAX_SENTENCES = 3;
/** Tokens that it may have: twice the upper end of the 50 to 80 that the tier is meant for. */
export const MAX_COORDINATION_TOKENS = 160;

// Markdown that makes sections: headings, lists, quotes, fences, tables, rules, underlined headings.
const STRUCTURE: readonly (readonly [string, RegExp])[] = [
  ['a heading', /^ {0,3}(?:#{1,6}(?:\s|$)|(?:={2,}|-{2,})[^\S\n]*$)/m],
  ['a list', /^[^\S\n]*(?:[-*+]|\d{1,9}[.)])[^\S\n]+\S/m],
  ['a code block', /^[^\S\n]*(?:```|~~~)/m],
  ['a quote', /^ {0,3}>/m],
  ['a table', /^[^\S\n]*\|.*\|[^\S\n]*$/m],
];

/** The tier that fits what is written: a line of the dialect, else up to three sentences, else detailed. */
export function chooseTier(body: string): Tier {
  if (looksLikeSignal(body)) return 'signal';
  return checkTier('coordination', body) === undefined ? 'coordination' : 'detailed';
}

// "ok thanks" reads as a signal about a task named thanks; nobody who writes it means one.
function looksLikeSignal(body: string): boolean {
  if ('fault' in parseSignal(body)) return false;
  return !/^\s*[a-z]/.test(body) || /->|→|\[[!~-]\]|@file:/.test(body);
}

/**
 * Whether the text keeps the form of its tier.
 * @returns why not (code `tier-misfit`), or undefined
 */
export function checkTier(tier: Tier, body: string): Refusal | undefined {
  if (tier === 'detailed') return undefined;
  return tier === 'signal' ? checkSignal(body) : checkCoordination(body);
}

function checkSignal(body: string): Refusal | undefined {
  const signal = parseSignal(body);
  if (!('fault' in signal)) return undefined;
  const at = signal.at === '' ? 'nothing' : `"${oneLine(signal.at, 60)}"`;
  return misfit(
    'signal',
    `a signal ${signal.fault}; found ${at}`,
    `write a line such as: ${SIGNAL_EXAMPLE}`,
  );
}

function checkCoordination(body: string): Refusal | undefined {
  const hint = 'shorten it, or send it with --tier detailed';
  // First, for it bounds the text: the patterns are not made for a megabyte.
  const tokens = estimateTokens(body);
  if (tokens > MAX_COORDINATION_TOKENS) {
    return misfit(
      'coordination',
      `a coordination message has at most ${MAX_COORDINATION_TOKENS} tokens, and this about ${tokens}`,
      hint,
    );
  }
  const [structure] = STRUCTURE.find(([, pattern]) => pattern.test(body)) ?? [];
  if (structure !== undefined)
    return misfit(
      'coordination',
      `a coordination message has no sections, and this has ${structure}`,
      hint,
    );
  const sentences = sentencesOf(body).length;
  if (sentences <= MAX_SENTENCES) return undefined;
  return misfit(
    'coordination',
    `a coordination message has at most ${MAX_SENTENCES} sentences, and this has ${sentences}`,
    hint,
  );
}

function misfit(tier: Tier, message: string, hint: string): Refusal {
  return { code: 'tier-misfit', message, hint, data: { tier } };
}
