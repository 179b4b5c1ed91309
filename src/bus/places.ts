import { join } from 'node:path';
import { readIfPresent, writeFileAtomic } from '../git/files.ts';
import { fileStat, listFolder } from '../git/folders.ts';
import type { Hub } from './hub.ts';
import { parseStateFile } from './state-file.ts';

/** A worktree of this machine in which an agent works. */
export interface Place {
  readonly agent: string;
  /** What its repository is called. */
  readonly repo: string;
  /** The top of the worktree; absolute. */
  readonly folder: string;
}

/** Remembers where an agent works on this machine: who integrates looks there. Losing it costs an option. */
export async function notePlace(hub: Hub, place: Place): Promise<void> {
  const file = join(placesOf(hub), `${place.agent}.json`);
  const text = JSON.stringify(place);
  if ((await readIfPresent(file))?.toString() !== text) await writeFileAtomic(file, text);
}

/** The worktrees of this machine that are known and still there, by the name of their agent. */
export async function knownPlaces(hub: Hub): Promise<Place[]> {
  const places: Place[] = [];
  for (const name of await listFolder(placesOf(hub))) {
    const data = await readIfPresent(join(placesOf(hub), name));
    const place = parseStateFile<Place>(data, ({ agent, repo, folder }) =>
      [agent, repo, folder].every((text) => typeof text === 'string'),
    );
    if (place && (await fileStat(place.folder))?.isFolder) places.push(place);
  }
  return places;
}

function placesOf(hub: Hub): string {
  return join(hub.state, 'places');
}
