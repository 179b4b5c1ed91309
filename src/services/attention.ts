import { ringsOf, type WaitsOn } from '../records/waiting.ts';
import { type AsOf, asOf } from './as-of.ts';
import {
  budgetMatters,
  healthMatters,
  lossMatters,
  type Matter,
  orderMatters,
  questionMatters,
  recordMatters,
  ringMatter,
  violationMatters,
} from './attention-matters.ts';
import { deployMatters, integrationMatters, kickoffMatters } from './gate-matters.ts';
import { type Surroundings, withReader } from './session.ts';
import { waitingIn } from './waits.ts';
import { type AgentHealth, healthOfAll } from './watchdog.ts';

/** What waits for a person, the most urgent first, and who waits on whom. */
export interface Attention {
  readonly matters: readonly Matter[];
  readonly waiting: readonly WaitsOn[];
  readonly rings: readonly (readonly string[])[];
  readonly agents: readonly AgentHealth[];
  readonly as_of: AsOf;
}

/** Gathers what waits for a person. Changes nothing, and asks nobody. */
export function readAttention(place: Surroundings): Promise<Attention> {
  return withReader(place, async (bus) => {
    const view = await bus.view();
    const now = place.now();
    const agents = await healthOfAll(bus, view, now);
    const waiting = waitingIn(view, now);
    const rings = ringsOf(waiting);
    const matters = [
      ...rings.map((ring) => ringMatter(ring, waiting)),
      ...questionMatters(view, now),
      ...lossMatters(view, agents),
      ...(await budgetMatters(view)),
      ...healthMatters(agents),
      ...kickoffMatters(view),
      ...(await integrationMatters(bus, view)),
      ...(await deployMatters(bus, view)),
      ...violationMatters(view),
      ...orderMatters(view, now),
      ...(await recordMatters(bus, view)),
    ];
    matters.sort((a, b) => a.urgency - b.urgency || ((a.since ?? '') < (b.since ?? '') ? -1 : 1));
    return { matters, waiting, rings, agents, as_of: await asOf(bus, view) };
  });
}
