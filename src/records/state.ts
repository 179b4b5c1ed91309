import type { Agent } from './agent.ts';
import type { Artifact } from './artifact.ts';
import type { Ledger } from './ledger.ts';
import type { LiveRecord, Malformed } from './live-record.ts';
import type { Project } from './project.ts';
import type { Task } from './task.ts';

/**
 * What decisions are made on: the fold of one commit of the coordination
 * repository. Messages themselves are not in it (there may be 100 000); what a
 * decision needs of them it asks for.
 */
export interface State {
  /** The commit this is the fold of; undefined in an empty repository. */
  readonly commit: string | undefined;
  /** The settings of `comm-node.toml`; undefined before `init`. */
  readonly project: Project | undefined;
  /** The text of `comm-node.toml`, for changes that must keep its comments. */
  readonly projectText: string;
  readonly agents: ReadonlyMap<string, Agent>;
  /** `domain/name` → the newest version of the artifact. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly tasks: ReadonlyMap<string, Task>;
  /** What is kept whole beside tasks and artifacts: agents, locks, orders, plans, kickoffs… by path. */
  readonly live: ReadonlyMap<string, LiveRecord>;
  readonly malformed: readonly Malformed[];
  /** The record at a path, if it is in `live`, a task or an artifact. */
  recordAt(path: string): LiveRecord | undefined;
  /** The id of the record that `agent` published under this idempotency key, if any. */
  published(agent: string, key: string): string | undefined;
  /** Paths of all messages, receipts and violations in the tree of `commit`. */
  datedPaths(): Promise<readonly string[]>;
  /** All budgets. It follows the state as that moves on. */
  ledger(): Promise<Ledger>;
}
