import type { Message } from '../records/message.ts';
import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import { type DigestRow, shortId } from '../services/finding.ts';
import type { Look } from './look.ts';

const PRIORITY = { high: ' [!]', medium: '', low: ' [-]' } as const;

/** One line of a list: what it is, from whom, how old, and what it asks of the reader. */
export function renderRow(row: DigestRow, look: Look, indent = '  '): string {
  const { from, type, task, blocks_progress, ack_required } = row;
  const marks = [blocks_progress && 'blocks progress', ack_required && 'ack required'];
  const asked = marks.filter(Boolean).join(', ');
  const about = `${from} ${type}${task === undefined ? '' : ` ${task}`}${PRIORITY[row.priority]}`;
  const tail = asked === '' ? '' : ` (${asked})`;
  const age = look.dim(briefAge(row.created, look.now));
  return `${indent}${look.bold(row.short)} ${age} ${about}: ${visible(row.summary)}${tail}\n`;
}

/** Everything that its frontmatter says to a reader, on one line. */
export function renderHeader(message: Message, look: Look): string {
  const { id, type, from, to, cc, task, token_budget: budget, expires } = message;
  const facts = [
    `${from} → ${[...to, ...cc.map((name) => `cc ${name}`)].join(', ')}`,
    briefAge(message.created, look.now),
    PRIORITY[message.priority].trim(),
    task,
    message.in_reply_to === undefined ? '' : `re ${shortId(message.in_reply_to)}`,
    ...message.artifacts.map((name) => `📄${name}`),
    message.blocks_progress ? 'blocks progress' : '',
    message.ack_required ? 'ack required' : '',
    budget === undefined ? '' : `answer within ${budget} tokens`,
    expires === undefined ? '' : `expires ${expires}`,
  ];
  const line = [`${shortId(id)} ${type}`, ...facts].filter(Boolean).join(' · ');
  return look.bold(visible(line));
}

/** The text, each line set in, so that none of it can pass for a line of ours. */
export function renderBody(body: string, indent = '  '): string {
  return visible(body).replace(/^(?=[^\n])/gm, indent);
}

/** How long ago, in one unit. */
export function briefAge(created: string, now: number): string {
  const ms = now - Date.parse(created);
  return ms < 1000 ? 'just now' : `${formatDuration(ms).split(' ')[0]} ago`;
}
