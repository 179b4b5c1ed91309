import { type Address, parseAddress } from '../bus/address.ts';
import { Bus } from '../bus/bus.ts';
import { readWorkplace, type Workplace } from '../bus/workplace.ts';
import { ConfigError } from '../errors.ts';
import { checkName } from '../records/names.ts';
import type { Request } from '../records/request.ts';
import { formatTime } from '../records/time.ts';

/** What a service is given by whoever calls it. */
export interface Surroundings {
  /** Where it works; absolute. */
  readonly cwd: string;
  /** comm-node's folder on this machine. */
  readonly home: string;
  /** The agent named on the command line or in the environment. */
  readonly agent: string | undefined;
  /** The coordination repository named there. */
  readonly repository: string | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** A new ULID. */
  ids(): string;
  progress(text: string): void;
  notice(text: string): void;
}

/** An agent at its coordination repository. */
export interface Session {
  readonly agent: string;
  readonly bus: Bus;
  readonly place: Surroundings;
  /** What the worktree knows, if it is one. */
  readonly workplace?: Workplace | undefined;
  /** A request of this agent, made now. */
  request(kind: string, payload: Request['payload'], key?: string): Request;
}

/**
 * Opens the coordination repository for the agent of this place.
 * @throws ConfigError when it is not known who or where: it is never guessed
 */
export async function withSession<T>(
  place: Surroundings,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const workplace = await readWorkplace(place.cwd);
  const agent = agentOf(place, workplace);
  return withBus(place, addressOf(place, workplace), (bus) =>
    use({
      agent,
      bus,
      place,
      workplace,
      request: requestsOf(place, agent),
    }),
  );
}

/** Makes the requests of an agent. */
export function requestsOf(place: Surroundings, agent: string): Session['request'] {
  return (kind, payload, key) => ({
    id: place.ids(),
    kind,
    agent,
    at: formatTime(place.now()),
    ...(key === undefined ? {} : { key }),
    payload,
  });
}

/** Opens the coordination repository for reading, whoever asks. */
export async function withReader<T>(
  place: Surroundings,
  use: (bus: Bus, agent: string | undefined) => Promise<T>,
): Promise<T> {
  const workplace = await readWorkplace(place.cwd);
  const agent = place.agent ?? workplace?.agent;
  return withBus(place, addressOf(place, workplace), (bus) => use(bus, agent));
}

export async function withBus<T>(
  place: Surroundings,
  address: Address,
  use: (bus: Bus) => Promise<T>,
): Promise<T> {
  const bus = await Bus.open(address, place.home, place);
  try {
    return await use(bus);
  } finally {
    bus.close();
  }
}

function agentOf(place: Surroundings, workplace: Workplace | undefined): string {
  const agent = place.agent ?? workplace?.agent;
  if (agent !== undefined) {
    checkName('agent', agent);
    return agent;
  }
  throw new ConfigError('it is not known which agent you are here', {
    code: 'no-agent',
    hint: 'comm-node join URL --agent NAME --domain NAME, or name yourself: --agent NAME',
  });
}

function addressOf(place: Surroundings, workplace: Workplace | undefined): Address {
  const repository = place.repository ?? workplace?.repository;
  if (repository !== undefined) return parseAddress(repository, place.cwd);
  throw new ConfigError('no coordination repository is known here', {
    code: 'no-repository',
    hint: 'comm-node join URL --agent NAME --domain NAME, or name it: --repository URL',
  });
}
