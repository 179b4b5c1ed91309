import type { Agent } from './agent.ts';
import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';
import type { OpenQuestion } from './open-question.ts';
import { isHere } from './roster.ts';

/** How the work on a plan begins: who is expected, who has come, started or not. */
export interface Kickoff {
  /** The name of the plan. */
  readonly name: string;
  readonly opened_by: string;
  readonly opened: string;
  /** Agents and domains; any agent of a domain answers for it. */
  readonly expect: readonly string[];
  /** The version of the plan that they are asked about; absent for a plan that is not kept here. */
  readonly plan_version?: number;
  readonly accepted: readonly string[];
  /** Agents that object; the reason is in their message. */
  readonly objected: readonly string[];
  /** Those that nobody expected, or that came after the start. */
  readonly late: readonly string[];
  readonly started?: string;
  readonly started_by?: string;
  /** The human did not wait for all. */
  readonly forced?: boolean;
  readonly extra: Fields;
  /** What it is about. */
  readonly body: string;
}

/** The fields of the record, in the order in which they are written. */
export const KICKOFF_KEYS: readonly string[] = [
  'name',
  'opened_by',
  'opened',
  'expect',
  'plan_version',
  'accepted',
  'objected',
  'late',
  'started',
  'started_by',
  'forced',
];

/** The kickoff that a record of the state keeps; undefined if the record is something else. */
export function kickoffOf({ path, fields, body }: LiveRecord): Kickoff | undefined {
  if (!path.startsWith('kickoff/')) return undefined;
  const kickoff: Record<string, unknown> = { accepted: [], objected: [], late: [], body };
  const extra: Record<string, unknown> = {};
  for (const key in fields) {
    if (fields[key] === undefined || key === 'schema') continue;
    if (KICKOFF_KEYS.includes(key)) kickoff[key] = fields[key];
    else extra[key] = fields[key];
  }
  return { ...kickoff, extra } as unknown as Kickoff;
}

/** All kickoffs of a state. */
export function kickoffsIn(live: ReadonlyMap<string, LiveRecord>): Kickoff[] {
  return [...live.values()].flatMap((record) => kickoffOf(record) ?? []);
}

/** What an objection says: its message, and the line that stands for it. */
export function objectionText(agent: string, name: string, why: string): string {
  return `${agent} objects to ${name}: ${why}`;
}

/** The reason, if a question is an objection to the kickoff: it is settled there, and not answered. */
export function objectionTo(
  { name }: Pick<Kickoff, 'name'>,
  { type, from, summary }: Pick<OpenQuestion, 'type' | 'from' | 'summary'>,
): string | undefined {
  const start = objectionText(from, name, '');
  return type === 'blocked' && summary.startsWith(start) ? summary.slice(start.length) : undefined;
}

/** Those of whom an answer is still expected. */
export function awaited(
  { expect, accepted }: Kickoff,
  agents: ReadonlyMap<string, Agent>,
): string[] {
  return expect.filter(
    (name) => !accepted.some((one) => one === name || agents.get(one)?.domain === name),
  );
}

/** Whether an agent is one of those who are expected. */
export function isExpected({ expect }: Kickoff, agent: Agent): boolean {
  return (
    expect.includes(agent.name) || (agent.domain !== undefined && expect.includes(agent.domain))
  );
}

/** Which of the expected are registered now. */
export function present({ expect }: Kickoff, agents: ReadonlyMap<string, Agent>): string[] {
  const here = [...agents.values()].filter(isHere);
  return expect.filter((name) => here.some((one) => one.name === name || one.domain === name));
}
