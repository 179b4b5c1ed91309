import type { Answers } from './landing.ts';
import type { Answer, Entry } from './queue.ts';

/**
 * Out of reach: what may wait is queued, the rest fails and has changed nothing.
 * What even the state known here refuses (a name mistyped) is refused all the same.
 * @param decided what the state known here says
 * @param wasSent whether the connection broke only while it was being pushed
 */
export function putOff(
  entries: readonly Entry[],
  reason: string,
  url: string,
  decided: Answers,
  wasSent: boolean,
): Answers {
  const answers: Answers = new Map();
  for (const { request, deferrable } of entries) {
    const known = decided.get(request.id);
    if (known && 'refused' in known) answers.set(request.id, known);
    else
      answers.set(request.id, deferrable ? { queued: { reason } } : offline(reason, url, wasSent));
  }
  return answers;
}

function offline(reason: string, url: string, wasSent: boolean): Answer {
  const hint = wasSent
    ? 'whether it arrived is not known: run it again, which does no harm if it did'
    : 'this must be agreed with the others, so nothing was changed; run it again when the remote is back';
  return {
    failed: { code: 'offline', message: `cannot reach ${url}: ${reason}`, hint, data: { reason } },
  };
}

/** The remote's hook refused; `message` is what it said. */
export function declined(message: string): Answer {
  return {
    failed: {
      code: 'push-declined',
      message: `a hook of the coordination repository refused the push: ${message}`,
      hint: 'ask whoever runs the remote; nothing was published',
      data: { remote: message },
    },
  };
}
