/**
 * What a writer asks of the coordination repository. It is plain data, so that
 * it can wait in a hub's queue, be deposited on the remote, and be decided by
 * any process on any machine with the same outcome.
 */
export interface Request {
  /** A ULID made by the writer; also the id of the record that the request creates. */
  readonly id: string;
  /** Which decision answers it: `send`, `join`, `read`, … */
  readonly kind: string;
  /** The agent that asks. */
  readonly agent: string;
  /** RFC 3339 in UTC with milliseconds, by the writer's clock. */
  readonly at: string;
  /** Idempotency key: a second request of the same agent with the same key returns the first result. */
  readonly key?: string;
  /** Checked by the decision of its kind: it may come from another machine. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An honest no: told to the caller as a value, never thrown. */
export interface Refusal {
  /** Stable and kebab-case. */
  readonly code: string;
  readonly message: string;
  /** The next command to type. */
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What a granted request changes: the files of one commit, and its words. */
export interface Change {
  /** Path in the coordination repository → its new text; null deletes it. */
  readonly files: ReadonlyMap<string, string | null>;
  /** Path → the blob of content that the hub has stored already: too large to be handed around. */
  readonly stored?: ReadonlyMap<string, string>;
  /** The commit's subject, one line that reads as a sentence. */
  readonly subject: string;
  /** Id (or name) of the record this is about: the `Record:` trailer. */
  readonly record: string;
  /** The `Task:` trailer. */
  readonly task?: string;
  /** What the caller is told. */
  readonly result: Readonly<Record<string, unknown>>;
}

export type Decision =
  | { readonly granted: Change }
  | { readonly refused: Refusal }
  /** It is so already: nothing to commit. */
  | { readonly unneeded: Readonly<Record<string, unknown>> };
