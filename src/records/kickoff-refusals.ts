import { awaited, type Kickoff } from './kickoff.ts';
import { nearest } from './names.ts';
import type { Refusal } from './request.ts';
import type { State } from './state.ts';

/** The name that the path of a record says. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.md'.length);
}

/** That nobody has opened it. */
export function unknownKickoff({ live }: State, name: string): Refusal {
  const known = [...live.keys()].filter((path) => path.startsWith('kickoff/')).map(nameIn);
  const [meant] = nearest(name, known);
  const hint = meant
    ? `did you mean ${meant}?`
    : `comm-node kickoff open ${name} --expect backend,frontend`;
  return { code: 'unknown-kickoff', message: `there is no kickoff of "${name}"`, hint };
}

/** That it is open for others. */
export function kickoffExists({ name, expect, started }: Kickoff): Refusal {
  const how = started === undefined ? 'is open' : `started at ${started}`;
  return {
    code: 'kickoff-exists',
    message: `the kickoff of ${name} ${how}, for ${expect.join(', ')}`,
    hint: `comm-node kickoff status ${name}; who comes late accepts all the same`,
    data: { name, expect: [...expect] },
  };
}

/** That it has started. */
export function hasStarted({ name, started }: Kickoff): Refusal {
  return {
    code: 'kickoff-started',
    message: `${name} started at ${started}: it is too late to object`,
    hint: "comm-node ask human '…' --blocking",
  };
}

/** Who is still missing. */
export function stillWaiting({ agents }: State, kickoff: Kickoff): Refusal {
  const missing = awaited(kickoff, agents);
  const { name, objected } = kickoff;
  const verb = objected.length === 1 ? 'objects' : 'object';
  const objection = (to: string) => `${objected.join(', ')} ${verb} to ${to}`;
  const waits = `${name} waits for ${missing.join(', ')}`;
  const both = objected.length === 0 ? waits : `${waits}, and ${objection('it')}`;
  return {
    code: 'kickoff-waiting',
    message: missing.length === 0 ? objection(name) : both,
    hint: `comm-node kickoff status ${name}; the human can start without them: --force`,
    data: { awaited: missing, objected: [...objected] },
  };
}

/** That nobody else starts without those who are missing. */
export function onlyHuman({ name }: Kickoff, missing: readonly string[]): Refusal {
  return {
    code: 'only-human',
    message: `only the human starts without ${[...new Set(missing)].join(', ')}`,
    hint: `comm-node ask human 'Start ${name} without them?'`,
  };
}
