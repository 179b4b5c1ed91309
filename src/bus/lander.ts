import type { Answers } from './landing.ts';
import type { Entry } from './queue.ts';

/** Puts what waits at a hub on the branch. */
export interface Lander {
  /**
   * Lands what it can of `entries`.
   * @returns what is settled; the others are to be handed in again
   */
  land(entries: readonly Entry[]): Promise<Answers>;
  /** Waits until a crowd that is expected has gathered; `count` tells how many wait. */
  gather(count: () => Promise<number>): Promise<void>;
}
