/** What a task is called in a tracker, and how it stands there. */
export interface Issue {
  readonly id: string;
  readonly title: string;
  readonly status: IssueStatus;
  /** 0 (critical) to 4 (some day). */
  readonly priority: number;
  readonly assignee?: string;
  readonly labels: readonly string[];
  /** Ids of the issues that block it, done or not. */
  readonly dependsOn: readonly string[];
  readonly description?: string;
  /** What must be true before it is done, as text. */
  readonly acceptance?: string;
}

/** `other`: deferred, pinned, or a word of the tracker's own: nothing that can be begun. */
export type IssueStatus = 'open' | 'in_progress' | 'blocked' | 'done' | 'other';

/** What a new issue, or a changed one, is to say. */
export interface Draft {
  readonly title: string;
  readonly description: string;
  readonly acceptance: string;
  readonly priority: number;
  readonly labels: readonly string[];
}

/** What a tracker holds, and how sure that is. */
export interface Listing {
  readonly issues: readonly Issue[];
  /** Those that the tracker says can be begun. */
  readonly ready: ReadonlySet<string>;
  /** Set when it was read from a file because the tracker itself could not be asked. */
  readonly fallback?: {
    readonly file: string;
    readonly ageMs: number;
    /** Whether the tracker keeps its truth elsewhere, so that the file may be behind. */
    readonly maybeStale: boolean;
    readonly why: string;
  };
}

/**
 * Where the list of tasks is kept. Every method answers with what the tracker holds afterwards,
 * checked against what was asked: an exit code proves nothing.
 * @throws TrackerError when the tracker refuses, hangs, or answers something else
 */
export interface Tracker {
  readonly kind: 'files' | 'beads';
  list(): Promise<Listing>;
  /** One issue; undefined when there is none of this id. */
  show(id: string): Promise<Issue | undefined>;
  /** @param key what the task is called here: made again, it is found by it */
  create(key: string, draft: Draft): Promise<Issue>;
  update(id: string, draft: Draft): Promise<Issue>;
  /** `id` cannot begin before `on` is done. */
  depend(id: string, on: string): Promise<void>;
  /** Gives it to an agent, whoever had it: who has it is decided elsewhere. */
  assign(id: string, agent: string): Promise<Issue>;
  /** Back to the queue, whatever it was, with nobody on it. */
  release(id: string): Promise<Issue>;
  block(id: string): Promise<Issue>;
  close(id: string, reason: string): Promise<Issue>;
}
