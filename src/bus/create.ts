import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { fileStat, listFolder } from '../git/folders.ts';
import { createBare } from '../git/transport.ts';
import type { Address } from './address.ts';

/**
 * How a coordination repository of ours is set up. Objects and refs are synced to
 * disk before a push is answered. A push stays one pack: unpacked, each message is
 * seven files. Git packs them together when there are many, whatever the settings of
 * who pushes, for each pack costs every fetch and push a little; it leaves a pack that
 * has grown big alone, so that this stays cheap however long the history is. What
 * outboxes held and hold no more is kept in one pack, and for an hour only.
 */
const CONFIG = {
  'core.fsync': 'committed,reference',
  'receive.unpackLimit': '1',
  'receive.denyNonFastForwards': 'true',
  'gc.auto': '6700',
  'maintenance.auto': 'true',
  'gc.autoPackLimit': '100',
  'gc.cruftPacks': 'true',
  'gc.pruneExpire': '1.hour.ago',
  'gc.bigPackThreshold': '32m',
};

/**
 * Makes the bare repository of an address, if it is a path where there is none.
 * @returns whether it was made
 * @throws ConfigError when something else stands there
 */
export async function createCoordination({ path }: Address): Promise<boolean> {
  if (path === undefined) return false;
  const found = await fileStat(path);
  if (found && !found.isFolder) throw occupied(path, 'is a file');
  if (await fileStat(join(path, 'objects'))) return false;
  if ((await listFolder(path)).length > 0) throw occupied(path, 'is not empty');
  await createBare(path, CONFIG);
  return true;
}

function occupied(path: string, why: string): ConfigError {
  return new ConfigError(`${path} ${why}`, {
    code: 'occupied',
    hint: 'name a folder that does not exist yet, such as ../coordination.git',
  });
}
