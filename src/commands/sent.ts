import { visible } from '../records/visible.ts';
import { shortId } from '../services/finding.ts';
import type { Sent } from '../services/messaging.ts';
import type { Look } from './look.ts';

/** What the sender of a message is told. */
export function renderSent(sent: Sent, look: Look): string {
  const id = look.bold(shortId(sent.id));
  const to = sent.to.join(', ');
  if (sent.repeated) return `sent before as ${id}, with the same idempotency key\n`;
  if (sent.state === 'published') {
    return `sent ${id} to ${to} (${sent.tier}, about ${sent.tokens} ${sent.tokens === 1 ? 'token' : 'tokens'})\n`;
  }
  return `queued ${id} for ${to}: ${visible(sent.reason ?? 'the remote is out of reach')}\n  it leaves with the next command that reaches the remote, or with comm-node sync\n`;
}
