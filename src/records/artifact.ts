import type { Fields } from './fields.ts';
import type { LiveRecord } from './live-record.ts';
import { artifactPlace } from './paths.ts';

/** A versioned, hashed work product, as `artifacts/<domain>/<name>.md` describes its newest version. */
export interface Artifact {
  /** The domain that publishes it. */
  readonly domain: string;
  /** A file name, such as `api-contract.yaml`. */
  readonly name: string;
  /** What consumers import: `openapi`, `typescript`, … */
  readonly kind: string;
  /** From 1; each new content has the next one. */
  readonly version: number;
  /** Of the content, 64 hex digits in lower case. */
  readonly sha256: string;
  readonly bytes: number;
  /** The Git blob of the content: in the coordination repository, or in `repo` when it is published by reference. */
  readonly blob: string;
  /** The agent that published this version. */
  readonly producer: string;
  readonly task?: string;
  /** Domains that import the kind, when it was published. */
  readonly consumers: readonly string[];
  /** By reference: the domain repository, and where it is fetched from. */
  readonly repo?: string;
  readonly url?: string;
  /** By reference: a commit of that repository. Present exactly then. */
  readonly commit?: string;
  /** By reference: the path in that commit. */
  readonly path?: string;
  /** What it was made of: `backend/api-contract.yaml@3`. */
  readonly derived_from?: string;
  /** The hash of that. */
  readonly source_sha256?: string;
  /** What made it: the name of a built-in adapter, or a command. */
  readonly adapter?: string;
  /** RFC 3339: when this version was published, by the producer's clock. */
  readonly published: string;
  /** RFC 3339: when it was taken back; nobody may build on it any more. */
  readonly withdrawn?: string;
  /** The idempotency key of its producer. */
  readonly key?: string;
  /** Fields this version does not know. */
  readonly extra: Fields;
  /** What the producer says about it. */
  readonly body: string;
}

/** What an artifact is called everywhere: `backend/api-contract.yaml`. */
export function artifactKey({ domain, name }: Pick<Artifact, 'domain' | 'name'>): string {
  return `${domain}/${name}`;
}

/** The artifact in one version: `backend/api-contract.yaml@3`. */
export function pinOf(artifact: Pick<Artifact, 'domain' | 'name' | 'version'>): string {
  return `${artifactKey(artifact)}@${artifact.version}`;
}

/**
 * The artifact that a record of the state describes; undefined if the record is something else.
 * The fold has checked it: nothing is checked here.
 */
export function artifactOf({ path, fields, body }: LiveRecord): Artifact | undefined {
  if (!path.startsWith('artifacts/') || artifactPlace(path) === undefined) return undefined;
  const artifact: Record<string, unknown> = { body, consumers: [] };
  const extra: Record<string, unknown> = {};
  for (const key in fields) {
    if (fields[key] === undefined || key === 'schema') continue;
    if (KNOWN.has(key)) artifact[key] = fields[key];
    else extra[key] = fields[key];
  }
  artifact['extra'] = extra;
  return artifact as unknown as Artifact;
}

/** The fields of the record, in the order in which they are written. */
export const ARTIFACT_KEYS: readonly string[] = [
  'domain',
  'name',
  'kind',
  'version',
  'sha256',
  'bytes',
  'blob',
  'producer',
  'task',
  'consumers',
  'repo',
  'url',
  'commit',
  'path',
  'derived_from',
  'source_sha256',
  'adapter',
  'published',
  'withdrawn',
  'key',
];

const KNOWN: ReadonlySet<string> = new Set(ARTIFACT_KEYS);

/** The artifacts of a state: `domain/name` → its newest version. */
export function artifactsOf(live: Iterable<LiveRecord>): Map<string, Artifact> {
  const artifacts = new Map<string, Artifact>();
  for (const record of live) {
    const artifact = artifactOf(record);
    if (artifact) artifacts.set(artifactKey(artifact), artifact);
  }
  return artifacts;
}
