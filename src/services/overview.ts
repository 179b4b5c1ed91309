import { unreadOf } from '../bus/mailbox.ts';
import type { Malformed } from '../records/live-record.ts';
import type { Violation } from '../records/violation.ts';
import { ringsOf, type WaitsOn } from '../records/waiting.ts';
import { type AsOf, asOf } from './as-of.ts';
import { finishBegun } from './finishing-begun.ts';
import { type Halted, haltedAgents } from './orders.ts';
import { receiptsUnderWay } from './reading.ts';
import { type Surroundings, withReader } from './session.ts';
import { violationsUnderWay } from './violations.ts';
import { waitingIn } from './waits.ts';

export interface AgentStatus {
  readonly name: string;
  readonly domain: string | null;
  readonly role: string | null;
  readonly repo: string | null;
  /** When it was last heard, RFC 3339; null when never. */
  readonly last_seen: string | null;
  readonly silent_seconds: number | null;
  readonly unread: number;
  readonly left: boolean;
}

export interface Status {
  readonly project: string | null;
  readonly repository: string;
  readonly hub: { readonly path: string; readonly lane: 'in-place' | 'push' };
  readonly agent: string | null;
  readonly agents: readonly AgentStatus[];
  /** Requests of this machine that have not left it. */
  readonly queued: readonly { id: string; kind: string; agent: string; at: string }[];
  /** Requests that were refused after their maker had gone. */
  readonly refused: readonly { id: string; kind: string; agent: string; message: string }[];
  readonly malformed: readonly Malformed[];
  /** What the rules refused, or did not prevent: the latest, also those that have not left here. */
  readonly violations: readonly Violation[];
  /** Agents that are paused or stopped, and by which order. */
  readonly halted: readonly Halted[];
  /** Who waits on whom, and the rings of agents that wait for one another. */
  readonly waiting: readonly WaitsOn[];
  readonly rings: readonly (readonly string[])[];
  /** Messages, receipts and violations in the tree; older ones are in the history. */
  readonly records: number;
  readonly as_of: AsOf;
}

/** Everything at a glance, from what this machine has. */
export function readStatus(place: Surroundings): Promise<Status> {
  return withReader(place, async (bus, agent) => {
    await finishBegun({ bus, place });
    const view = await bus.view();
    const beats = await bus.lastHeard();
    const underWay = await receiptsUnderWay(bus);
    const agents: AgentStatus[] = [];
    for (const known of view.fold.agents.values()) {
      const seen = beats.get(known.name);
      const { count } = await unreadOf(view, known, 0, underWay);
      agents.push({
        name: known.name,
        domain: known.domain ?? null,
        role: known.role ?? null,
        repo: known.repo ?? null,
        last_seen: seen === undefined ? null : new Date(seen).toISOString(),
        silent_seconds:
          seen === undefined ? null : Math.max(0, Math.round((place.now() - seen) / 1000)),
        unread: count,
        left: known.left !== undefined,
      });
    }
    const waiting = waitingIn(view, place.now());
    return {
      project: view.fold.settings?.name ?? null,
      repository: bus.hub.url,
      hub: { path: bus.hub.gitDir, lane: bus.hub.lane },
      agent: agent ?? null,
      agents: agents.sort((a, b) => (a.name < b.name ? -1 : 1)),
      queued: (await bus.waiting()).map(({ request: { id, kind, agent: by, at } }) => ({
        id,
        kind,
        agent: by,
        at,
      })),
      refused: (await bus.refused()).map(({ entry, answer }) => ({
        id: entry.request.id,
        kind: entry.request.kind,
        agent: entry.request.agent,
        message: 'refused' in answer ? answer.refused.message : 'failed',
      })),
      malformed: view.fold.malformed,
      violations: [...view.fold.violations, ...(await violationsUnderWay(bus))],
      halted: haltedAgents(view),
      waiting,
      rings: ringsOf(waiting),
      records: [...view.fold.days.values()].reduce((sum, n) => sum + n, 0),
      as_of: await asOf(bus, view),
    };
  });
}

/** Sends what waits here and fetches what others sent. */
export function synchronise(place: Surroundings) {
  return withReader(place, async (bus, agent) => {
    if (agent !== undefined) await bus.beat(agent);
    const before = await bus.view();
    const refusedBefore = (await bus.refused()).length;
    const received = await bus.receive();
    const refused = (await bus.refused()).length - refusedBefore;
    const view = await bus.view();
    const known = agent === undefined ? undefined : view.fold.agents.get(agent);
    const news = await bus.commitsSince(before.fold.commit);
    return {
      sent: Math.max(0, received.sent - refused),
      /** Queued ones that were refused now that they could be decided. */
      refused,
      queued: received.kept,
      commits: news,
      unread: known ? (await unreadOf(view, known, 0)).count : null,
      offline: received.offline ?? null,
      as_of: await asOf(bus, view),
    };
  });
}
