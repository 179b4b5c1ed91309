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
  const out = openStream(process.stdout, env, onClosed);
  const err = openStream(process.stderr, env, () => {});
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
      else if (!quiet && process.stderr.isTTY) line.show(text);
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

function openStream(stream: NodeJS.WriteStream, env: Env, onClosed: () => void) {
  let open = true;
  let written: Promise<void> = Promise.resolve();
  // A reader that has seen enough (`| head`) is no error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
    onClosed();
  });
  return {
    write(text: Text): void {
      const shown = typeof text === 'string' ? text : text(lookOf(stream, env));
      if (!open || shown === '') return;
      written = new Promise((resolve) => {
        stream.write(shown, () => resolve());
      });
    },
    mute() {
      open = false;
    },
    flushed: () => written,
  };
}

function lookOf(stream: NodeJS.WriteStream, env: Env): Look {
  return lookFor({
    colour: wantsColour(env, stream.isTTY === true),
    columns: stream.isTTY ? stream.columns : undefined,
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
