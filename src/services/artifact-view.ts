import type { Bus } from '../bus/bus.ts';
import type { View } from '../bus/view.ts';
import type { Artifact } from '../records/artifact.ts';
import { type ArtifactFacts, artifactFacts } from '../records/artifact-facts.ts';
import { parseArtifact } from '../records/artifact-file.ts';
import {
  ARTIFACT_REF_EXAMPLE,
  type ArtifactRef,
  parseArtifactRef,
} from '../records/artifact-ref.ts';
import { type StalePin, stalePins } from '../records/artifact-stale.ts';
import { nearest } from '../records/names.ts';
import { artifactPath } from '../records/paths.ts';
import { firstSentence } from '../records/sentences.ts';
import { oneLine } from '../records/visible.ts';
import { type AsOf, asOf } from './as-of.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Surroundings, withReader } from './session.ts';

/** All artifacts, and which tasks pin an older version of one. */
export interface ArtifactList {
  readonly artifacts: readonly (ArtifactFacts & { readonly stale: readonly StalePin[] })[];
  readonly as_of: AsOf;
}

/** The newest version of each artifact, as this machine knows it. */
export function listArtifacts(
  place: Surroundings,
  only: { readonly domain?: string | undefined; readonly kind?: string | undefined },
): Promise<ArtifactList> {
  return withReader(place, async (bus) => {
    const view = await bus.view();
    const artifacts = [...view.fold.artifacts.values()]
      .filter(({ domain }) => only.domain === undefined || domain === only.domain)
      .filter(({ kind }) => only.kind === undefined || kind === only.kind)
      .map((one) => ({ ...artifactFacts(one), stale: stalePins(view.fold, one) }))
      .sort((a, b) => (`${a.domain}/${a.name}` < `${b.domain}/${b.name}` ? -1 : 1));
    return { artifacts, as_of: await asOf(bus, view) };
  });
}

/** One version of an artifact, and the commit that has it. */
export interface FoundArtifact {
  readonly artifact: Artifact;
  /** A commit of the coordination repository whose tree holds record and content. */
  readonly commit: string;
}

/** A word for an artifact. A name alone is of the agent's own domain. */
export function artifactRef(word: string, domain: string | undefined): Outcome<ArtifactRef> {
  const whole = word.includes('/') || domain === undefined ? word : `${domain}/${word}`;
  const ref = parseArtifactRef(whole);
  if (ref !== undefined) return yes(ref);
  return no({
    code: 'bad-reference',
    message: `"${oneLine(word, 80)}" does not name an artifact`,
    hint: `write DOMAIN/NAME or DOMAIN/NAME@VERSION: comm-node artifact get ${ARTIFACT_REF_EXAMPLE}`,
  });
}

/** Finds an artifact, in an older version if one is named: history has them all. */
export async function findArtifact(
  bus: Bus,
  view: View,
  ref: ArtifactRef,
): Promise<Outcome<FoundArtifact>> {
  const { fold } = view;
  const key = `${ref.domain}/${ref.name}`;
  const newest = fold.artifacts.get(key);
  if (newest === undefined || fold.commit === undefined) return no(unknown(view, ref));
  if (serves(newest, ref)) return yes({ artifact: newest, commit: fold.commit });
  for (const { artifact, commit } of await versionsOf(bus, fold.commit, ref)) {
    if (artifact !== undefined && serves(artifact, ref)) return yes({ artifact, commit });
  }
  const what = ref.version === undefined ? `content ${ref.sha256}` : `version ${ref.version}`;
  return no({
    code: 'unknown-version',
    message: `${key} has no ${what}; the newest is version ${newest.version}`,
    hint: `comm-node artifact log ${key}`,
    data: { artifact: key, version: newest.version },
  });
}

function serves({ version, sha256 }: Artifact, ref: ArtifactRef): boolean {
  return (
    (ref.version === undefined || version === ref.version) &&
    (ref.sha256 === undefined || sha256.startsWith(ref.sha256))
  );
}

function unknown({ fold }: View, { domain, name }: ArtifactRef) {
  const key = `${domain}/${name}`;
  const fault = fold.malformed.find(({ path }) => path === artifactPath(domain, name));
  if (fault !== undefined) {
    const hint = 'comm-node doctor names the record; mend it in a clone, commit and push';
    return { code: 'artifact-malformed', message: fault.message, hint };
  }
  const meant = nearest(key, [...fold.artifacts.keys()]);
  const hint =
    meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : 'comm-node artifact list shows all';
  return { code: 'unknown-artifact', message: `${key} is not published`, hint };
}

/** One change of an artifact's record. */
export interface ArtifactVersion {
  readonly commit: string;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly subject: string;
  /** What the record said then; undefined when it could not be read, null when it was deleted. */
  readonly artifact: Artifact | undefined;
  readonly gone: boolean;
}

/** How an artifact's record came to be what it is, newest first. */
export async function versionsOf(
  bus: Bus,
  head: string,
  { domain, name }: Pick<ArtifactRef, 'domain' | 'name'>,
): Promise<readonly ArtifactVersion[]> {
  const path = artifactPath(domain, name);
  const contents = await bus.contents();
  const versions: ArtifactVersion[] = [];
  for (const { oid, author, at, subject, blob } of await contents.history(head, path)) {
    const data = blob === null ? undefined : await contents.read(blob);
    const artifact = data && parsed(data, path);
    versions.push({ commit: oid, author, at, subject, artifact, gone: blob === null });
  }
  return versions;
}

function parsed(data: Buffer, path: string): Artifact | undefined {
  try {
    return parseArtifact(data.toString('utf8'), path);
  } catch {
    return undefined;
  }
}

/** The history of one artifact. */
export function logArtifact(place: Surroundings, word: string) {
  return withReader(place, async (bus, agent) => {
    const view = await bus.view();
    const domain = agent === undefined ? undefined : view.fold.agents.get(agent)?.domain;
    const ref = artifactRef(word, domain);
    if (!ref.ok) return ref;
    const { commit } = view.fold;
    const changes = commit === undefined ? [] : await versionsOf(bus, commit, ref.data);
    if (changes.length === 0) return no(unknown(view, ref.data));
    return yes({
      artifact: `${ref.data.domain}/${ref.data.name}`,
      versions: changes.map(({ artifact, commit: oid, author, at, subject, gone }) => ({
        commit: oid,
        author,
        at: new Date(at).toISOString(),
        subject,
        version: artifact?.version ?? null,
        sha256: artifact?.sha256 ?? null,
        bytes: artifact?.bytes ?? null,
        summary: artifact?.body ? firstSentence(artifact.body) : subject,
        gone,
      })),
    });
  });
}
