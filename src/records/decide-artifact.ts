import { type Artifact, artifactKey, pinOf } from './artifact.ts';
import { artifactFacts } from './artifact-facts.ts';
import { formatArtifact } from './artifact-file.ts';
import { artifactMessage } from './artifact-message.ts';
import { ARTIFACT_PAYLOAD, type ArtifactPayload } from './artifact-payload.ts';
import { artifactsRefusal, domainOf } from './artifact-refusals.ts';
import { stalePins } from './artifact-stale.ts';
import { defined } from './fields.ts';
import { formatMessage } from './message-file.ts';
import { artifactFilePath, artifactPath, messagePath } from './paths.ts';
import type { Decision, Request } from './request.ts';
import { projectRefusal, senderRefusal } from './roster.ts';
import { checkPayload } from './schema.ts';
import { firstSentence } from './sentences.ts';
import type { State } from './state.ts';
import { oneLine } from './visible.ts';

/**
 * Publishes one artifact, and what was derived of it, in one commit with the message to its
 * consumers. Payload {domain?, artifacts: [{name, kind, sha256, bytes, blob, at?: {repo, url?,
 * commit, path}, adapter?}], task?, note?, if_version?}; the first is the source of all with an
 * `adapter`. The same content keeps its version; if that holds for all, it is unneeded. Refused:
 * `no-domain`, `unknown-domain`, `not-your-domain`, `name-collides`, `version-moved`,
 * `artifact-malformed`. Result {artifact, derived, message, unchanged, stale}.
 */
export function decideArtifact(state: State, request: Request): Decision {
  const checked = checkPayload(ARTIFACT_PAYLOAD, 'artifact', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const refused = projectRefusal(state) ?? senderRefusal(state, request.agent);
  if (refused !== undefined) return { refused };
  const domain = domainOf(state, request.agent, payload.domain);
  if (typeof domain === 'object') return { refused: domain };
  const no = artifactsRefusal(state, domain, payload);
  if (no !== undefined) return { refused: no };
  const versions = versionsOf(state, request, payload, domain);
  const fresh = versions.filter((one) => state.artifacts.get(artifactKey(one)) !== one);
  const result = resultOf(state, versions);
  if (fresh.length === 0) return { unneeded: { ...result, message: null, unchanged: true } };
  return { granted: changeOf(state, request, payload, versions, fresh) };
}

/** Each artifact as it will stand: the record that is there when the content is the same. */
function versionsOf(
  state: State,
  request: Request,
  payload: ArtifactPayload,
  domain: string,
): readonly Artifact[] {
  const [first, ...derived] = payload.artifacts.map((one) => {
    const known = state.artifacts.get(`${domain}/${one.name}`);
    return known && isSame(known, one) ? known : nextVersion(state, request, payload, domain, one);
  });
  if (first === undefined) return [];
  const source = { derived_from: pinOf(first), source_sha256: first.sha256 };
  return [
    first,
    ...derived.map((one) =>
      one.source_sha256 === first.sha256 && one.derived_from !== undefined
        ? one
        : { ...one, ...source },
    ),
  ];
}

function isSame(known: Artifact, one: ArtifactPayload['artifacts'][number]): boolean {
  return (
    known.sha256 === one.sha256 &&
    known.kind === one.kind &&
    known.withdrawn === undefined &&
    (known.commit === undefined) === (one.at === undefined)
  );
}

function nextVersion(
  state: State,
  request: Request,
  { task, note }: ArtifactPayload,
  domain: string,
  { at, ...content }: ArtifactPayload['artifacts'][number],
): Artifact {
  const known = state.artifacts.get(`${domain}/${content.name}`);
  return defined<Artifact>({
    ...content,
    ...at,
    domain,
    version: (known?.version ?? 0) + 1,
    producer: request.agent,
    task,
    consumers: consumersOf(state, domain, content.kind),
    published: request.at,
    key: request.key,
    extra: known?.extra ?? {},
    body: note,
  } as Artifact);
}

/** The domains that import a kind, but for the one that publishes it; sorted. */
function consumersOf(state: State, domain: string, kind: string): string[] {
  const domains = [...(state.project?.domains ?? [])];
  return domains
    .filter(([name, { imports }]) => name !== domain && imports?.includes(kind))
    .map(([name]) => name)
    .sort();
}

function changeOf(
  state: State,
  request: Request,
  payload: ArtifactPayload,
  versions: readonly Artifact[],
  fresh: readonly Artifact[],
) {
  const files = new Map<string, string | null>();
  const stored = new Map<string, string>();
  for (const artifact of fresh) {
    const { domain, name, blob } = artifact;
    files.set(artifactPath(domain, name), formatArtifact(artifact));
    if (artifact.commit === undefined) stored.set(artifactFilePath(domain, name), blob);
    // The content of an older version that lay here would be taken for this one's.
    else files.set(artifactFilePath(domain, name), null);
  }
  const message = artifactMessage(state, request, fresh, payload);
  if (message) files.set(messagePath(message.id), formatMessage(message));
  const [first] = fresh;
  return {
    files,
    stored,
    subject: subjectOf(fresh, payload.note),
    record: first === undefined ? request.id : artifactKey(first),
    ...defined<{ task?: string }>({ task: payload.task }),
    result: { ...resultOf(state, versions), message: message?.id ?? null, unchanged: false },
  };
}

function subjectOf(fresh: readonly Artifact[], note: string): string {
  const gate = GATE_VERBS.get(fresh[0]?.kind ?? '');
  if (gate !== undefined && note !== '') return oneLine(`${gate}: ${firstSentence(note)}`, 100);
  const names = fresh.map(
    (one, at) => `${at === 0 ? `${one.domain}/` : ''}${one.name} v${one.version}`,
  );
  const to = [...new Set(fresh.flatMap(({ consumers }) => consumers))];
  const arrow = to.length === 0 ? '' : ` → ${to.join(', ')}`;
  return oneLine(`publish: ${names.join(', ')}${arrow}`, 100);
}

// What a gate found says more than that it was published.
const GATE_VERBS: ReadonlyMap<string, string> = new Map([
  ['integration-report', 'integrate'],
  ['deploy-report', 'deploy'],
]);

function resultOf(state: State, versions: readonly Artifact[]) {
  const [artifact, ...derived] = versions.map(artifactFacts);
  return { artifact, derived, stale: versions.flatMap((one) => stalePins(state, one)) };
}
