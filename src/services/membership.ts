import { hostname } from 'node:os';
import { basename } from 'node:path';
import { parseAddress } from '../bus/address.ts';
import type { Bus } from '../bus/bus.ts';
import { createCoordination } from '../bus/create.ts';
import { clearWorkplace, findRepository, writeWorkplace } from '../bus/workplace.ts';
import { ConfigError } from '../errors.ts';
import { checkName } from '../records/names.ts';
import type { Request } from '../records/request.ts';
import { formatTime } from '../records/time.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Surroundings, withBus, withSession } from './session.ts';

export interface Initialised {
  readonly repository: string;
  readonly project: string;
  /** Whether the repository itself was made. */
  readonly created: boolean;
  /** Whether it was filled now; false when it was a coordination repository already. */
  readonly filled: boolean;
}

/** Makes a coordination repository at a path, or fills an empty one at a path or URL. */
export async function initialise(
  place: Surroundings,
  where: string,
  project: string | undefined,
): Promise<Outcome<Initialised>> {
  const address = parseAddress(where, place.cwd);
  const name = project ?? projectName(address.url);
  checkName('project', name);
  const created = await createCoordination(address);
  return withBus(place, address, async (bus) => {
    const outcome = await bus.publish(requestOf(place, 'init', 'human', { project: name }), {
      deferrable: false,
    });
    if ('refused' in outcome) return no(outcome.refused);
    return yes({
      repository: address.url,
      project: 'unneeded' in outcome ? String(outcome.unneeded['project']) : name,
      created,
      filled: 'published' in outcome,
    });
  });
}

export interface Joining {
  readonly url: string;
  readonly agent: string;
  readonly domain?: string;
  readonly repo?: string;
  readonly role?: string;
  /** Take over a name that is registered with another domain or repository. */
  readonly replace: boolean;
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
  readonly roster: readonly { name: string; domain: string | null; role: string | null }[];
}

/** Registers an agent and tells this worktree who works in it. Doing it again changes nothing. */
export async function join(place: Surroundings, joining: Joining): Promise<Outcome<Joined>> {
  checkName('agent', joining.agent);
  if (joining.domain !== undefined) checkName('domain', joining.domain);
  const address = parseAddress(joining.url, place.cwd);
  const worktree = await findRepository(place.cwd);
  if (!worktree && joining.agent !== 'human') throw notARepository(place.cwd);
  const repo = joining.repo ?? worktree?.suggestedRepo;
  return withBus(place, address, async (bus) => {
    await freshen(bus);
    const payload = {
      ...(joining.domain === undefined ? {} : { domain: joining.domain }),
      ...(joining.role === undefined ? {} : { role: joining.role }),
      ...(repo === undefined || joining.agent === 'human' ? {} : { repo }),
      machine: hostname(),
      ...(joining.replace ? { replace: true } : {}),
    };
    const request = requestOf(place, 'join', joining.agent, payload);
    const outcome = await bus.publish(request, { deferrable: false });
    if ('refused' in outcome) return no(outcome.refused);
    const changes = 'published' in outcome ? [`registered ${joining.agent}`] : [];
    if (worktree) {
      const keys = await writeWorkplace(place.cwd, {
        agent: joining.agent,
        repository: address.url,
        repo: repo ?? '',
      });
      changes.push(...keys.map((key) => `set ${key}`));
    }
    await bus.beat(joining.agent);
    const { fold } = await bus.view();
    return yes({
      agent: joining.agent,
      domain: joining.domain ?? fold.agents.get(joining.agent)?.domain ?? null,
      repository: address.url,
      repo: repo ?? null,
      worktree: worktree?.topLevel ?? null,
      changes,
      roster: [...fold.agents.values()]
        .filter(({ left }) => left === undefined)
        .map(({ name, domain, role }) => ({ name, domain: domain ?? null, role: role ?? null })),
    });
  });
}

/** Takes the agent of this worktree off the roster; what it wrote stays. */
export function leave(place: Surroundings): Promise<Outcome<{ agent: string; changed: boolean }>> {
  return withSession(place, async ({ agent, bus, request }) => {
    const outcome = await bus.publish(request('leave', {}), { deferrable: false });
    if ('refused' in outcome) return no(outcome.refused);
    if (await findRepository(place.cwd)) await clearWorkplace(place.cwd);
    return yes({ agent, changed: 'published' in outcome });
  });
}

/** Joining reads the roster: it should be the newest one. */
async function freshen(bus: Bus): Promise<void> {
  if (bus.hub.lane === 'push') await bus.receive();
}

function requestOf(
  place: Surroundings,
  kind: string,
  agent: string,
  payload: Request['payload'],
): Request {
  return { id: place.ids(), kind, agent, at: formatTime(place.now()), payload };
}

function projectName(url: string): string {
  const name = basename(
    url
      .replace(/[\\/]+$/, '')
      .replace(/\.git$/, '')
      .replaceAll(':', '/'),
  );
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  return slug || 'project';
}

function notARepository(cwd: string): ConfigError {
  return new ConfigError(`${cwd} is not in a Git repository`, {
    code: 'not-a-repository',
    hint: 'run join in the repository (or worktree) that the agent works in; git init makes one',
  });
}
