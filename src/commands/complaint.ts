import { CommError } from '../errors.ts';
import type { Refusal } from '../records/request.ts';
import { visible } from '../records/visible.ts';
import type { Look } from './look.ts';

/** What went wrong, in a form that people and programs can be told. */
export type Problem = Refusal;

/** Any thrown value as a problem; what comm-node did not foresee is its own bug. */
export function problemOf(error: unknown): Problem {
  if (error instanceof CommError) return error.toJSON();
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `unexpected: ${message}`,
    hint: 'this is a bug in comm-node: please report it, with what the same command prints with --debug',
  };
}

/** `error: …` and `hint: …`; texts may come from other people's records. */
export function renderProblem({ message, hint }: Problem, look: Look): string {
  const told = `${look.red('error:')} ${visible(message)}\n`;
  return hint === undefined ? told : `${told}${look.cyan('hint:')} ${visible(hint)}\n`;
}

/** The stack of an error and of its causes, for `--debug`. */
export function renderStack(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause === undefined ? '' : `caused by:\n${renderStack(error.cause)}`;
  return `${visible(error.stack ?? error.message)}\n${cause}`;
}
