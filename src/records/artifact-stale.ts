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
export function stalePins({ live }: Pick<State, 'live'>, artifact: Artifact): StalePin[] {
  const pins: StalePin[] = [];
  for (const [path, { fields }] of live) {
    if (!path.startsWith('tasks/') || fields['status'] === 'closed') continue;
    const needed = fields['required_artifacts'];
    if (!Array.isArray(needed)) continue;
    for (const text of needed) {
      const ref = parseArtifactRef(String(text));
      if (ref?.version === undefined || ref.version >= artifact.version) continue;
      if (ref.domain !== artifact.domain || ref.name !== artifact.name) continue;
      const task = path.slice('tasks/'.length, -'.md'.length);
      const { version } = artifact;
      pins.push({ task, artifact: artifactKey(artifact), pinned: ref.version, version });
    }
  }
  return pins;
}
