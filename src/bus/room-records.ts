import type { LiveRecord } from '../records/live-record.ts';
import { roomOf } from '../records/paths.ts';
import { type RoomFile, roomLine } from './room-file.ts';

/**
 * Rooms of the coordination repository that may hold thousands of records, which few commands ask
 * for: each has a file of its own in the index, and none of it is read before somebody asks.
 */
export const BIG_ROOMS = ['tasks', 'artifacts'] as const;

export type BigRoom = (typeof BIG_ROOMS)[number];

/** The records of one room: what the index has, and what was folded since. */
export class RoomRecords {
  /** Opens what the index has; undefined: nothing. */
  #open: () => RoomFile | undefined;
  #file: RoomFile | undefined;
  /** What was folded since; null: it is gone. */
  readonly #since = new Map<string, LiveRecord | null>();

  constructor(open: () => RoomFile | undefined) {
    this.#open = open;
  }

  get(path: string): LiveRecord | undefined {
    const changed = this.#since.get(path);
    return changed === undefined ? this.#opened()?.get(path) : (changed ?? undefined);
  }

  *values(): IterableIterator<LiveRecord> {
    for (const record of this.#opened()?.values() ?? []) {
      if (!this.#since.has(record.path)) yield record;
    }
    for (const record of this.#since.values()) if (record) yield record;
  }

  set(path: string, record: LiveRecord | null): void {
    this.#since.set(path, record);
  }

  /** What the file of the index lacks, as its lines; '' if nothing. */
  get lines(): string {
    return [...this.#since].map(([path, record]) => roomLine(path, record)).join('');
  }

  /** The index has all of it now, as `other` finds it there. */
  rest(other: RoomRecords): void {
    if (this.#since.size === 0) return;
    this.#open = other.#open;
    this.#file = undefined;
    this.#since.clear();
  }

  #opened(): RoomFile | undefined {
    this.#file ??= this.#open();
    return this.#file;
  }
}

export type Rooms = Readonly<Record<BigRoom, RoomRecords>>;

/** The rooms of an index. @param open what it has of each; nothing */
export function roomsOf(open: (room: BigRoom) => RoomFile | undefined = () => undefined): Rooms {
  return {
    tasks: new RoomRecords(() => open('tasks')),
    artifacts: new RoomRecords(() => open('artifacts')),
  };
}

/** The big room that a path lies in; undefined if it is in another, or in none. */
export function bigRoomOf(path: string): BigRoom | undefined {
  const room = roomOf(path);
  return BIG_ROOMS.find((one) => one === room);
}
