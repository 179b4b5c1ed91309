import type { LiveRecord, Malformed } from '../records/live-record.ts';
import type { OpenQuestion } from '../records/open-question.ts';
import type { Domain, Project } from '../records/project.ts';
import type { Violation } from '../records/violation.ts';

/** What readers need of `comm-node.toml`. */
export interface Settings
  extends Pick<
    Project,
    'name' | 'keepDays' | 'keepRecords' | 'clockSkewMs' | 'silentMs' | 'stuckMs'
  > {
  readonly domains: Readonly<Record<string, Domain>>;
}

/** The state of one commit as plain data: what the index keeps. */
export interface Snapshot {
  readonly commit: string | undefined;
  readonly projectText: string;
  /** Absent before `init`. */
  readonly settings?: Settings;
  /** All but those of the big rooms. */
  readonly live: readonly LiveRecord[];
  readonly malformed: readonly Malformed[];
  /** Messages, receipts and violations in the tree, counted by their day (`2026-11-22`). */
  readonly days: Readonly<Record<string, number>>;
  /** The latest ones, oldest first. */
  readonly violations: readonly Violation[];
  /** Questions that nobody has answered, oldest first, and answers that came before their question. */
  readonly questions: readonly OpenQuestion[];
  readonly early: readonly string[];
}

export const emptySnapshot: Snapshot = {
  commit: undefined,
  projectText: '',
  live: [],
  malformed: [],
  days: {},
  violations: [],
  questions: [],
  early: [],
};
