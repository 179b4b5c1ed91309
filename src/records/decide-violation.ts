import * as v from 'valibot';
import { violationPath } from './paths.ts';
import type { Decision, Request } from './request.ts';
import { projectRefusal } from './roster.ts';
import { checkPayload } from './schema.ts';
import type { State } from './state.ts';
import type { Violation } from './violation.ts';
import { formatViolation, VIOLATION_FIELDS } from './violation-file.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.object({
  ...VIOLATION_FIELDS,
  body: v.optional(v.string('text, for example "src/db belongs to db"'), ''),
});
const MAX_SHOWN = 2;
const MAX_SUBJECT = 120;
// What an agent was told is a sentence or two; a report of thousands of files is none.
const MAX_BODY = 4000;
const MAX_PATHS = 100;

/**
 * Records that the rules refused something, or were passed by. Payload: the fields of a violation.
 * Whoever did it need not have joined: a server sees commits of anybody. Result {id}.
 */
export function decideViolation(state: State, request: Request): Decision {
  const refusal = projectRefusal(state);
  if (refusal !== undefined) return { refused: refusal };
  const checked = checkPayload(PAYLOAD, 'violation', request.payload);
  if ('refused' in checked) return checked;
  const { id, agent, at: created } = request;
  const { body, paths, ...fields } = checked.payload;
  const violation: Violation = {
    id,
    agent,
    ...fields,
    paths: paths.slice(0, MAX_PATHS),
    created,
    body: cut(body),
  };
  return {
    granted: {
      files: new Map([[violationPath(id), formatViolation(violation)]]),
      subject: subjectOf({ ...violation, paths }),
      record: id,
      ...(violation.task === undefined ? {} : { task: violation.task }),
      result: { id },
    },
  };
}

function subjectOf({ agent, rule, outcome, paths, place }: Violation): string {
  const more = paths.length > MAX_SHOWN ? ` +${paths.length - MAX_SHOWN}` : '';
  const what = paths.length > 0 ? ` ${paths.slice(0, MAX_SHOWN).join(', ')}${more}` : '';
  const did = outcome === 'refused' ? 'was refused' : 'passed by the rules with';
  return oneLine(`violation: ${agent} ${did}${what || ` a ${place}`} (${rule})`, MAX_SUBJECT);
}

// Text that cannot be stored must not lose the record: it is only words.
function cut(body: string): string {
  return body.replace(/[\0\p{Cs}]/gu, '').slice(0, MAX_BODY);
}
