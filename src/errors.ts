/** What an error carries beside its message. */
export interface ErrorDetails {
  /** The next command to type, or what to change. */
  hint?: string;
  /** Facts for programs: paths, names, exit codes. */
  data?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * A failure that comm-node understands. An expected "no" (a lock is held, a
 * recipient is unknown) is a value, not one of these.
 */
export class CommError extends Error {
  /** Stable and kebab-case: scripts branch on it. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly data: Record<string, unknown>;
  /** Whether the same command may succeed later, unchanged. */
  readonly retry: boolean = false;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint;
    this.data = details.data ?? {};
  }

  /** The `error` member of the `--json` envelope. */
  toJSON(): { code: string; message: string; hint?: string; data: Record<string, unknown> } {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      data: this.data,
    };
  }
}

/** The command line was wrong. */
export class UsageError extends CommError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('usage', message, details);
  }
}

/** A configuration file or an identity is missing or wrong. */
export class ConfigError extends CommError {
  constructor(message: string, details: ErrorDetails & { code?: string } = {}) {
    super(details.code ?? 'config', message, details);
  }
}

/** Where a record is wrong, and what a right one looks like. */
export interface RecordFault {
  file: string;
  line: number;
  expected: string;
  example: string;
  /** What stood there, cut short. */
  found: string;
}

/** A record that cannot be read: names the file, the line, what was expected, an example, what came. */
export class RecordError extends CommError {
  readonly fault: RecordFault;

  constructor(fault: RecordFault) {
    const where = `${fault.file}:${fault.line}`;
    super(
      'record',
      `${where}: expected ${fault.expected}, for example ${fault.example}; found ${fault.found}`,
      {
        data: { ...fault },
      },
    );
    this.fault = fault;
  }
}

/** Git itself failed. */
export class GitError extends CommError {
  constructor(message: string, details: ErrorDetails & { code?: string } = {}) {
    super(details.code ?? 'git', message, details);
  }
}

/** Somebody else was first, again and again. */
export class ConflictError extends CommError {
  override readonly retry = true;

  constructor(message: string, details: ErrorDetails = {}) {
    super('conflict', message, details);
  }
}

/** The remote is out of reach, and what was asked needs it. */
export class OfflineError extends CommError {
  override readonly retry = true;

  constructor(message: string, details: ErrorDetails = {}) {
    super('offline', message, details);
  }
}
