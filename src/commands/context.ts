/** Everything a command may touch. Plain values and functions, so that a test is a function call. */
export interface Context {
  /** Where the command works: the current folder, or `-C DIR`. Absolute. */
  readonly cwd: string;
  /** Where comm-node keeps its hubs on this machine: `COMM_NODE_HOME`, else `~/.comm-node`. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--agent`, else `COMM_NODE_AGENT`; the worktree's own identity is looked up by whoever needs it. */
  readonly agent: string | undefined;
  /** `--repository`, else `COMM_NODE_REPOSITORY`. */
  readonly repository: string | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** A new ULID, greater than every earlier one of this process. */
  ids(): string;
  readonly stdin: Input;
  /** A file that the user named, as text; a UsageError when it cannot be read. */
  readFile(path: string): Promise<string>;
  /** What is going on, while it goes on; nothing that must be read. */
  progress(text: string): void;
  /** Something to know that is not the result; on stderr, unless `--quiet`. */
  notice(text: string): void;
  /** One event of a verb that streams. */
  emit(event: unknown): void;
  /** Aborted by Ctrl-C, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
}

export interface Input {
  /** Whether a person is at the keyboard. */
  readonly isTTY: boolean;
  /** All of standard input as text. */
  read(): Promise<string>;
}
