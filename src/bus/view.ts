import { join } from 'node:path';
import { treeOf } from '../git/commits.ts';
import { ProcessLock } from '../git/lock.ts';
import type { Oid } from '../git/objects.ts';
import type { ObjectReader } from '../git/reader.ts';
import { readRef } from '../git/refs.ts';
import { findPaths } from '../git/trees.ts';
import type { Ledger } from '../records/ledger.ts';
import type { Event } from './event.ts';
import { type Hub, MAIN } from './hub.ts';
import { emptyHead, type IndexHead, IndexStore } from './index-store.ts';
import { emptySnapshot } from './snapshot.ts';
import { StateFold } from './state-fold.ts';

/** Reports how far a long piece of work has come. */
export type Progress = (text: string) => void;

const DATED_FOLDERS = ['messages', 'receipts', 'violations'];

/**
 * The state of one commit, and the index under it. What the index does not
 * hold yet is in `fold.events`: readers look at both, so that a hub that cannot
 * be written to is read all the same.
 */
export class View {
  readonly store: IndexStore;
  readonly reader: ObjectReader;
  head: IndexHead;
  fold: StateFold;
  readonly #hub: Hub;

  private constructor(hub: Hub, reader: ObjectReader, head: IndexHead) {
    this.#hub = hub;
    this.store = new IndexStore(join(hub.state, 'index'));
    this.reader = reader;
    this.head = head;
    this.fold = new StateFold(head.snapshot, this.store.rooms(head));
  }

  /**
   * The view of what the hub's branch holds now (or of `commit`).
   * @param progress told about when the index must be built anew
   */
  static async open(
    hub: Hub,
    { reader, progress }: { reader: ObjectReader; progress: Progress },
  ): Promise<View> {
    const store = new IndexStore(join(hub.state, 'index'));
    const head = await store.load();
    const view = new View(hub, reader, head ?? emptyHead);
    const commit = await readRef(hub.gitDir, MAIN);
    if (commit !== undefined) await view.#moveTo(commit, progress);
    return view;
  }

  /** Loads idempotency keys, which most work does not need. */
  async loadKeys(): Promise<void> {
    for (const [key, id] of await this.store.readKeys(this.head)) this.fold.keys.set(key, id);
  }

  /**
   * Writes what was folded since the index to disk, unless somebody else is at
   * it or it cannot be written: then the next one does.
   */
  async save(): Promise<void> {
    if (this.fold.commit === this.head.snapshot.commit) return;
    const held = await this.#lock();
    if (!held) return;
    try {
      const onDisk = (await this.store.load()) ?? emptyHead;
      if (onDisk.snapshot.commit !== this.head.snapshot.commit) return;
      await this.#append(this.fold.events);
      this.fold.events.length = 0;
    } catch {
      // A full or read-only disk: the view in memory is right, and that is enough.
    } finally {
      await held.release();
    }
  }

  /** Runs `write` with the index to itself; undefined when somebody else has it. */
  async withIndex<T>(write: () => Promise<T>): Promise<T | undefined> {
    const held = await this.#lock();
    if (!held) return undefined;
    try {
      const onDisk = await this.store.load();
      const same = onDisk?.snapshot.commit === this.head.snapshot.commit;
      return same ? await write() : undefined;
    } finally {
      await held.release();
    }
  }

  /** The budgets: read when somebody asks, since most work does not. */
  async ledger(): Promise<Ledger> {
    const { loadLedger } = await import('./ledger-store.ts');
    // Loading may build the index, and with it the fold, anew.
    const ledger = this.fold.ledger ?? (await loadLedger(this));
    this.fold.ledger = ledger;
    return ledger;
  }

  /** Builds the index anew: what is on disk turned out to be damaged. */
  async repair(): Promise<void> {
    if (this.fold.commit !== undefined) await this.#rebuild(this.fold.commit, () => undefined);
  }

  async #moveTo(commit: Oid, progress: Progress): Promise<void> {
    if (this.fold.commit === commit) return;
    const source = { gitDir: this.#hub.gitDir, reader: this.reader };
    const { advance } = await import('./advance.ts');
    if (await advance(this.fold, commit, source)) await this.save();
    else await this.#rebuild(commit, progress);
  }

  /** Builds the index from nothing: on disk when it can be locked, else in memory. */
  async #rebuild(commit: Oid, progress: Progress): Promise<void> {
    const held = await this.#lock();
    this.head = emptyHead;
    this.fold = new StateFold(emptySnapshot);
    const source = { gitDir: this.#hub.gitDir, reader: this.reader };
    const report = (done: number, all: number) => {
      if (all > 5000) progress(`reading ${done} of ${all} records`);
    };
    try {
      const writable = held !== undefined && (await this.#clear());
      const kept: Event[] = [];
      const keep = async (events: readonly Event[]): Promise<void> => {
        if (writable) await this.#store(events);
        else kept.push(...events);
      };
      const { rebuild } = await import('./advance.ts');
      await rebuild(this.fold, commit, source, keep, report);
      if (writable) await this.#store([]);
      this.fold.events.push(...kept);
    } finally {
      await held?.release();
    }
  }

  async #clear(): Promise<boolean> {
    return this.store.clear().then(
      () => true,
      () => false,
    );
  }

  /** While it is built, the index says that it is of no commit. */
  async #store(events: readonly Event[]): Promise<void> {
    if (events.length === 0) return this.#append(events);
    const { agents } = this.fold;
    this.head = await this.store.append(this.head, { snapshot: emptySnapshot, events, agents });
  }

  /** Brings the index up to the fold. */
  async #append(events: readonly Event[]): Promise<void> {
    const { fold, store } = this;
    const { agents, rooms } = fold;
    this.head = await store.append(this.head, { snapshot: fold.snapshot(), events, agents, rooms });
    fold.rest(store.rooms(this.head));
  }

  #lock() {
    return new ProcessLock().tryAcquire(join(this.#hub.state, 'index.lock')).catch(() => undefined);
  }

  /** The paths of all dated records in the tree of a commit. */
  async datedPaths(commit: Oid | undefined): Promise<readonly string[]> {
    if (commit === undefined) return [];
    const read = async (oid: Oid) => (await this.reader.read(oid))?.data ?? Buffer.alloc(0);
    return findPaths(read, await treeOf(this.reader, commit), DATED_FOLDERS);
  }
}
