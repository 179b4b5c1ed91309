import { hostname } from 'node:os';
import type { Bus } from '../bus/bus.ts';
import type { Heard } from '../bus/signs.ts';
import type { View } from '../bus/view.ts';
import { readWorkplace } from '../bus/workplace.ts';
import { allHoldings, type Holdings, holdingWords } from '../records/decide-lost.ts';
import { isHeld } from '../records/lock-board.ts';
import { isInLine } from '../records/lock-line.ts';
import { HUMAN, WATCHDOG } from '../records/names.ts';
import { isHere } from '../records/roster.ts';
import { type Health, healthOf, type Limits, silenceOf } from '../records/silence.ts';
import { formatTime } from '../records/time.ts';
import { type AsOf, asOf } from './as-of.ts';
import { type Surroundings, withReader } from './session.ts';

/** How an agent is, as far as this machine can tell. */
export interface AgentHealth {
  readonly agent: string;
  readonly health: Health;
  /** As its own clock tells it; null when it was never heard. */
  readonly silent_seconds: number | null;
  /** Since it last published anything; null when that is long ago. */
  readonly idle_seconds: number | null;
  readonly locks: number;
  readonly tasks: readonly string[];
}

/** What one look found and did. */
export interface WatchdogLook {
  readonly agents: readonly AgentHealth[];
  /** Whom this very look declared lost, and what was freed. */
  readonly lost: readonly {
    readonly agent: string;
    readonly heard: string;
    readonly locks: readonly string[];
    readonly tasks: readonly string[];
  }[];
  readonly commit: string | null;
  /** Why the remote could not be reached: then nobody is declared lost. */
  readonly offline: string | null;
  readonly as_of: AsOf;
}

/** How agents are, without declaring anybody lost. */
export async function healthOfAll(
  bus: Bus,
  view: View,
  now: number,
  limits: Limits = limitsOf(view),
): Promise<AgentHealth[]> {
  const signs = await bus.signs();
  const holdings = holdingsIn(view);
  const agents = [...view.fold.agents.values()].filter(isHere).map(({ name }) => name);
  return agents
    .filter((name) => name !== HUMAN)
    .sort()
    .map((name) => judge(name, signs.get(name), holdings.get(name), view, now, limits));
}

/** The limits that the project has set. */
export function limitsOf({ fold }: View): Limits {
  return {
    silentMs: fold.settings?.silentMs ?? 120_000,
    stuckMs: fold.settings?.stuckMs ?? 1_800_000,
  };
}

function holdingsIn({ fold }: View): Map<string, Holdings> {
  const { live, malformed, tasks } = fold;
  return allHoldings({ live, malformed, tasks, project: undefined });
}

function judge(
  agent: string,
  heard: Heard | undefined,
  held: Holdings | undefined,
  view: View,
  now: number,
  limits: Limits,
): AgentHealth {
  const skew = view.fold.clockSkewMs;
  const locks = held?.locks.filter((lock) => isHeld(lock, now, skew)) ?? [];
  const waits = held?.waits.filter((wait) => isInLine(wait, now, skew)) ?? [];
  const tasks = held?.tasks.map(({ id }) => id) ?? [];
  const silence = heard && silenceOf(heard.sign, now, skew);
  const idleMs = heard?.published === undefined ? undefined : Math.max(0, now - heard.published);
  const isHolding = locks.length + waits.length + tasks.length > 0;
  return {
    agent,
    health: healthOf({ silence, isHolding, idleMs }, limits),
    silent_seconds: silence === undefined ? null : Math.round(silence.told / 1000),
    idle_seconds: idleMs === undefined ? null : Math.round(idleMs / 1000),
    locks: locks.length,
    tasks,
  };
}

/**
 * Looks once: fetches, judges everybody by what is newest, and declares lost who is, in one commit.
 * It is decided again on the newest state, so that of several watchdogs one does it.
 */
export function lookOnce(
  place: Surroundings,
  overrides: Partial<Limits> = {},
): Promise<WatchdogLook> {
  return withReader(place, async (bus) => {
    const { offline } = await bus.receive();
    const view = await bus.view();
    const now = place.now();
    const agents = await healthOfAll(bus, view, now, { ...limitsOf(view), ...overrides });
    const gone = agents.filter(({ health }) => health === 'lost');
    const done =
      offline !== undefined || gone.length === 0 ? NOTHING : await declare(place, bus, view, gone);
    return {
      agents,
      ...done,
      offline: offline ?? null,
      as_of: await asOf(bus, await bus.view()),
    };
  });
}

const NOTHING = { lost: [], commit: null } as const;

async function declare(
  place: Surroundings,
  bus: Bus,
  view: View,
  gone: readonly AgentHealth[],
): Promise<Pick<WatchdogLook, 'lost' | 'commit'>> {
  const signs = await bus.signs();
  const holdings = holdingsIn(view);
  const agents = gone.map(({ agent, silent_seconds: silent }) => {
    const held = holdings.get(agent);
    return {
      agent,
      order: place.ids(),
      heard: formatTime(signs.get(agent)?.sign.heard ?? 0),
      silent_ms: (silent ?? 0) * 1000,
      held: held === undefined ? [] : holdingWords(held),
    };
  });
  const request = {
    id: place.ids(),
    kind: 'lost',
    agent: WATCHDOG,
    at: formatTime(place.now()),
    payload: { agents, machine: hostname() },
  };
  const outcome = await bus.publish(request, { deferrable: false });
  if (!('published' in outcome)) return NOTHING;
  const lost = outcome.published['lost'] as WatchdogLook['lost'];
  await returnInTracker(
    place,
    bus,
    lost.flatMap(({ tasks }) => tasks),
  );
  return { lost, commit: outcome.commit };
}

async function returnInTracker(
  place: Surroundings,
  bus: Bus,
  ids: readonly string[],
): Promise<void> {
  const { tasks } = (await bus.view()).fold;
  const freed = ids.flatMap((id) => tasks.get(id) ?? []);
  if (!freed.some(({ tracker }) => tracker === 'beads')) return;
  const { tellBeads } = await import('./task-tracker.ts');
  const workplace = await readWorkplace(place.cwd);
  await tellBeads({ agent: WATCHDOG, place, workplace }, freed);
}

/** Looks again and again until stopped, and hands out each look. */
export async function lookAgain(
  place: Surroundings,
  {
    everyMs,
    signal,
    ...overrides
  }: Partial<Limits> & { readonly everyMs: number; readonly signal: AbortSignal },
  emit: (look: WatchdogLook) => void,
): Promise<void> {
  while (!signal.aborted) {
    emit(await lookOnce(place, overrides));
    await pause(everyMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
