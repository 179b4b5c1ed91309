import * as v from 'valibot';
import {
  artifactField,
  countField,
  domainField,
  kindField,
  lineField,
  oidField,
  repoField,
  sha256Field,
  taskField,
} from './schema.ts';

const PUBLISHED = v.object({
  name: artifactField,
  kind: kindField,
  sha256: sha256Field,
  bytes: countField,
  blob: oidField,
  /** By reference. */
  at: v.exactOptional(
    v.object({
      repo: repoField,
      url: v.exactOptional(lineField),
      commit: oidField,
      path: lineField,
    }),
  ),
  /** Derived from the first of the list, by this. */
  adapter: v.exactOptional(lineField),
});

/** The payload of a request to publish. */
export const ARTIFACT_PAYLOAD = v.object({
  domain: v.exactOptional(domainField),
  artifacts: v.pipe(v.array(PUBLISHED), v.minLength(1), v.maxLength(20)),
  task: v.exactOptional(taskField),
  note: v.optional(v.string('text'), ''),
  if_version: v.exactOptional(countField),
  /** Other artifacts that must be as they were: `domain/name` → hash. */
  if_artifacts: v.exactOptional(v.record(lineField, sha256Field)),
  /** Of this kind there must be none but what is published here and what `if_artifacts` names. */
  if_alone: v.exactOptional(kindField),
});
/** What a publication asks for. */
export type ArtifactPayload = v.InferOutput<typeof ARTIFACT_PAYLOAD>;
