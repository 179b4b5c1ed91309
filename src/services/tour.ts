import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Playground, type Program } from '../bus/playground.ts';
import { CommError } from '../errors.ts';
import type { TrackerKind } from '../records/task.ts';
import { typed } from './typed.ts';

/** What the tour shows, in the order in which it happens. */
export type TourEvent =
  | { readonly folder: string }
  | { readonly section: string; readonly text: string }
  | { readonly text: string }
  /** A file that somebody has written. */
  | { readonly file: string; readonly content: string }
  /** One command: where it was run, as one would type it, and what it printed. */
  | {
      readonly place: string;
      readonly command: string;
      readonly exit_code: number;
      readonly output: string;
    };

export interface TourOptions {
  /** Where to play, as typed; undefined: in a new temporary folder. */
  readonly folder: string | undefined;
  readonly cwd: string;
  /** A word that no other tour has. */
  readonly name: string;
  /** What keeps the list of tasks: a real `bd`, if it is to be Beads. */
  readonly tracker: TrackerKind;
  readonly signal: AbortSignal;
  emit(event: TourEvent): void;
}

/** What the script of the tour is written with. */
export interface Guide {
  readonly tracker: TrackerKind;
  section(title: string, text: string): void;
  say(text: string): void;
  write(file: string, content: string): Promise<void>;
  /** Adds to the end of a file. */
  append(file: string, content: string): Promise<void>;
  /**
   * Runs a command of `comm-node` in a folder of the tour and shows it.
   * @param expected the exit code that belongs to the story
   * @returns what it printed
   * @throws CommError `demo-failed` at any other
   */
  comm(place: string, args: readonly string[], expected?: number): Promise<string>;
  git(place: string, args: readonly string[], expected?: number): Promise<string>;
  bd(place: string, args: readonly string[]): Promise<string>;
  /** As `comm`, with something handed to it as JSON: what a host asks its hooks. */
  ask(place: string, args: readonly string[], input: object): Promise<string>;
}

export type Script = (guide: Guide) => Promise<void>;

/**
 * Plays a script with real programs in a folder of its own.
 * @returns the folder, and whether it came to its end
 */
export async function playTour(
  script: Script,
  options: TourOptions,
): Promise<{ playground: Playground; ended: boolean }> {
  const { folder, cwd, name, signal, emit } = options;
  const path = folder === undefined ? join(tmpdir(), `comm-node-demo-${name}`) : folder;
  const playground = await Playground.open(resolve(cwd, path));
  emit({ folder: playground.folder });
  try {
    await script(guideOf(playground, options));
    return { playground, ended: true };
  } catch (error) {
    // Whoever stops the tour has seen enough: that is no failure.
    if (signal.aborted) return { playground, ended: false };
    throw error;
  }
}

function guideOf(playground: Playground, { tracker, signal, emit }: TourOptions): Guide {
  const run = async (
    place: string,
    program: Program,
    args: readonly string[],
    expected: number,
    input?: string,
  ): Promise<string> => {
    signal.throwIfAborted();
    const { code, output } = await playground.run(place, program, args, signal, input);
    signal.throwIfAborted();
    const line = typed([program, ...args]);
    const command = input === undefined ? line : `${typed(['echo', input])} | ${line}`;
    emit({ place, command, exit_code: code, output });
    if (code !== expected) throw failed(place, command, code, expected, output);
    return output;
  };
  return {
    tracker,
    section: (title, text) => emit({ section: title, text }),
    say: (text) => emit({ text }),
    async write(file, content) {
      await playground.write(file, content);
      emit({ file, content });
    },
    async append(file, content) {
      await playground.append(file, content);
      emit({ file, content });
    },
    comm: (place, args, expected = 0) => run(place, 'comm-node', args, expected),
    git: (place, args, expected = 0) => run(place, 'git', args, expected),
    bd: (place, args) => run(place, 'bd', args, 0),
    ask: (place, args, input) => run(place, 'comm-node', args, 0, JSON.stringify(input)),
  };
}

function failed(place: string, command: string, code: number, expected: number, output: string) {
  return new CommError(
    'demo-failed',
    `the demo stopped: in ${place}, "${command}" ended with exit code ${code}, not ${expected}`,
    {
      hint: 'what it printed stands above; comm-node doctor in that folder may know more',
      data: { place, command, exit_code: code, output },
    },
  );
}
