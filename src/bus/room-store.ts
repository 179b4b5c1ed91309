import { join } from 'node:path';
import { CommError } from '../errors.ts';
import { appendAt, readUpToNow } from '../git/append-file.ts';
import { removeIfPresent } from '../git/files.ts';
import { fileStat, listFolder } from '../git/folders.ts';
import { RoomFile, roomLines } from './room-file.ts';
import { BIG_ROOMS, type BigRoom, type RoomRecords, type Rooms } from './room-records.ts';

/** A room's file in the folder of the index: its name, and how much of it counts. */
export interface RoomPlace {
  readonly file: string;
  readonly bytes: number;
  /** So much of it is sorted by path. */
  readonly sorted: number;
}

export type RoomPlaces = Readonly<Partial<Record<BigRoom, RoomPlace>>>;

/** What was changed since a file was sorted may be as long as that, and so much more. */
const UNSORTED_BYTES = 64 * 1024;

/** The files of the big rooms. Whoever writes holds the index lock; the head says what counts. */
export class RoomStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether all that the head counts is there. */
  async isWhole(places: RoomPlaces): Promise<boolean> {
    for (const { file, bytes } of Object.values(places)) {
      if (((await fileStat(join(this.#folder, file)))?.bytes ?? -1) < bytes) return false;
    }
    return true;
  }

  /**
   * Reads a room, whole and at once: the state is asked for its tasks in the middle of a decision.
   * @throws CommError `index-damaged`; the index is built anew by the next command then
   */
  open({ file, bytes, sorted }: RoomPlace): RoomFile {
    const data = readUpToNow(join(this.#folder, file), bytes);
    const damaged = () => this.#giveUp(file);
    if (data === undefined) throw damaged();
    return new RoomFile(data, sorted, damaged);
  }

  /** Without its head there is no index. */
  #giveUp(file: string): CommError {
    removeIfPresent(join(this.#folder, 'head.json')).catch(() => undefined);
    return new CommError('index-damaged', `${file} in the index beside the hub is damaged`, {
      hint: 'run the command again: the index is built anew from Git',
      data: { path: join(this.#folder, file) },
    });
  }

  /** Brings the files up to the records; those of a room that did not change stay as they are. */
  async grow(places: RoomPlaces, rooms: Rooms): Promise<RoomPlaces> {
    const grown: Partial<Record<BigRoom, RoomPlace>> = {};
    for (const room of BIG_ROOMS) {
      const place = await this.#growOne(room, places[room], rooms[room]);
      if (place) grown[room] = place;
    }
    return grown;
  }

  async #growOne(
    room: BigRoom,
    place: RoomPlace | undefined,
    records: RoomRecords,
  ): Promise<RoomPlace | undefined> {
    const { lines } = records;
    if (lines === '') return place;
    if (place && place.bytes + lines.length <= 2 * place.sorted + UNSORTED_BYTES) {
      const bytes = await appendAt(join(this.#folder, place.file), place.bytes, lines);
      return { ...place, bytes };
    }
    return this.#sort(room, place, records);
  }

  /**
   * Writes a room under a new name: somebody may be about to read the file that counted until now.
   * What counted before that, or was left by a killed writer, goes.
   */
  async #sort(
    room: BigRoom,
    place: RoomPlace | undefined,
    records: RoomRecords,
  ): Promise<RoomPlace | undefined> {
    const text = roomLines(records.values());
    for (const name of await listFolder(this.#folder)) {
      const isOurs = name.startsWith(`${room}-`) && name !== place?.file;
      if (isOurs) await removeIfPresent(join(this.#folder, name));
    }
    if (text === '') return undefined;
    const salt = Math.random().toString(36).slice(2, 10);
    const file = `${room}-${process.pid}-${salt}.tsv`;
    const bytes = await appendAt(join(this.#folder, file), 0, text);
    return { file, bytes, sorted: bytes };
  }
}
