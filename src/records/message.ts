export const messageTypes = [
  'task_assignment',
  'artifact_ready',
  'completion',
  'question',
  'answer',
  'blocked',
  'help',
  'error',
  'ack',
  'budget_request',
  'budget_decision',
  'announcement',
  'order',
  'design_discussion',
] as const;
export const tiers = ['signal', 'coordination', 'detailed'] as const;
export const priorities = ['high', 'medium', 'low'] as const;

export type MessageType = (typeof messageTypes)[number];
export type Tier = (typeof tiers)[number];
export type Priority = (typeof priorities)[number];

/** A message: immutable, from one agent to others. The names are those of its frontmatter. */
export interface Message {
  /** ULID, made by the sender. */
  readonly id: string;
  readonly type: MessageType;
  readonly tier: Tier;
  readonly from: string;
  /** Agents, domains, `all`, `human`. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly task?: string;
  /** Id of the message that began the thread: its own, if it did. */
  readonly thread: string;
  readonly in_reply_to?: string;
  readonly priority: Priority;
  /** Names of artifacts, such as `api-contract.yaml`. */
  readonly artifacts: readonly string[];
  readonly blocks_progress: boolean;
  readonly ack_required: boolean;
  /** What an answer may cost, in tokens. */
  readonly token_budget?: number;
  /** What the body costs to read, in estimated tokens. */
  readonly tokens: number;
  /** RFC 3339 in UTC with milliseconds, by the sender's clock. */
  readonly created: string;
  readonly expires?: string;
  /** Idempotency key of the request that made it. */
  readonly key?: string;
  readonly body: string;
}
