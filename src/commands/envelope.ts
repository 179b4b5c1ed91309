import type { Outcome } from './command.ts';
import type { Problem } from './complaint.ts';

/** The one document of `--json` for an outcome. A refusal that has data of its own shows it as well. */
export function outcomeEnvelope(command: string, outcome: Outcome<unknown>): string {
  if (outcome.ok) return json({ ok: true, command, data: outcome.data });
  const { refusal, data } = outcome;
  return json({
    ok: false,
    command,
    ...(data === undefined ? {} : { data }),
    error: error(refusal),
  });
}

/** The one document of `--json` for a failure. */
export function failureEnvelope(command: string | undefined, failure: Problem): string {
  return json({ ok: false, command: command ?? null, error: error(failure) });
}

/** One line of NDJSON. */
export function eventLine(event: unknown): string {
  return json(event);
}

function error({ code, message, hint, data = {} }: Problem) {
  return { code, message, hint: hint ?? null, data };
}

/** What a terminal could act upon is escaped, as JSON allows; JSON.stringify leaves it. */
function json(value: unknown): string {
  const text = JSON.stringify(value).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
