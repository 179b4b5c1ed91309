import { defined } from '../records/fields.ts';
import { awaited, type Kickoff, kickoffOf, present } from '../records/kickoff.ts';
import { nearest } from '../records/names.ts';
import { kickoffPath } from '../records/paths.ts';
import { isHere } from '../records/roster.ts';
import { type AsOf, asOf } from './as-of.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Session, type Surroundings, withReader } from './session.ts';

/** What is asked of a kickoff. */
export type KickoffAct =
  | {
      readonly do: 'open';
      readonly name: string;
      readonly expect: readonly string[];
      readonly goal?: string | undefined;
    }
  | { readonly do: 'accept'; readonly name: string }
  | { readonly do: 'object'; readonly name: string; readonly why: string }
  | { readonly do: 'start'; readonly name: string; readonly force: boolean };

/** A kickoff as programs are told of it. */
export type KickoffFacts = Omit<Kickoff, 'extra' | 'body'> & { readonly goal: string };

/** What came of it. */
export interface KickoffDone {
  readonly kickoff: KickoffFacts;
  readonly awaited: readonly string[];
  readonly started: boolean;
  readonly commit: string | null;
}

/** Opens, answers or starts. It must be agreed: it fails when the remote is out of reach. */
export async function actOnKickoff(
  session: Session,
  act: KickoffAct,
): Promise<Outcome<KickoffDone>> {
  const request = session.request('kickoff', defined<Record<string, unknown>>({ ...act }));
  const outcome = await session.bus.publish(request, { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  if ('queued' in outcome) throw new Error('a kickoff that was kept for later');
  const result = 'published' in outcome ? outcome.published : outcome.unneeded;
  const commit = 'published' in outcome ? outcome.commit : null;
  return yes({ ...(result as unknown as KickoffDone), commit });
}

/** A task of the plan, for whoever is to accept it. */
export interface PartOfPlan {
  readonly id: string;
  readonly title: string;
  readonly complexity: string;
  readonly needs: readonly string[];
  readonly produces: readonly string[];
  readonly depends_on: readonly string[];
}

/** Where a kickoff stands, and what an agent must know before it accepts. */
export interface KickoffStatus {
  readonly kickoff: KickoffFacts;
  readonly awaited: readonly string[];
  /** Expected, and not even registered. */
  readonly absent: readonly string[];
  readonly started: boolean;
  readonly roster: readonly {
    name: string;
    domain: string | null;
    role: string | null;
    scope: readonly string[];
  }[];
  /** The tasks of the reader's domain. */
  readonly yours: readonly PartOfPlan[];
  readonly as_of: AsOf;
}

/** Where a kickoff stands; without a name, the one that is open (or the newest). */
export function kickoffStatus(
  place: Surroundings,
  name: string | undefined,
): Promise<Outcome<KickoffStatus>> {
  return withReader(place, async (bus, agent) => {
    const view = await bus.view();
    const { live, agents, domains, tasks } = view.fold;
    const all = [...live.values()].flatMap((record) => kickoffOf(record) ?? []);
    const kickoff = pick(all, name);
    if (kickoff === undefined) return no(noKickoff(all, name));
    const own = agent === undefined ? undefined : agents.get(agent)?.domain;
    const { extra: _extra, body, ...facts } = kickoff;
    const known = present(kickoff, agents);
    return yes({
      kickoff: { ...facts, goal: body },
      awaited: awaited(kickoff, agents),
      absent: kickoff.expect.filter((one) => !known.includes(one)),
      started: kickoff.started !== undefined,
      roster: [...agents.values()].filter(isHere).map((one) => ({
        name: one.name,
        domain: one.domain ?? null,
        role: one.role ?? null,
        scope: one.domain === undefined ? [] : (domains.get(one.domain)?.scope ?? []),
      })),
      yours: [...tasks.values()]
        .filter(({ plan, domain }) => plan === kickoff.name && domain === own)
        .map(({ id, title, complexity, required_artifacts: needs, produces, depends_on }) => ({
          ...{ id, title, complexity, needs, produces, depends_on },
        })),
      as_of: await asOf(bus, view),
    });
  });
}

function pick(all: readonly Kickoff[], name: string | undefined): Kickoff | undefined {
  if (name !== undefined) return all.find((one) => one.name === name);
  const byAge = [...all].sort((a, b) => (a.opened < b.opened ? 1 : -1));
  return byAge.find(({ started }) => started === undefined) ?? byAge[0];
}

function noKickoff(all: readonly Kickoff[], name: string | undefined) {
  const [meant] = nearest(
    name ?? '',
    all.map((one) => one.name),
  );
  return {
    code: 'unknown-kickoff',
    message: name === undefined ? 'there is no kickoff' : `there is no kickoff of "${name}"`,
    hint: meant
      ? `did you mean ${meant}?`
      : 'comm-node kickoff open PLAN --expect backend,frontend',
    data: { path: kickoffPath(name ?? 'PLAN') },
  };
}
