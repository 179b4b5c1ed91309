import { formatTime } from '../records/time.ts';
import { type Draft, messageTypes, priorities, tiers } from '../services/messaging.ts';
import type { Args, Options } from './command.ts';

/** What can be set on any message that carries a text of one's own. */
export const MESSAGE_OPTIONS = {
  tier: { type: 'text', choices: tiers, summary: 'How long it may be; else chosen by its text' },
  priority: { type: 'text', choices: priorities, summary: 'How urgent it is (else medium)' },
  task: { type: 'text', placeholder: 'ID', summary: 'The task it is about' },
  cc: { type: 'texts', placeholder: 'NAMES', summary: 'Who else gets it' },
  artifact: { type: 'texts', placeholder: 'NAME', summary: 'An artifact it is about' },
  blocking: { type: 'flag', summary: 'You cannot go on until it is dealt with' },
  ack: { type: 'flag', summary: 'Ask to have it acknowledged' },
  expires: { type: 'duration', summary: 'For how long it is of any use' },
  'idempotency-key': {
    type: 'text',
    placeholder: 'KEY',
    summary: 'A second message with this key is not sent; the first result is told again',
  },
  file: { type: 'text', placeholder: 'FILE', summary: 'Take the text from a file' },
} as const satisfies Options;

export const TYPE_OPTION = {
  type: 'text',
  choices: messageTypes,
  placeholder: 'TYPE',
  summary: `What kind of message: ${messageTypes.join(', ')}`,
} as const;

export const BUDGET_OPTION = {
  type: 'number',
  summary: 'What an answer may cost, in tokens',
} as const;

/** The draft of a message as its options describe it, for a text. */
export function draftFrom(
  args: Args<readonly [], typeof MESSAGE_OPTIONS>,
  body: string,
  now: number,
): Omit<Draft, 'to'> {
  const { tier, priority, task, expires, idempotencyKey } = args;
  return {
    tier,
    priority,
    task,
    cc: namesIn(args.cc),
    artifacts: args.artifact,
    blocksProgress: args.blocking,
    ackRequired: args.ack,
    expires: expires === undefined ? undefined : formatTime(now + expires),
    idempotencyKey,
    body,
  };
}

/** `a,b` and `c` → the three names, each once. */
export function namesIn(lists: readonly string[]): string[] {
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
