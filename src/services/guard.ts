import { parseAddress } from '../bus/address.ts';
import { Bus } from '../bus/bus.ts';
import type { View } from '../bus/view.ts';
import { readWorkplace } from '../bus/workplace.ts';
import { ConfigError } from '../errors.ts';
import type { Agent } from '../records/agent.ts';
import { DEFAULT_SKEW_MS } from '../records/inbox.ts';
import {
  coversPath,
  type LockBoard,
  lockBoard,
  type Near,
  obstaclesOn,
} from '../records/lock-board.ts';
import { lostLocks } from '../records/lost-lock.ts';
import type { Order } from '../records/order.ts';
import { type OrderBoard, orderBoard } from '../records/order-board.ts';
import type { Refusal } from '../records/request.ts';
import { agentsOf, isHere, noProject, notRegistered } from '../records/roster.ts';
import { foreignPath } from '../records/scopes.ts';
import type { Finding } from './guard-finding.ts';
import { hearOrders } from './orders.ts';
import { requestsOf, type Session, type Surroundings } from './session.ts';

export type { Finding } from './guard-finding.ts';

/** Who is judged, by what this machine knows of the rules. */
export interface Guard extends Session {
  readonly worker: Agent;
  /** What locks call this repository. */
  readonly repo: string;
  readonly view: View;
  /** The locks that can be about something; without a word, all of this repository. */
  board(near?: Near): LockBoard;
  /** What was ordered. */
  orders(): OrderBoard;
  /** Orders that it hears of by this very call. */
  readonly heard: readonly Order[];
  /** How old what is known may be, in milliseconds; undefined: the remote was never reached. */
  readonly ageMs: number | undefined;
  /** The registered agent of a name, if it has not left. */
  agentNamed(name: string | undefined): Agent | undefined;
}

/** Files that comm-node itself writes into a repository: whoever joins commits them. */
export const OWN_FILES: ReadonlySet<string> = new Set([
  '.claude/hooks/comm-node.cjs',
  '.claude/rules/comm-node.md',
  '.claude/settings.json',
  'AGENTS.md',
  'comm-node.lefthook.yml',
]);

/**
 * Opens the guard of the worktree around a place, runs `use` and closes it; undefined where nobody
 * ever joined. Reads what this machine has, and never waits for a network.
 * @throws CommError when the rules cannot be read: then nobody knows what is allowed
 */
export async function withGuard<T>(
  place: Surroundings,
  use: (guard: Guard) => Promise<T>,
): Promise<T | undefined> {
  const workplace = await readWorkplace(place.cwd);
  const repository = place.repository ?? workplace?.repository;
  if (workplace === undefined || repository === undefined) return undefined;
  const agent = place.agent ?? workplace.agent;
  return withGuardOf(place, { agent, repository, repo: workplace.repo }, use);
}

/** Who works where, as far as it is known. */
export interface Post {
  readonly agent: string | undefined;
  /** The coordination repository. */
  readonly repository: string;
  /** What locks call the repository that is worked in. */
  readonly repo: string | undefined;
}

/** As {@link withGuard}, for whoever knows already who works where. */
export async function withGuardOf<T>(
  place: Surroundings,
  { agent, repository, repo }: Post,
  use: (guard: Guard) => Promise<T>,
  host: 'git' | 'claude' = 'git',
): Promise<T> {
  if (agent === undefined) throw nobody();
  return withView(place, repository, async (bus, view) => {
    const worker = view.fold.agents.get(agent);
    if (!isHere(worker)) throw refusalError(notRegistered(view.fold, agent));
    const guard = await guardOf(place, bus, view, worker, repo || worker.repo || '');
    return use({ ...guard, heard: await hearOrders(guard, view, worker, host) });
  });
}

/** Whoever is not known: no scope is theirs, and every lock is another's. */
const UNKNOWN: Agent = { name: 'unknown', joined: '', extra: {}, body: '' };

/** As {@link withGuard}, for a bare repository: nobody works there, so every commit speaks for itself. */
export async function withServerGuard<T>(
  place: Surroundings,
  use: (guard: Guard) => Promise<T>,
): Promise<T | undefined> {
  const workplace = await readWorkplace(place.cwd);
  const { repository, repo = '' } = workplace ?? {};
  if (repository === undefined) return undefined;
  return withView(place, repository, async (bus, view) =>
    use(await guardOf(place, bus, view, UNKNOWN, repo)),
  );
}

async function withView<T>(
  place: Surroundings,
  repository: string,
  use: (bus: Bus, view: View) => Promise<T>,
): Promise<T> {
  const bus = await Bus.openHere(parseAddress(repository, place.cwd), place.home, place);
  try {
    const view = await bus.view();
    if (view.fold.settings === undefined) throw refusalError(noProject(view.fold));
    return await use(bus, view);
  } finally {
    bus.close();
  }
}

async function guardOf(
  place: Surroundings,
  bus: Bus,
  view: View,
  worker: Agent,
  repo: string,
): Promise<Guard> {
  const { fold } = view;
  const agent = worker.name;
  let orders: OrderBoard | undefined;
  return {
    agent,
    worker,
    repo,
    bus,
    place,
    view,
    board: (near = { repo }) =>
      lockBoard(fold, fold.settings?.clockSkewMs ?? DEFAULT_SKEW_MS, near),
    orders: () => {
      orders ??= orderBoard(fold);
      return orders;
    },
    heard: [],
    ageMs: await bus.ageMs(),
    agentNamed: (name) => {
      const known = fold.agents.get(name ?? '');
      return isHere(known) ? known : undefined;
    },
    request: requestsOf(place, agent),
  };
}

/** For so many paths, locks are told apart by their first letters before anything is made of them. */
const MANY = 64;

/** What is judged otherwise than by the guard's own place. */
export interface Judging {
  readonly worker?: Agent;
  readonly repo?: string;
  /** Paths that belong to everybody. */
  readonly free?: ReadonlySet<string>;
}

/**
 * What keeps an agent from changing paths: those of others, and those that others have locked.
 * @param paths from the top of the repository
 */
export function judgePaths(
  guard: Guard,
  paths: Iterable<string>,
  { worker = guard.worker, repo = guard.repo, free }: Judging = {},
): Finding[] {
  const { view, place } = guard;
  const all = [...paths];
  const board = guard.board(all.length > MANY ? { repo } : { repo, paths: all });
  const now = place.now();
  const { domains, agents, live } = view.fold;
  const lost = lostLocks(live).filter((one) => one.holder === worker.name && one.repo === repo);
  const findings: Finding[] = [];
  for (const path of all) {
    const foreign = free?.has(path) ? undefined : foreignPath(domains, worker, repo, path);
    if (foreign) {
      const { owner } = foreign;
      const known = owner === null ? [] : agentsOf({ agents }, owner);
      findings.push({ rule: 'scope', path, owner, agents: known });
    }
    for (const obstacle of obstaclesOn({ agent: worker.name, repo, path }, board, now)) {
      findings.push({ rule: 'lock', path, ...obstacle });
    }
    const taken = lost.findLast(({ paths: globs }) => coversPath(globs, path));
    if (taken) findings.push({ rule: 'lost', path, lost: taken });
  }
  return findings;
}

function nobody(): ConfigError {
  return new ConfigError('it is not known which agent works in this worktree', {
    code: 'no-agent',
    hint: 'comm-node join URL --agent NAME --domain NAME here, or set COMM_NODE_AGENT',
  });
}

function refusalError({ code, message, hint, data }: Refusal): ConfigError {
  return new ConfigError(message, {
    code,
    ...(hint === undefined ? {} : { hint }),
    data: { ...data },
  });
}
