import { isArtifactName, isName } from './names.ts';

/** An artifact as plans and contracts name it: `backend/api.yaml`, `backend/api.yaml@3`, `backend/api.yaml@sha256:9fce…`. */
export interface ArtifactRef {
  readonly domain: string;
  readonly name: string;
  /** Only this version will do. */
  readonly version?: number;
  /** Only content with this hash will do: the first 8 to 64 hexadecimal digits. */
  readonly sha256?: string;
}

const REF = /^([^/@]+)\/([^/@]+)(?:@(?:v?([1-9][0-9]{0,8})|sha256:([0-9a-f]{8,64})))?$/;

/** Takes `domain/name[@version|@sha256:hash]` apart; undefined if it is none. */
export function parseArtifactRef(text: string): ArtifactRef | undefined {
  const [, domain = '', name = '', version, sha256] = REF.exec(text) ?? [];
  if (!isName('domain', domain) || !isArtifactName(name)) return undefined;
  return {
    domain,
    name,
    ...(version === undefined ? {} : { version: Number(version) }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

/** The inverse of {@link parseArtifactRef}. */
export function formatArtifactRef({ domain, name, version, sha256 }: ArtifactRef): string {
  if (sha256 !== undefined) return `${domain}/${name}@sha256:${sha256}`;
  return `${domain}/${name}${version === undefined ? '' : `@${version}`}`;
}

/** What a reference looks like, for hints. */
export const ARTIFACT_REF_EXAMPLE = 'backend/api-contract.yaml@3';
