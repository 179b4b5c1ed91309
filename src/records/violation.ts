/** What became of an attempt that the rules refuse. */
export const violationOutcomes = ['refused', 'bypassed'] as const;

/**
 * An attempt that the rules refuse: a path of somebody else, a path under another's lock, an import,
 * work while there is a pause, a lock broken by force. Immutable.
 */
export interface Violation {
  readonly id: string;
  /** Who tried. */
  readonly agent: string;
  /** The rule: `scope`, `lock`, `imports`, `pause`, `force`. */
  readonly rule: string;
  /** `refused`: it did not happen; `bypassed`: it was seen when it had. */
  readonly outcome: (typeof violationOutcomes)[number];
  /** Where it was seen: `edit`, `bash`, `audit`, `commit`, `push`, `receive`, `unlock`. */
  readonly place: string;
  readonly repo?: string;
  readonly paths: readonly string[];
  /** Whose the paths are: a domain, or the holder of the lock. */
  readonly owner?: string;
  /** The id of the lock. */
  readonly lock?: string;
  readonly task?: string;
  /** The commit of the domain repository that has it. */
  readonly commit?: string;
  /** RFC 3339. */
  readonly created: string;
  /** What the agent was told. */
  readonly body: string;
}
