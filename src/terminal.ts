import { fstatSync, writeSync } from 'node:fs';
import { type Look, lookFor, wantsColour } from './commands/look.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Text = string | ((look: Look) => string);

/** Where a run prints: the result on stdout, everything else on stderr. */
export interface Output {
  readonly json: boolean;
  readonly debug: boolean;
  /** The result, or a piece of it. */
  result(text: Text): void;
  /** Errors and hints: shown even with `--quiet`. */
  aside(text: Text): void;
  notice(text: string): void;
  progress(text: string): void;
  /** From now on nothing is printed any more. */
  mute(): void;
  /** Resolves when everything is written, or nobody reads it any more. */
  flushed(): Promise<void>;
}

/** Opens the process's streams. The flags are read off the bare words: the line itself may be wrong. */
export function openOutput(argv: readonly string[], env: Env, onClosed: () => void): Output {
  const has = (...flags: string[]) => ownWords(argv).some((word) => flags.includes(word));
  const quiet = has('--quiet', '-q');
  const verbose = has('--verbose');
  const out = openStream('stdout', env, onClosed);
  const err = openStream('stderr', env, () => {});
  const line = openProgressLine(err.write);
  return {
    json: has('--json'),
    debug: has('--debug'),
    result(text) {
      line.clear();
      out.write(text);
    },
    aside(text) {
      line.clear();
      err.write(text);
    },
    notice(text) {
      if (quiet) return;
      line.clear();
      err.write(`${text}\n`);
    },
    progress(text) {
      if (verbose) err.write(`${text}\n`);
      else if (!quiet && err.isTTY()) line.show(text);
    },
    mute() {
      line.clear();
      out.mute();
      err.mute();
    },
    async flushed() {
      line.clear();
      await Promise.all([out.flushed(), err.flushed()]);
    },
  };
}

function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end < 0 ? argv : argv.slice(0, end);
}

const descriptors = { stdout: 1, stderr: 2 } as const;

/**
 * Writes to a descriptor directly while that works: opening Node's stream loads half of its
 * network, 10 ms of a run. The stream is opened for a terminal, which has a width, and for a
 * pipe that cannot take more at the moment.
 */
function openStream(name: 'stdout' | 'stderr', env: Env, onClosed: () => void) {
  const fd = descriptors[name];
  let open = true;
  let written: Promise<void> = Promise.resolve();
  let stream: NodeJS.WriteStream | undefined;
  const close = () => {
    open = false;
    onClosed();
  };
  const opened = () => {
    stream ??= openLate(process[name], close);
    return stream;
  };
  const terminal = () => (mayBeTerminal(fd) && opened().isTTY ? opened() : undefined);
  return {
    isTTY: () => terminal() !== undefined,
    write(text: Text): void {
      if (!open) return;
      const shown = typeof text === 'string' ? text : text(lookOf(terminal(), env));
      const rest = stream ? Buffer.from(shown) : writeDirectly(fd, shown, close);
      if (rest.length === 0) return;
      written = new Promise((resolve) => {
        opened().write(rest, () => resolve());
      });
    },
    mute() {
      open = false;
    },
    flushed: () => written,
  };
}

function openLate(stream: NodeJS.WriteStream, close: () => void): NodeJS.WriteStream {
  // A reader that has seen enough (`| head`) is no error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    close();
  });
  return stream;
}

/** Writes as much as goes at once; returns what is left. */
function writeDirectly(fd: number, text: string, close: () => void): Buffer {
  const data = Buffer.from(text);
  try {
    for (let at = 0; at < data.length; ) {
      const rest = data.subarray(at);
      try {
        at += writeSync(fd, rest);
      } catch (error) {
        if (errorCode(error) === 'EAGAIN') return rest;
        throw error;
      }
    }
  } catch (error) {
    if (errorCode(error) !== 'EPIPE') throw error;
    close();
  }
  return Buffer.alloc(0);
}

function mayBeTerminal(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function lookOf(stream: NodeJS.WriteStream | undefined, env: Env): Look {
  return lookFor({
    colour: wantsColour(env, stream?.isTTY === true),
    columns: stream?.isTTY ? stream.columns : undefined,
    now: Date.now(),
  });
}

/** One line that is written over and over, and gone when something else is printed. */
function openProgressLine(write: (text: string) => void) {
  let shown = false;
  return {
    show(text: string) {
      shown = true;
      write(`\r\u001b[K${text}`);
    },
    clear() {
      if (shown) write('\r\u001b[K');
      shown = false;
    },
  };
}
