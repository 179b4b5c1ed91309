import type { Bus } from '../bus/bus.ts';
import { defined } from '../records/fields.ts';
import type { Violation } from '../records/violation.ts';
import type { Session } from './session.ts';

/** An attempt that the rules refuse, as whoever sees it tells it. */
export type Attempt = Omit<Violation, 'id' | 'agent' | 'created'>;

/**
 * Records an attempt. It waits on this machine and leaves with whatever is published next, so that
 * a hook never waits for the network.
 */
export async function recordViolation(
  session: Pick<Session, 'bus' | 'request'>,
  attempt: Attempt,
): Promise<void> {
  const payload = defined<Record<string, unknown>>({ ...attempt });
  await session.bus.publishLater(session.request('violation', payload));
}

/** Those of this machine that have not left it yet. */
export async function violationsUnderWay(bus: Bus): Promise<Violation[]> {
  return (await bus.waiting())
    .filter(({ request }) => request.kind === 'violation')
    .map(({ request: { id, agent, at, payload } }) => ({
      ...(payload as unknown as Attempt),
      id,
      agent,
      created: at,
    }));
}
