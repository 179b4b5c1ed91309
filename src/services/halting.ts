import type { Agent } from '../records/agent.ts';
import { haltOf } from '../records/order-board.ts';
import type { Finding, Guard } from './guard.ts';

/**
 * What keeps an agent from changing anything: that it is paused or stopped. Empty: it may work.
 * @param path what it was about to change; '' if that does not matter
 */
export function pauseFindings(
  { orders }: Guard,
  worker: Agent,
  path = '',
): (Finding & { rule: 'pause' })[] {
  const halt = haltOf(orders(), worker);
  return halt === undefined ? [] : [{ rule: 'pause', path, agent: worker.name, ...halt }];
}
