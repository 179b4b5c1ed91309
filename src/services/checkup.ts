import type { Bus } from '../bus/bus.ts';
import { type Check, failed } from './check.ts';
import { checkClaude } from './check-claude.ts';
import { checkHooks } from './check-hooks.ts';
import { checkHub } from './check-hub.ts';
import { checkPlace } from './check-place.ts';
import { checkRecords } from './check-records.ts';
import { type Surroundings, withReader } from './session.ts';

/** Looks at everything that can go wrong, from here to the coordination repository. */
export async function examine(place: Surroundings): Promise<readonly Check[]> {
  const checks = [
    ...(await checkPlace(place)),
    ...(await checkHooks(place)),
    ...(await checkClaude(place)),
  ];
  try {
    return [...checks, ...(await withReader(place, (bus, agent) => examineBus(place, bus, agent)))];
  } catch (error) {
    return [...checks, failed('repository', error)];
  }
}

async function examineBus(
  place: Surroundings,
  bus: Bus,
  agent: string | undefined,
): Promise<Check[]> {
  const view = await bus.view();
  const hub = await checkHub(bus, view, place.now());
  return [...hub, ...(await checkRecords(bus, view, agent, place.now()))];
}
