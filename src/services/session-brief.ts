import { appendLine } from '../hosts/environment-file.ts';
import type { Lock } from '../records/lock.ts';
import { isHeld } from '../records/lock-board.ts';
import { isHere } from '../records/roster.ts';
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
  /** Locks of others on this repository. */
  readonly foreignLocks: readonly Lock[];
}

/** Who the session is, who else is here, what is locked. */
export function sessionBrief({ guard }: AtWork): Brief {
  const { view, worker, repo } = guard;
  const board = guard.board();
  const { fold } = view;
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
    locks: live.filter(({ holder }) => holder === worker.name),
    foreignLocks: live.filter(({ holder }) => holder !== worker.name),
  };
}

/** Lets the commands of a session know who runs them, wherever they run. @param file from the host */
export async function nameInEnvironment(file: string, agent: string): Promise<void> {
  await appendLine(file, `export COMM_NODE_AGENT=${agent}`);
}
