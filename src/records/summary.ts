import type { Message } from './message.ts';
import { firstSentence } from './sentences.ts';
import { parseSignal } from './signal.ts';
import { oneLine } from './visible.ts';

/**
 * One line that stands for the message in lists and commit subjects: the signal itself, else the
 * first heading or sentence, at most 120 characters and safe to print.
 */
export function summaryOf(message: Message): string {
  const line = message.body.trim();
  if (message.tier === 'signal' && !('fault' in parseSignal(line))) return oneLine(line, 120);
  const summary = oneLine(firstSentence(message.body), 120);
  return summary === '' ? `(${message.type.replaceAll('_', ' ')})` : summary;
}
