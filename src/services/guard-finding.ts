import type { Malformed } from '../records/live-record.ts';
import type { Lock } from '../records/lock.ts';
import type { LostLock } from '../records/lost-lock.ts';
import type { Order } from '../records/order.ts';

/** Why a path is not an agent's to change now. */
export type Finding =
  | {
      readonly rule: 'worktree';
      readonly path: string;
      /** Whose worktree it lies in, and where that is. */
      readonly agent: string;
      readonly top: string;
    }
  | {
      readonly rule: 'scope';
      readonly path: string;
      /** The domain it belongs to, and who works on that; null if nobody claims it. */
      readonly owner: string | null;
      readonly agents: readonly string[];
    }
  | { readonly rule: 'lock'; readonly path: string; readonly lock: Lock }
  | { readonly rule: 'lock'; readonly path: string; readonly unreadable: Malformed }
  /** Its agent is paused or stopped; the path says only what it was about to change. */
  | { readonly rule: 'pause'; readonly path: string; readonly agent: string; readonly order: Order }
  | {
      readonly rule: 'pause';
      readonly path: string;
      readonly agent: string;
      readonly unreadable: Malformed;
    }
  /** Its lock was taken away while it was silent. */
  | { readonly rule: 'lost'; readonly path: string; readonly lost: LostLock };
