import { basename } from 'node:path';
import { parseAddress } from '../bus/address.ts';
import { createCoordination } from '../bus/create.ts';
import { checkName, HUMAN } from '../records/names.ts';
import { formatTime } from '../records/time.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { type Surroundings, withBus } from './session.ts';

export interface Initialised {
  readonly repository: string;
  readonly project: string;
  /** Whether the repository itself was made. */
  readonly created: boolean;
  /** Whether it was filled now; false when it was a coordination repository already. */
  readonly filled: boolean;
}

/** Makes a coordination repository at a path, or fills an empty one at a path or URL. */
export async function initialise(
  place: Surroundings,
  where: string,
  project: string | undefined,
): Promise<Outcome<Initialised>> {
  const address = parseAddress(where, place.cwd);
  const name = project ?? projectName(address.url);
  checkName('project', name);
  const created = await createCoordination(address);
  return withBus(place, address, async (bus) => {
    const payload = { project: name };
    const request = {
      id: place.ids(),
      kind: 'init',
      agent: HUMAN,
      at: formatTime(place.now()),
      payload,
    };
    const outcome = await bus.publish(request, { deferrable: false });
    if ('refused' in outcome) return no(outcome.refused);
    return yes({
      repository: address.url,
      project: 'unneeded' in outcome ? String(outcome.unneeded['project']) : name,
      created,
      filled: 'published' in outcome,
    });
  });
}

function projectName(url: string): string {
  const name = basename(
    url
      .replace(/[\\/]+$/, '')
      .replace(/\.git$/, '')
      .replaceAll(':', '/'),
  );
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  return slug || 'project';
}
