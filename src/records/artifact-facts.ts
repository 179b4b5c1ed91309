import type { Artifact } from './artifact.ts';

/** What programs are told of an artifact. */
export interface ArtifactFacts {
  readonly domain: string;
  readonly name: string;
  readonly kind: string;
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly producer: string;
  readonly task: string | null;
  readonly consumers: readonly string[];
  readonly published: string;
  readonly withdrawn: string | null;
  /** Where the content is when it is published by reference. */
  readonly at: { repo: string; commit: string; path: string; url: string | null } | null;
  readonly derived_from: string | null;
}

/** An artifact as programs are told of it. */
export function artifactFacts(artifact: Artifact): ArtifactFacts {
  const { domain, name, kind, version, sha256, bytes, producer, consumers, published } = artifact;
  const { repo, commit, path, url } = artifact;
  const isAway = repo !== undefined && commit !== undefined && path !== undefined;
  return {
    ...{ domain, name, kind, version, sha256, bytes, producer },
    task: artifact.task ?? null,
    consumers,
    published,
    withdrawn: artifact.withdrawn ?? null,
    at: isAway ? { repo, commit, path, url: url ?? null } : null,
    derived_from: artifact.derived_from ?? null,
  };
}
