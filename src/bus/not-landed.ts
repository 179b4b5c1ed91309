import type { Answers } from './landing.ts';
import type { Answer, Entry } from './queue.ts';

/** For `putOff`: nothing has left this machine. */
export const NONE_SENT: ReadonlySet<string> = new Set();

/**
 * Out of reach: what may wait is queued, the rest fails and has changed nothing.
 * What even the state known here refuses (a name mistyped) is refused all the same.
 * @param decided what the state known here says
 * @param sent what may have reached the remote all the same, by id
 */
export function putOff(
  entries: readonly Entry[],
  reason: string,
  url: string,
  decided: Answers,
  sent: ReadonlySet<string>,
): Answers {
  const answers: Answers = new Map();
  for (const { request, deferrable } of entries) {
    const { id } = request;
    const known = decided.get(id);
    if (known && 'refused' in known) answers.set(id, known);
    else if (deferrable) answers.set(id, { queued: { reason } });
    else answers.set(id, offline(reason, url, sent.has(id) ? NOT_KNOWN : UNCHANGED));
  }
  return answers;
}

const NOT_KNOWN = 'whether it arrived is not known: run it again, which does no harm if it did';
const UNCHANGED =
  'this must be agreed with the others, so nothing was changed; run it again when the remote is back';

function offline(reason: string, url: string, hint: string): Answer {
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
