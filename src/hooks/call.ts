/** What the door knows of a call: the host's folder, its words, what it hands over. */
export interface HostCall {
  /** Where the host started it; absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The words after `hook`, later those after the host's name. */
  readonly words: readonly string[];
  /** All of standard input; it is read when it is asked for. */
  input(): string;
}

/** A call as hooks work with it. */
export interface HookCall extends HostCall {
  /** comm-node's folder on this machine. */
  readonly home: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** A new ULID. */
  ids(): string;
}

/** What the host is told: its own exit code, and words for it. */
export interface HookAnswer {
  readonly code: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** It may go on, and there is nothing to say. */
export const GO_ON: HookAnswer = { code: 0 };
