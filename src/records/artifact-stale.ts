import { type Artifact, artifactKey } from './artifact.ts';
import { parseArtifactRef } from './artifact-ref.ts';
import type { State } from './state.ts';

/** A task that was planned with an older version of an artifact. */
export interface StalePin {
  readonly task: string;
  readonly artifact: string;
  /** The version that the task names. */
  readonly pinned: number;
  readonly version: number;
}

/** The open tasks whose pin of this artifact is older than the artifact. */
export function stalePins({ tasks }: Pick<State, 'tasks'>, artifact: Artifact): StalePin[] {
  const { domain, name, version } = artifact;
  const pins: StalePin[] = [];
  for (const { id, status, required_artifacts } of tasks.values()) {
    if (status === 'done') continue;
    for (const text of required_artifacts) {
      const ref = parseArtifactRef(text);
      if (ref?.domain !== domain || ref.name !== name) continue;
      if (ref.version === undefined || ref.version >= version) continue;
      pins.push({ task: id, artifact: artifactKey(artifact), pinned: ref.version, version });
    }
  }
  return pins;
}
