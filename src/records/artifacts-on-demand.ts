import { type Artifact, artifactOf, artifactsOf } from './artifact.ts';
import type { LiveRecord } from './live-record.ts';

/**
 * The artifacts of a state by `domain/name`, each made when somebody asks for it: there may be
 * thousands, and most readers want those few that a task names. Whoever walks over it gets all.
 */
export class ArtifactsOnDemand implements ReadonlyMap<string, Artifact> {
  readonly #records: Pick<ReadonlyMap<string, LiveRecord>, 'get' | 'values'>;
  readonly #made = new Map<string, Artifact | undefined>();
  #all: ReadonlyMap<string, Artifact> | undefined;

  /** @param records those of one state by path; they must not change while this is used */
  constructor(records: Pick<ReadonlyMap<string, LiveRecord>, 'get' | 'values'>) {
    this.#records = records;
  }

  get(key: string): Artifact | undefined {
    if (this.#all) return this.#all.get(key);
    if (!this.#made.has(key)) {
      // The fold has seen that each record is where its domain and its name say.
      const record = this.#records.get(`artifacts/${key}.md`);
      this.#made.set(key, record && artifactOf(record));
    }
    return this.#made.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    return this.#whole().size;
  }

  keys(): MapIterator<string> {
    return this.#whole().keys();
  }

  values(): MapIterator<Artifact> {
    return this.#whole().values();
  }

  entries(): MapIterator<[string, Artifact]> {
    return this.#whole().entries();
  }

  [Symbol.iterator](): MapIterator<[string, Artifact]> {
    return this.entries();
  }

  forEach(
    visit: (artifact: Artifact, key: string, all: ReadonlyMap<string, Artifact>) => void,
  ): void {
    for (const [key, artifact] of this.#whole()) visit(artifact, key, this);
  }

  #whole(): ReadonlyMap<string, Artifact> {
    this.#all ??= artifactsOf(this.#records.values());
    return this.#all;
  }
}
