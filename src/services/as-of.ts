import type { Bus } from '../bus/bus.ts';
import type { View } from '../bus/view.ts';

/** How new a view is. */
export interface AsOf {
  readonly commit: string | null;
  /** 0 when this machine reads the coordination repository itself; null when it was never reached. */
  readonly age_seconds: number | null;
}

/** How new this machine's view is. */
export async function asOf(bus: Bus, view: View): Promise<AsOf> {
  const age = await bus.ageMs();
  return {
    commit: view.fold.commit ?? null,
    age_seconds: age === undefined ? null : Math.round(age / 1000),
  };
}
