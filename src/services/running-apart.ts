import { runProgram, thisProgram } from '../programs/run-program.ts';
import type { Surroundings } from './session.ts';

/** How a verb ended that ran in a process of its own. */
export interface RunApart {
  /** The data of its answer; undefined when it gave none, because it was killed or ran out of memory. */
  readonly data?: unknown;
  /** Why it did not do it, as it said. */
  readonly refusal?: string;
  readonly timedOut: boolean;
}

/** What such a process may take of memory, in MiB. */
const MEMORY_MB = 1024;

/**
 * Runs a verb of comm-node as a process of its own, with a limit of time and of memory: what a
 * document costs is up to whoever wrote it.
 * @param limits milliseconds, and how many bytes of an answer are waited for
 */
export async function runApart(
  { cwd }: Surroundings,
  words: readonly string[],
  limits: { readonly timeoutMs: number; readonly keepBytes?: number },
): Promise<RunApart> {
  const { command, args } = thisProgram();
  const memory = `--max-old-space-size=${MEMORY_MB}`;
  const ended = await runProgram([command, memory, ...args, ...words, '--json'], {
    cwd,
    ...limits,
  });
  if (ended.timedOut) return { timedOut: true };
  const answer = answerOf(ended.stdout);
  return {
    data: answer?.data,
    ...(answer?.error ? { refusal: answer.error.message } : {}),
    timedOut: false,
  };
}

interface Answer {
  readonly data?: unknown;
  readonly error?: { readonly message: string };
}

function answerOf(stdout: string): Answer | undefined {
  try {
    return JSON.parse(stdout) as Answer;
  } catch {
    return undefined;
  }
}
