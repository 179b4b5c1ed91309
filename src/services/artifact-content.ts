import { join, resolve } from 'node:path';
import type { Bus } from '../bus/bus.ts';
import { knownPlaces } from '../bus/places.ts';
import { type Artifact, artifactKey, pinOf } from '../records/artifact.ts';
import { type ArtifactFacts, artifactFacts } from '../records/artifact-facts.ts';
import { artifactFilePath } from '../records/paths.ts';
import type { Refusal } from '../records/request.ts';
import { formatSize } from '../records/size.ts';
import { visible } from '../records/visible.ts';
import { blobIn, digestIn } from '../sources/content-file.ts';
import { artifactRef, type FoundArtifact, findArtifact, versionsOf } from './artifact-view.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Surroundings, withReader } from './session.ts';

/** Content that was fetched, and is what its record says. */
export interface Got {
  readonly artifact: ArtifactFacts;
  /** Where it was written; null when it is in `text`. */
  readonly file: string | null;
  readonly text: string | null;
}

interface Digest {
  readonly sha256: string;
  readonly bytes: number;
}
type CopyTo = { readonly file: string; accept(digest: Digest): boolean };

/** More than this is not printed, but written to a file. */
const PRINTED = 1_000_000;

/**
 * Gets the content of an artifact, verified: to a file, or as text. What is not what its record
 * says is refused (`artifact-altered`), and no file is written.
 */
export function getArtifact(
  place: Surroundings,
  word: string,
  output: string | undefined,
): Promise<Outcome<Got>> {
  return withReader(place, async (bus, agent) => {
    const view = await bus.view();
    const domain = agent === undefined ? undefined : view.fold.agents.get(agent)?.domain;
    const ref = artifactRef(word, domain);
    if (!ref.ok) return ref;
    const found = await findArtifact(bus, view, ref.data);
    if (!found.ok) return found;
    const { artifact } = found.data;
    if (output === undefined) return printed(bus, found.data);
    const path = resolve(place.cwd, output);
    const file = output.endsWith('/') ? join(path, artifact.name) : path;
    const copyTo = { file, accept: (digest: Digest) => isAsRecorded(artifact, digest) };
    const refused = await checkContent(bus, found.data, copyTo);
    if (refused !== undefined) return no(refused);
    return yes({ artifact: artifactFacts(artifact), file, text: null });
  });
}

async function printed(bus: Bus, found: FoundArtifact): Promise<Outcome<Got>> {
  const { artifact } = found;
  const key = artifactKey(artifact);
  const hint = `comm-node artifact get ${key} -o ${artifact.name}`;
  if (artifact.commit !== undefined || artifact.bytes > PRINTED) {
    const message = `${key} has ${formatSize(artifact.bytes)}: too much to print`;
    return no({ code: 'too-large-to-print', message, hint });
  }
  const refused = await checkContent(bus, found);
  if (refused !== undefined) return no(refused);
  const data = await (await bus.contents()).read(artifact.blob);
  const text = data && decoded(data);
  if (text === undefined || visible(text) !== text) {
    const message = `${key} ${text === undefined ? 'is no text' : 'holds control characters'}: it cannot be printed as it is`;
    return no({ code: 'not-text', message, hint });
  }
  return yes({ artifact: artifactFacts(artifact), file: null, text });
}

function decoded(data: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}

function isAsRecorded(artifact: Artifact, { sha256, bytes }: Digest): boolean {
  return sha256 === artifact.sha256 && bytes === artifact.bytes;
}

/**
 * Why the content of an artifact is not what its record says, or undefined. Codes:
 * `artifact-altered`, with both hashes, `artifact-missing`, `artifact-unreachable` (by reference).
 * @param copyTo writes the content to a file on the way, if it is right
 */
export async function checkContent(
  bus: Bus,
  found: FoundArtifact,
  copyTo?: CopyTo,
): Promise<Refusal | undefined> {
  const { artifact } = found;
  if (artifact.commit !== undefined) return checkReference(bus, artifact, copyTo);
  const contents = await bus.contents();
  const path = artifactFilePath(artifact.domain, artifact.name);
  const blob = await contents.blobAt(found.commit, path);
  const digest = blob === undefined ? undefined : await contents.digest(blob, copyTo);
  if (digest === undefined) {
    return {
      code: 'artifact-missing',
      message: `${pinOf(artifact)} has no content: ${path} is not there`,
      hint: `comm-node artifact log ${artifactKey(artifact)}; whoever produced it publishes it again`,
      data: { artifact: artifactKey(artifact), path },
    };
  }
  return isAsRecorded(artifact, digest) ? undefined : altered(artifact, digest);
}

