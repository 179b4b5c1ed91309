import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Values } from './commands/argument-value.ts';
import { catalogue } from './commands/catalogue.ts';
import type { AnyCommand, Entry, Outcome } from './commands/command.ts';
import { problemOf, renderProblem, renderStack } from './commands/complaint.ts';
import type { Context } from './commands/context.ts';
import { eventLine, failureEnvelope, outcomeEnvelope } from './commands/envelope.ts';
import { plainArguments } from './commands/plain-arguments.ts';
import { asksForHelp, chooseVerb, findEntry, topic } from './commands/verb-choice.ts';
import { UsageError } from './errors.ts';
import { readInput, readTextFile } from './input.ts';
import { createIds } from './records/ids.ts';
import { type Output, openOutput } from './terminal.ts';

/** How long an interrupted verb may take to leave things in order. */
const GRACE = 1000;

/** Runs one command line; resolves to the exit code when all output is out. */
export async function main(
  argv: readonly string[],
  verbs: readonly Entry[] = catalogue,
): Promise<number> {
  const stop = new AbortController();
  const output = openOutput(argv, process.env, () => stop.abort());
  const interrupt = listenForInterrupt(() => {
    output.mute();
    stop.abort();
  });
  const code = await Promise.race([answer(argv, verbs, output, stop.signal), interrupt.overdue]);
  await output.flushed();
  return interrupt.end() ?? code;
}

/** 0 done · 1 an honest no · 2 could not do it. */
async function answer(
  argv: readonly string[],
  verbs: readonly Entry[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  let name: string | undefined;
  try {
    const { entry, words } = chosen(argv, verbs);
    name = entry.name;
    const command = await entry.load();
    const values = plainArguments(command, words) ?? (await parse(command, words));
    const context = createContext(command, values, output, signal);
    return tell(command, await command.run(context, values as never), output);
  } catch (error) {
    const problem = problemOf(error);
    if (output.json) output.result(failureEnvelope(name, problem));
    else output.aside((look) => renderProblem(problem, look));
    if (output.debug) output.aside(() => renderStack(error));
    return 2;
  }
}

// Hooks and scripts do without the parser: their words are plain.
async function parse(command: AnyCommand, words: readonly string[]): Promise<Values> {
  const { parseArguments } = await import('./commands/arguments.ts');
  return parseArguments(command, words);
}

/** The verb and its words, after `--help`, `--version` and nothing at all have become verbs. */
function chosen(argv: readonly string[], verbs: readonly Entry[]) {
  const json = argv.includes('--json') ? ['--json'] : [];
  if (asksForHelp(argv)) return { entry: own('help'), words: [...topic(argv, verbs), ...json] };
  const { entry, rest } = chooseVerb(argv, verbs);
  if (entry) return { entry, words: rest };
  const version = rest.some((word) => word === '--version' || word === '-v');
  return version ? { entry: own('version'), words: json } : { entry: own('help'), words: rest };
}

function own(name: 'help' | 'version'): Entry {
  const entry = findEntry(name, catalogue);
  if (!entry) throw new Error(`the catalogue lacks "${name}"`);
  return entry;
}

function tell(command: AnyCommand, outcome: Outcome<unknown>, output: Output): number {
  if (output.json) {
    // A verb that streams has said it all, unless it ends with a no.
    const isSaid = command.renderEvent !== undefined && outcome.ok && !outcome.whole;
    if (!isSaid) output.result(outcomeEnvelope(command.name, outcome));
    return outcome.ok ? 0 : 1;
  }
  const { data } = outcome;
  if (data !== undefined) output.result((look) => command.render(data, look));
  if (outcome.ok) return 0;
  output.aside((look) => renderProblem(outcome.refusal, look));
  return 1;
}

function createContext(
  command: AnyCommand,
  values: Values,
  output: Output,
  signal: AbortSignal,
): Context {
  const { env } = process;
  const now = () => Date.now();
  const cwd = folder(values['C']);
  return {
    cwd,
    get home() {
      const { COMM_NODE_HOME: own } = env;
      return own ? resolve(own) : join(homedir(), '.comm-node');
    },
    env,
    agent: text(values['agent']) ?? text(env['COMM_NODE_AGENT']),
    repository: text(values['repository']) ?? text(env['COMM_NODE_REPOSITORY']),
    now,
    ids: late(() => createIds(now)),
    stdin: {
      // Opening stdin costs; most verbs never ask.
      get isTTY() {
        return process.stdin.isTTY === true;
      },
      read: readInput,
    },
    readFile: (path) => readTextFile(cwd, path),
    progress: output.progress,
    notice: output.notice,
    emit: (event) =>
      output.result(
        output.json ? eventLine(event) : (look) => command.renderEvent?.(event, look) ?? '',
      ),
    signal,
  };
}

/** Makes ids from the first call on: most verbs need none, and asking the system for dice costs. */
function late(make: () => () => string): () => string {
  let next: (() => string) | undefined;
  return () => {
    next ??= make();
    return next();
  };
}

function folder(given: unknown): string {
  const path = resolve(text(given) ?? '.');
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new UsageError(`-C: there is no folder ${path}`, { data: { path } });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * After Ctrl-C a verb has a moment to leave things in order; what does not end
 * then is ended. A second Ctrl-C ends the process as if nobody listened.
 */
function listenForInterrupt(onInterrupt: () => void) {
  let code: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<number>((resolve) => {
    for (const [signal, exitCode] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
      process.once(signal, () => {
        code = exitCode;
        onInterrupt();
        timer = setTimeout(() => resolve(exitCode), GRACE);
        setTimeout(() => process.exit(exitCode), 2 * GRACE).unref();
      });
    }
  });
  /** The exit code of the signal, if one came. */
  const end = () => {
    clearTimeout(timer);
    return code;
  };
  return { overdue, end };
}
