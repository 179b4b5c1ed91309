import { hostname } from 'node:os';
import { parseAddress } from '../bus/address.ts';
import { keepCompiledCode } from '../bus/agent-session.ts';
import type { Bus } from '../bus/bus.ts';
import { notePlace } from '../bus/places.ts';
import {
  clearWorkplace,
  findRepository,
  readWorkplace,
  type Workplace,
  writeWorkplace,
} from '../bus/workplace.ts';
import { ConfigError, UsageError } from '../errors.ts';
import { GlobError, parseGlob } from '../globs/globs.ts';
import { defined } from '../records/fields.ts';
import { checkName, HUMAN } from '../records/names.ts';
import { formatTime } from '../records/time.ts';
import { declaredScope } from './declared-scope.ts';
import type { SetUp } from './hook-setup.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Surroundings, withBus, withSession } from './session.ts';

export interface Joining {
  readonly url: string;
  readonly agent: string;
  readonly domain: string | undefined;
  readonly repo: string | undefined;
  readonly role: string | undefined;
  /** Globs of the domain, from the root of the repository; none: it has no scope of its own. */
  readonly scope: readonly string[];
  /** Kinds of artifacts that the domain consumes and publishes; none: as it was. */
  readonly imports?: readonly string[];
  readonly exports?: readonly string[];
  /** Take over a name that is registered with another domain or repository. */
  readonly replace: boolean;
  /** Put the hooks of Git and Claude Code into the repository. */
  readonly hooks: boolean;
}

export interface Joined {
  readonly agent: string;
  readonly domain: string | null;
  readonly repository: string;
  /** What locks call this repository; null for one who works in none. */
  readonly repo: string | null;
  readonly worktree: string | null;
  /** What was changed here and there; empty when all was so already. */
  readonly changes: readonly string[];
  /** What was put into the repository for Git and Claude Code; null if nothing was to be. */
  readonly hooks: SetUp | null;
  readonly roster: readonly { name: string; domain: string | null; role: string | null }[];
}

/** Whether an agent owns a part of the code: all do but the person in charge. */
export function needsDomain(agent: string): boolean {
  return agent !== HUMAN;
}

/** Registers an agent and tells this worktree who works in it. Doing it again changes nothing. */
export async function join(place: Surroundings, joining: Joining): Promise<Outcome<Joined>> {
  const { agent, domain } = joining;
  checkName('agent', agent);
  if (domain !== undefined) checkName('domain', domain);
  const address = parseAddress(joining.url, place.cwd);
  const worktree = await findRepository(place.cwd);
  if (!worktree && needsDomain(agent)) throw notARepository(place.cwd);
  const before = await readWorkplace(place.cwd);
  // A name once given to this repository stays until another is given.
  const repo = joining.repo ?? (before?.repo || worktree?.suggestedRepo);
  return withBus(place, address, async (bus) => {
    // The newest roster decides whether the name is free.
    if (bus.hub.lane === 'push') await bus.receive();
    const declared =
      worktree && domain !== undefined && joining.scope.length === 0
        ? await declaredScope(place, bus, worktree.topLevel, domain)
        : undefined;
    const scope = declared ?? joining.scope.map(globOf);
    const registered = await register(place, bus, { ...joining, repo, scope });
    if (!registered.ok) return registered;
    const next = { agent, repository: address.url, repo: repo ?? '' };
    const keys = worktree ? await writeWorkplace(place.cwd, next) : [];
    await bus.beat(agent);
    await keepCompiledCode(place.home);
    if (worktree) {
      await notePlace(bus.hub, { agent, repo: next.repo, folder: worktree.topLevel });
    }
    const hooked = worktree && joining.hooks ? await setUpHooks(place, next.repository) : undefined;
    return yes({
      agent,
      domain: domain ?? (await bus.view()).fold.agents.get(agent)?.domain ?? null,
      repository: address.url,
      repo: repo ?? null,
      worktree: worktree?.topLevel ?? null,
      changes: changesOf(agent, before, registered.data.changed, keys),
      hooks: hooked ?? null,
      roster: await rosterOf(bus),
    });
  });
}

async function register(
  place: Surroundings,
  bus: Bus,
  { agent, domain, role, repo, scope, imports, exports, replace }: Joining,
): Promise<Outcome<{ changed: boolean }>> {
  const payload = defined<Record<string, unknown>>({
    domain,
    role,
    repo: needsDomain(agent) ? repo : undefined,
    machine: hostname(),
    scope: scope.length > 0 ? scope : undefined,
    imports: imports?.length ? imports : undefined,
    exports: exports?.length ? exports : undefined,
    replace: replace || undefined,
  });
  const request = { id: place.ids(), kind: 'join', agent, at: formatTime(place.now()), payload };
  const outcome = await bus.publish(request, { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  return yes({ changed: 'published' in outcome });
}

function globOf(text: string): string {
  try {
    return parseGlob(text).source;
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    throw new UsageError(`--scope: "${text.slice(0, 100)}" is not a glob: ${error.message}`, {
      hint: "globs are seen from the root of the repository: --scope 'src/auth/**'",
    });
  }
}

function changesOf(
  agent: string,
  before: Workplace | undefined,
  registered: boolean,
  keys: readonly string[],
): string[] {
  const other = before?.agent !== undefined && before.agent !== agent ? before.agent : undefined;
  return [
    ...(registered ? [`registered ${agent}`] : []),
    ...(other === undefined ? [] : [`this worktree was ${other}'s`]),
    ...keys.map((key) => `set ${key}`),
  ];
}

async function setUpHooks(place: Surroundings, repository: string): Promise<SetUp> {
  const { installAll } = await import('./hook-setup.ts');
  return installAll({ ...place, repository }, { claude: true });
}

async function rosterOf(bus: Bus): Promise<Joined['roster']> {
  const agents = [...(await bus.view()).fold.agents.values()];
  return agents
    .filter(({ left }) => left === undefined)
    .map(({ name, domain, role }) => ({ name, domain: domain ?? null, role: role ?? null }));
}

/** Takes the agent of this worktree off the roster; what it wrote stays. */
export function leave(place: Surroundings): Promise<Outcome<{ agent: string; changed: boolean }>> {
  return withSession(place, async ({ agent, bus, request }) => {
    const outcome = await bus.publish(request('leave', {}), { deferrable: false });
    if ('refused' in outcome) return no(outcome.refused);
    // Whoever leaves by name from another's worktree takes nothing from it.
    if ((await readWorkplace(place.cwd))?.agent === agent) await clearWorkplace(place.cwd);
    return yes({ agent, changed: 'published' in outcome });
  });
}

function notARepository(cwd: string): ConfigError {
  return new ConfigError(`${cwd} is not in a Git repository`, {
    code: 'not-a-repository',
    hint: 'run join in the repository (or worktree) that the agent works in; git init makes one',
  });
}