function altered(artifact: Artifact, { sha256, bytes }: Digest): Refusal {
  const key = artifactKey(artifact);
  return {
    code: 'artifact-altered',
    message: `${pinOf(artifact)} was altered: its record says ${artifact.sha256}, and its content is ${sha256}`,
    hint: `git log -- artifacts/${artifact.domain} in a clone shows who changed it; comm-node ask ${artifact.producer} to publish ${key} again`,
    data: { artifact: key, expected: artifact.sha256, found: sha256, bytes },
  };
}

/** Content that stays in its repository: on this machine if that is known here, else fetched. */
async function checkReference(
  bus: Bus,
  artifact: Artifact,
  copyTo: CopyTo | undefined,
): Promise<Refusal | undefined> {
  const { repo = '', commit = '', path = '', blob } = artifact;
  for (const { folder } of (await knownPlaces(bus.hub)).filter((one) => one.repo === repo)) {
    const there = await blobIn(folder, commit, path);
    if (there === undefined) continue;
    const digest = await digestIn(folder, there, copyTo);
    if (digest === undefined) continue;
    return there === blob && isAsRecorded(artifact, digest) ? undefined : altered(artifact, digest);
  }
  const { fetchedDigest } = await import('../bus/fetched-blob.ts');
  const fetched =
    artifact.url && (await fetchedDigest(bus.hub, artifact.url, commit, path, copyTo));
  if (fetched) return isAsRecorded(artifact, fetched) ? undefined : altered(artifact, fetched);
  return {
    code: 'artifact-unreachable',
    message: `${pinOf(artifact)} lies in ${repo} at ${commit.slice(0, 10)}:${path}, and that is not reachable here`,
    hint: artifact.url
      ? `push that commit: git fetch ${artifact.url} ${commit} must work`
      : `join ${repo} on this machine, or give it a remote "origin" and publish it again`,
    data: { artifact: artifactKey(artifact), repo, commit, path },
  };
}

/** One artifact, verified. */
export interface Verified {
  readonly artifact: string;
  readonly version: number;
  readonly ok: boolean;
  readonly problem: Refusal | null;
}

/**
 * Verifies artifacts: their content against their records, and the records against their history (a
 * version has one hash for ever).
 * @param words none: all that are published
 */
export function verifyArtifacts(
  place: Surroundings,
  words: readonly string[],
): Promise<Outcome<{ readonly verified: readonly Verified[] }>> {
  return withReader(place, async (bus, agent) => {
    const view = await bus.view();
    const { commit, artifacts } = view.fold;
    const domain = agent === undefined ? undefined : view.fold.agents.get(agent)?.domain;
    const found: FoundArtifact[] = [];
    for (const word of words) {
      const ref = artifactRef(word, domain);
      if (!ref.ok) return ref;
      const one = await findArtifact(bus, view, ref.data);
      if (!one.ok) return one;
      found.push(one.data);
    }
    if (words.length === 0 && commit !== undefined) {
      for (const artifact of artifacts.values()) found.push({ artifact, commit });
    }
    const verified: Verified[] = [];
    for (const one of found) verified.push(await verify(bus, view.fold.commit ?? one.commit, one));
    return yes({ verified });
  });
}

/** Verifies one artifact: its content, and that no version was given two hashes. */
export async function verify(bus: Bus, head: string, found: FoundArtifact): Promise<Verified> {
  const { artifact } = found;
  const problem = (await checkContent(bus, found)) ?? (await rewritten(bus, head, artifact));
  const { version } = artifact;
  return { artifact: artifactKey(artifact), version, ok: !problem, problem: problem ?? null };
}

/** A record that was changed by hand, together with its content, shows in its history. */
async function rewritten(bus: Bus, head: string, artifact: Artifact): Promise<Refusal | undefined> {
  const key = artifactKey(artifact);
  for (const { artifact: then, commit, author } of await versionsOf(bus, head, artifact)) {
    if (then === undefined || then.version !== artifact.version) continue;
    if (then.sha256 === artifact.sha256) continue;
    return {
      code: 'artifact-altered',
      message: `${pinOf(artifact)} was altered: commit ${commit.slice(0, 10)} by ${author} says ${then.sha256}, and its record now says ${artifact.sha256}`,
      hint: `whoever produced it publishes it again: comm-node ask ${artifact.producer} 'Publish ${key} again?'`,
      data: { artifact: key, expected: then.sha256, found: artifact.sha256 },
    };
  }
  return undefined;
}

/** The content of an artifact as JSON; undefined if it is none, or not here. Its shape is not checked. */
export async function readJson<T>(bus: Bus, { blob }: Artifact): Promise<T | undefined> {
  const data = await (await bus.contents()).read(blob);
  try {
    return data && (JSON.parse(data.toString('utf8')) as T);
  } catch {
    return undefined;
  }
}
