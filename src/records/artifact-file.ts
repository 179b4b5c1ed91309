import * as v from 'valibot';
import { ARTIFACT_KEYS, type Artifact } from './artifact.ts';
import { formatRecord, parseRecord } from './codec.ts';
import { defined, type Fields, recordFault, unknownFields } from './fields.ts';
import { artifactPath } from './paths.ts';
import {
  agentField,
  artifactField,
  checkFields,
  countField,
  domainField,
  domainsField,
  keyField,
  kindField,
  lineField,
  oidField,
  pinField,
  repoField,
  SCHEMA,
  sha256Field,
  taskField,
  timeField,
  versionField,
} from './schema.ts';

const ORDER = ['schema', ...ARTIFACT_KEYS];

const SCHEMA_OF_ARTIFACT = v.object({
  domain: domainField,
  name: artifactField,
  kind: kindField,
  version: versionField,
  sha256: sha256Field,
  bytes: countField,
  blob: oidField,
  producer: agentField,
  task: v.exactOptional(taskField),
  consumers: v.optional(domainsField, []),
  repo: v.exactOptional(repoField),
  url: v.exactOptional(lineField),
  commit: v.exactOptional(oidField),
  path: v.exactOptional(lineField),
  derived_from: v.exactOptional(pinField),
  source_sha256: v.exactOptional(sha256Field),
  adapter: v.exactOptional(lineField),
  published: timeField,
  withdrawn: v.exactOptional(timeField),
  key: v.exactOptional(keyField),
});

/**
 * Reads `artifacts/<domain>/<name>.md`.
 * @throws RecordError
 */
export function parseArtifact(text: string, path: string): Artifact {
  const record = parseRecord(text, path);
  const fields = checkFields(SCHEMA_OF_ARTIFACT, record, path);
  const own = artifactPath(fields.domain, fields.name);
  if (path !== own) {
    const line = record.lines.get('name') ?? 1;
    throw recordFault(path, line, 'the domain and the name that the path says', own, path);
  }
  const half = (['repo', 'commit', 'path'] as const).filter((key) => fields[key] !== undefined);
  if (half.length > 0 && half.length < 3) {
    const line = record.lines.get(half[0] ?? '') ?? 1;
    const found = half.join(', ');
    throw recordFault(path, line, 'repo, commit and path together, or none', 'all three', found);
  }
  return { ...fields, extra: unknownFields(record.fields, ORDER), body: record.body };
}

/** Writes `artifacts/<domain>/<name>.md`; unknown fields follow the known ones. */
export function formatArtifact(artifact: Artifact): string {
  const { extra, body, ...fields } = artifact;
  const { consumers } = fields;
  const known = defined<Fields>({
    ...fields,
    consumers: consumers.length === 0 ? undefined : consumers,
  });
  return formatRecord({ ...extra, schema: SCHEMA, ...known }, body, ORDER);
}
