import { artifactKey } from './artifact.ts';
import type { ArtifactPayload } from './artifact-payload.ts';
import { HUMAN, nearest } from './names.ts';
import { artifactPath } from './paths.ts';
import type { Refusal } from './request.ts';
import type { State } from './state.ts';

/** The domain that an agent publishes for, or why it may not. Its own; the human names any. */
export function domainOf(state: State, agent: string, named: string | undefined): string | Refusal {
  const own = state.agents.get(agent)?.domain;
  const domain = named ?? own;
  if (domain === undefined) {
    const message = `${agent} has no domain, and an artifact belongs to one`;
    return { code: 'no-domain', message, hint: 'name the domain: --domain NAME' };
  }
  const domains = [...(state.project?.domains.keys() ?? [])];
  if (!domains.includes(domain)) {
    const [meant] = nearest(domain, domains);
    const hint = meant === undefined ? `domains: ${domains.join(', ')}` : `did you mean ${meant}?`;
    return { code: 'unknown-domain', message: `there is no domain "${domain}"`, hint };
  }
  if (domain === own || agent === HUMAN) return domain;
  return {
    code: 'not-your-domain',
    message: `${agent} publishes for ${own ?? 'no domain'}, not for ${domain}`,
    hint: `comm-node ask ${domain} 'Can you publish …?'`,
    data: { domain, own: own ?? null },
  };
}

/** Why these artifacts of a domain cannot be published as they are named, or undefined. */
export function artifactsRefusal(
  state: State,
  domain: string,
  { artifacts, if_version, if_artifacts = {}, if_alone }: ArtifactPayload,
): Refusal | undefined {
  const names = artifacts.map(({ name }) => name);
  const twice = names.find((name, at) => names.findIndex((one) => isNear(one, name)) !== at);
  if (twice !== undefined) return collides(domain, twice, twice);
  for (const name of names) {
    const path = artifactPath(domain, name);
    const fault = state.malformed.find((one) => one.path === path);
    // Its version is not known, and versions must not be given twice.
    if (fault !== undefined) {
      const hint = 'mend the record in a clone of the coordination repository, commit and push';
      return { code: 'artifact-malformed', message: fault.message, hint, data: { path } };
    }
    const near = [...state.artifacts.values()].find(
      (one) => one.domain === domain && one.name !== name && isNear(one.name, name),
    );
    if (near !== undefined) return collides(domain, name, near.name);
  }
  const moved = Object.entries(if_artifacts).find(
    ([key, sha256]) => state.artifacts.get(key)?.sha256 !== sha256,
  );
  if (moved !== undefined) return movedRefusal(state, moved[0], moved[1]);
  const first = `${domain}/${names[0]}`;
  const other = [...state.artifacts.values()].find(
    (one) =>
      one.kind === if_alone && artifactKey(one) !== first && !(artifactKey(one) in if_artifacts),
  );
  if (other !== undefined) return movedRefusal(state, artifactKey(other), 'unpublished');
  const version = state.artifacts.get(first)?.version ?? 0;
  if (if_version === undefined || if_version === version) return undefined;
  return {
    code: 'version-moved',
    message: `${first} is at version ${version}, not ${if_version}`,
    hint: `comm-node artifact log ${first}`,
    data: { artifact: first, version, expected: if_version },
  };
}

function movedRefusal(state: State, key: string, expected: string): Refusal {
  const found = state.artifacts.get(key)?.sha256 ?? 'unpublished';
  return {
    code: 'artifacts-moved',
    message: `${key} is ${found} now, not ${expected}`,
    hint: 'comm-node integrate looks at what is published now',
    data: { artifact: key, expected, found },
  };
}

// Two names that differ in case are one file on Windows and macOS.
function isNear(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function collides(domain: string, name: string, other: string): Refusal {
  return {
    code: 'name-collides',
    message: `${artifactKey({ domain, name })} and ${domain}/${other} are one file on some systems`,
    hint: 'choose another --name',
    data: { name, other },
  };
}
