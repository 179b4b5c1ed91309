import { join } from 'node:path';
import { readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { existsAt, fileStat, moveTo, removeEmptyFolders } from '../git/folders.ts';

/** A hook of another language that ours stands in for is kept under this ending, and run after ours. */
export const ASIDE = '.before-comm-node';

/** One file that an installation touched. */
export type Touched =
  /** Lines of ours stand in it, between marks. */
  | { readonly kind: 'block'; readonly file: string }
  /** It is ours; what was there is beside it, under the ending {@link ASIDE}. */
  | { readonly kind: 'aside'; readonly file: string }
  /** It was rewritten: from `before` (null: there was none) to `after`. */
  | {
      readonly kind: 'edited';
      readonly file: string;
      readonly before: string | null;
      readonly after: string;
    }
  /** A key of the repository's configuration that was not set before. */
  | { readonly kind: 'config'; readonly file: string };

/** What was installed into a repository, so that it can be taken out again byte for byte. */
export class InstallLedger {
  readonly #path: string;
  readonly #entries: Map<string, Touched>;

  private constructor(path: string, entries: readonly Touched[]) {
    this.#path = path;
    this.#entries = new Map(entries.map((entry) => [entry.file, entry]));
  }

  /** @param folder where it is kept: `comm-node/hooks` in the Git directory all worktrees share */
  static async open(folder: string, name = 'git-hooks.json'): Promise<InstallLedger> {
    const path = join(folder, name);
    return new InstallLedger(path, parseEntries(await readIfPresent(path)));
  }

  get entries(): readonly Touched[] {
    return [...this.#entries.values()];
  }

  /** Notes that a file holds a block of ours, or stands in for another, or that a key was set. */
  async note(kind: 'block' | 'aside' | 'config', file: string): Promise<void> {
    this.#entries.set(file, { kind, file });
    await this.#save();
  }

  /** Rewrites a file, or makes it. @returns whether that changed anything */
  async edit(file: string, after: string, mode?: number): Promise<boolean> {
    const now = (await readIfPresent(file))?.toString() ?? null;
    if (now === after) return false;
    const known = this.#entries.get(file);
    // Edited again before anybody else touched it: what was there first is still what is given back.
    const before = known?.kind === 'edited' && known.after === now ? known.before : now;
    this.#entries.set(file, { kind: 'edited', file, before, after });
    await this.#save();
    await writeFileAtomic(file, after, { mode: (await fileStat(file))?.mode ?? mode });
    return true;
  }

  /**
   * Gives back a file that was rewritten. What others changed in it since is kept.
   * @param without takes what is ours out of a text; '' when nothing else is left
   */
  async undo(file: string, without: (text: string) => string): Promise<void> {
    const entry = this.#entries.get(file);
    const now = (await readIfPresent(file))?.toString();
    if (entry?.kind === 'edited' && now !== undefined) {
      const back = now === entry.after ? entry.before : without(now);
      if (back === null || (back === '' && entry.before === null)) await removeWithFolders(file);
      else await writeFileAtomic(file, back, { mode: (await fileStat(file))?.mode });
    }
    await this.forget(file);
  }

  async forget(file: string): Promise<void> {
    this.#entries.delete(file);
    await this.#save();
  }

  async #save(): Promise<void> {
    if (this.#entries.size === 0) await removeIfPresent(this.#path);
    else await writeFileAtomic(this.#path, JSON.stringify(this.entries, null, 2));
  }
}

/** Deletes a file, and the folders that are empty without it. */
async function removeWithFolders(file: string): Promise<void> {
  await removeIfPresent(file);
  removeEmptyFolders(file);
}

/** Puts a file of somebody else aside; what was put aside before stays. */
export async function putAside(file: string): Promise<void> {
  if (!existsAt(file + ASIDE)) await moveTo(file, file + ASIDE);
}

function parseEntries(data: Buffer | undefined): Touched[] {
  if (!data) return [];
  try {
    const entries: unknown = JSON.parse(data.toString());
    return Array.isArray(entries) ? (entries as Touched[]) : [];
  } catch {
    return [];
  }
}
