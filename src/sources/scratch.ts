import { join } from 'node:path';
import { ensureDir, writeFileAtomic } from '../git/files.ts';
import { fileStat, removeTree } from '../git/folders.ts';

/** A folder of its own for one piece of work. */
export interface Scratch {
  readonly folder: string;
  write(name: string, data: string | Uint8Array): Promise<string>;
  /** What `read` makes of a plain file in it; undefined when there is none. */
  read<T>(name: string, read: (path: string) => T): Promise<T | undefined>;
  remove(): Promise<void>;
}

/** Makes a folder that nobody else uses. @param name a word that no other has */
export async function openScratch(base: string, name: string): Promise<Scratch> {
  const folder = join(base, name);
  await ensureDir(folder);
  return {
    folder,
    async write(file, data) {
      const path = join(folder, file);
      await writeFileAtomic(path, data);
      return path;
    },
    async read(file, read) {
      const path = join(folder, file);
      const found = await fileStat(path);
      return found === undefined || found.isFolder ? undefined : read(path);
    },
    remove: () => removeTree(folder),
  };
}
