import { appendLine } from '../hosts/environment-file.ts';
import { looksHooked } from '../hosts/hook-look.ts';
import type { Lock } from '../records/lock.ts';
import { isHeld } from '../records/lock-board.ts';
import { haltOf } from '../records/order-board.ts';
import { isHere } from '../records/roster.ts';
import { topOf } from '../sources/target-path.ts';
import type { AtWork } from './agent-at-work.ts';

/** What a session is told of itself when it begins. */
export interface Brief {
  readonly project: string;
  readonly agent: string;
  readonly role: string | undefined;
  readonly domain: string | undefined;
  /** Its globs; undefined: all that no other domain claims. */
  readonly scope: readonly string[] | undefined;
  readonly peers: readonly {
    readonly name: string;
    readonly domain: string | undefined;
    readonly role: string | undefined;
  }[];
  /** Locks it holds from before. */
  readonly locks: readonly Lock[];
  /** Whether a commit in this worktree seems to pass our hooks by. */
  readonly isUnguarded: boolean;
  /** It is paused or stopped; undefined: it may work. */
  readonly halt: { readonly kind: string; readonly by: string; readonly why: string } | undefined;
}

/** Who the session is, who else is here, what it holds. Locks of others are told when they are in the way. */
export async function sessionBrief({ guard }: AtWork): Promise<Brief> {
  const { view, worker, repo } = guard;
  const board = guard.board({ repo, holder: worker.name });
  const { fold } = view;
  const { cwd } = guard.place;
  const now = guard.place.now();
  const live = board.locks.filter((lock) => lock.repo === repo && isHeld(lock, now, board.skewMs));
  const peers = [...fold.agents.values()].filter((one) => isHere(one) && one.name !== worker.name);
  return {
    project: fold.settings?.name ?? '',
    agent: worker.name,
    role: worker.role,
    domain: worker.domain,
    scope: fold.domains.get(worker.domain ?? '')?.scope,
    peers: peers.map(({ name, domain, role }) => ({ name, domain, role })),
    locks: live,
    isUnguarded: (await looksHooked(topOf(cwd) ?? cwd, process.env)) === false,
    halt: haltFacts(guard),
  };
}

function haltFacts({ orders, worker }: AtWork['guard']): Brief['halt'] {
  const halt = haltOf(orders(), worker);
  if (halt === undefined || !('order' in halt)) return undefined;
  const { kind, by, body: why } = halt.order;
  return { kind, by, why };
}

/** Lets the commands of a session know who runs them, wherever they run. @param file from the host */
export async function nameInEnvironment(file: string, agent: string): Promise<void> {
  await appendLine(file, `export COMM_NODE_AGENT=${agent}`);
}
